from django.urls import path

from linli.work.needs.pages import agent, keeping, officer, provider, writing

app_name = "needs"
urlpatterns = [
    path("needs/", keeping.mine, name="mine"),
    path("needs/new/", writing.write, name="write"),
    path("needs/<uuid:ref>/", keeping.need, name="need"),
    path("needs/<uuid:ref>/change/", writing.change, name="change"),
    path("needs/<uuid:ref>/withdraw/", keeping.withdraw, name="withdraw"),
    path("provider/needs/", provider.open_needs, name="open"),
    path("provider/needs/offers/", provider.offers, name="offers"),
    path("provider/needs/offers/<uuid:ref>/withdraw/", provider.withdraw_offer, name="withdraw_offer"),
    path("provider/needs/<uuid:ref>/", provider.open_need, name="open_need"),
    path("officer/needs/", officer.unmet, name="unmet"),
    path("agent/", agent.agent, name="agent"),
]
