from django.urls import path

from linli.watchers.notices import pages

app_name = "notices"
urlpatterns = [
    path("notices/", pages.notices, name="notices"),
    path("notices/read/", pages.mark_read, name="mark_read"),
]
