from django.urls import path

from linli.watchers.insight.pages import coverage, freshness, unreached

app_name = "insight"
urlpatterns = [
    path("officer/coverage/", coverage.coverage, name="coverage"),
    path("officer/coverage/sheet.csv", coverage.sheet, {"form": "csv"}, name="csv"),
    path("officer/coverage/sheet.xlsx", coverage.sheet, {"form": "xlsx"}, name="xlsx"),
    path("officer/coverage/needs/", coverage.needs, name="needs"),
    path("officer/coverage/services/", coverage.services, name="services"),
    path("officer/freshness/", freshness.listings, name="freshness"),
    path("officer/freshness/remind/", freshness.remind_provider, name="remind_provider"),
    path("officer/freshness/facilities/", freshness.facilities, name="stale_facilities"),
    path("officer/freshness/facilities/remind/", freshness.remind_office, name="remind_office"),
    path("officer/unreached/", unreached.unreached, name="unreached"),
    path("officer/unreached/people/", unreached.people, name="unreached_people"),
]
