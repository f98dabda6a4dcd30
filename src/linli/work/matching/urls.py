from django.urls import path

from linli.work.matching import pages

app_name = "matching"
urlpatterns = [
    path("needs/<uuid:ref>/matches/", pages.matches, name="matches"),
    path("matching/how/", pages.how, name="how"),
]
