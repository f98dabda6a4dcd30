from django.urls import path

from linli.engines.rulebook import pages

app_name = "rulebook"
urlpatterns = [
    path("rules/", pages.rules, name="rules"),
    path("rules/<str:id>/", pages.rule, name="rule"),
    path("duties/", pages.late, name="late"),
    path("duties/<uuid:ref>/", pages.duty, name="duty"),
    path("duties/<uuid:ref>/stop-clock/", pages.stop_clock, name="stop_clock"),
    path("duties/<uuid:ref>/resume-clock/", pages.resume_clock, name="resume_clock"),
    path("duties/<uuid:ref>/waive/", pages.waive, name="waive"),
    path("officer/duties/", pages.duties, name="duties"),
]
