from django.urls import path

from linli.registers.organisations.pages import bulk, claims, intakes, register, watching
from linli.registers.organisations.pages import standing as pages

app_name = "organisations"
urlpatterns = [
    path("provider/join/", pages.join, name="join"),
    path("provider/join/form/", pages.apply, name="apply"),
    path("provider/join/<uuid:ref>/", pages.application, name="application"),
    path("provider/join/<uuid:ref>/sent/", pages.sent, name="sent"),
    path("provider/join/<uuid:ref>/amend/", pages.amend, name="amend"),
    path("provider/organisation/", pages.own, name="own"),
    path("provider/organisation/sites/", pages.add_site, name="add_site"),
    path("provider/organisation/sites/<uuid:ref>/", pages.change_site, name="change_site"),
    path("provider/organisation/sites/<uuid:ref>/close/", pages.close_site, name="close_site"),
    path("provider/claims/<uuid:ref>/", claims.claimed, name="claimed"),
    path("organisations/<uuid:ref>/claim/", claims.claim, name="claim"),
    path("officer/claims/", claims.officer_claims, name="officer_claims"),
    path("officer/claims/<uuid:ref>/", claims.officer_claim, name="officer_claim"),
    path("officer/claims/<uuid:ref>/<slug:move>/", claims.decide, name="decide_claim"),
    path("officer/organisations/", pages.officer_list, name="officer_list"),
    path("officer/organisations/<uuid:ref>/", pages.officer, name="officer"),
    path("officer/organisations/<uuid:ref>/<slug:move>/", pages.decide, name="decide"),
    path("officer/register/", intakes.intakes, name="intakes"),
    path("officer/register/rows/", intakes.doubts, name="doubts"),
    path("officer/register/rows/sheet/", intakes.corrections, name="corrections"),
    path("officer/register/rows/<uuid:ref>/settle/", intakes.settle, name="settle"),
    path("organisations/data/", bulk.data, name="data"),
    path("organisations/watching/", watching.watching, name="watching"),
    path("organisations/watching/<uuid:ref>/", watching.watch_list, name="watch_list"),
    path("organisations/watching/<uuid:ref>/drop/", watching.drop, name="drop_list"),
    path("organisations/watching/<uuid:ref>/<uuid:organisation>/remove/", watching.remove, name="unwatch"),
    path("organisations/<uuid:ref>/watch/", watching.watch, name="watch"),
    path("organisations/", register.register, name="register"),
    path("organisations/<uuid:ref>/", register.public, name="public"),
    path("organisations/<uuid:ref>/extract/", register.extract, name="extract"),
    path("organisations/<uuid:ref>/filings/", register.filings, name="filings"),
]
