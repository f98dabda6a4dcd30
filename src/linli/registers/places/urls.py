from django.urls import path

from linli.registers.places import pages

app_name = "places"
urlpatterns = [
    path("regions/choose/", pages.choose, name="choose"),
    path("regions/options/", pages.options, name="options"),
]
