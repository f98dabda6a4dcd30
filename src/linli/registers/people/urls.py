from django.urls import path

from linli.registers.people.pages import desk, family, own

app_name = "people"
urlpatterns = [
    path("me/family/", family.family, name="family"),
    path("me/family/add/", family.add, name="add"),
    path("me/family/<uuid:ref>/", family.added, name="added"),
    path("me/family/<uuid:ref>/accept/", family.accept, name="accept"),
    path("me/family/<uuid:ref>/end/", family.end, name="end"),
    path("me/profile/", own.profile, name="profile"),
    path("me/profile/<uuid:ref>/", own.profile, name="profile_of"),
    path("me/real-name/", own.real_name, name="real_name"),
    path("me/openings/", own.openings, name="openings"),
    path("me/openings/<uuid:ref>/", own.openings, name="openings_of"),
    path("me/erase/", own.erase, name="erase"),
    path("officer/people/", desk.find, name="find"),
    path("officer/people/<uuid:ref>/", desk.sealed, name="sealed"),
]
