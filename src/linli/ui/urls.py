from django.urls import path

from linli.ui import pages

app_name = "ui"
urlpatterns = [
    path("ui/", pages.gallery, name="gallery"),
    path("ui/desk/", pages.desk, name="desk"),
    path("ui/paper/", pages.paper, name="paper"),
    path("ui/done/", pages.done, name="done"),
    path("ui/error/<int:status>/", pages.error, name="error"),
]
