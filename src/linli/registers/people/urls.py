from django.urls import path

from linli.registers.people import pages

app_name = "people"
urlpatterns = [
    path("me/family/", pages.family, name="family"),
    path("me/family/add/", pages.add, name="add"),
    path("me/family/<uuid:ref>/", pages.added, name="added"),
    path("me/family/<uuid:ref>/accept/", pages.accept, name="accept"),
    path("me/family/<uuid:ref>/end/", pages.end, name="end"),
    path("me/profile/", pages.profile, name="profile"),
    path("me/profile/<uuid:ref>/", pages.profile, name="profile_of"),
    path("me/real-name/", pages.real_name, name="real_name"),
    path("me/openings/", pages.openings, name="openings"),
    path("me/openings/<uuid:ref>/", pages.openings, name="openings_of"),
    path("me/erase/", pages.erase, name="erase"),
    path("officer/people/", pages.find, name="find"),
    path("officer/people/<uuid:ref>/", pages.sealed, name="sealed"),
]
