from django.urls import path

from linli.watchers.notices import pages

app_name = "notices"
urlpatterns = [
    path("notices/", pages.notices, name="notices"),
    path("notices/ways/", pages.ways, name="ways"),
    path("notices/ways/add/", pages.add, name="add"),
    path("notices/ways/browser/", pages.add_browser, name="add_browser"),
    path("notices/ways/<uuid:ref>/confirm/", pages.confirm, name="confirm"),
    path("notices/ways/<uuid:ref>/remove/", pages.remove, name="remove"),
    path("notices/read/", pages.mark_read, name="mark_read"),
]
