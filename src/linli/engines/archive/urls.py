from django.urls import path

from linli.engines.archive import pages

app_name = "archive"
urlpatterns = [path("files/<str:token>/", pages.file, name="file")]
