from django.urls import path

from linli.work.registration import pages

app_name = "registration"
urlpatterns = [
    path("names/", pages.check_name, name="check_name"),
    path("organisations/<uuid:ref>/annual-reports/", pages.annual_reports, name="annual_reports"),
    path("organisations/<uuid:ref>/annual-reports/<int:year>/", pages.annual_report, name="annual_report"),
    path("officer/annual-reports/<uuid:ref>/<int:year>/", pages.conclude, name="conclude"),
]
