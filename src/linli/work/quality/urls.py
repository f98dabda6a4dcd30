from django.urls import path

from linli.work.quality import pages

app_name = "quality"
urlpatterns = [
    path("provider/quality/", pages.provider, name="provider"),
    path("officer/quality/", pages.officer, name="officer"),
    path("quality/<uuid:ref>/", pages.rectification, name="rectification"),
    path("quality/<uuid:ref>/answer/", pages.answer, name="answer"),
    path("quality/<uuid:ref>/accept/", pages.accept, name="accept"),
    path("quality/<uuid:ref>/reject/", pages.reject, name="reject"),
]
