from django.urls import path

from linli.engines.search import pages

app_name = "search"
urlpatterns = [path("search/", pages.search, name="search")]
