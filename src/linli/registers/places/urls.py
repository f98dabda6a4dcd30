from django.urls import path

from linli.registers.places.pages import choosing, circle, coverage, facilities, grids, regions

app_name = "places"
urlpatterns = [
    path("regions/", regions.look_up, name="look_up"),
    path("regions/choose/", choosing.choose, name="choose"),
    path("regions/options/", choosing.options, name="options"),
    path("regions/<str:code>/", regions.region, name="region"),
    path("life-circle/", circle.circle, name="circle"),
    path("facilities/<uuid:ref>/", facilities.facility, name="facility"),
    path("officer/coverage/facilities/", coverage.coverage, name="coverage"),
    path("officer/coverage/gaps/", coverage.gaps, name="gaps"),
    path("officer/facilities/", facilities.listed, name="facilities"),
    path("officer/facilities/new/", facilities.add, name="add_facility"),
    path("officer/facilities/<uuid:ref>/", facilities.change, name="change_facility"),
    path("officer/facilities/<uuid:ref>/close/", facilities.close, name="close_facility"),
    path("officer/facilities/<uuid:ref>/confirm/", facilities.confirm, name="confirm_facility"),
    path("officer/grids/", grids.listed, name="grids"),
    path("officer/grids/new/", grids.add, name="add_grid"),
    path("officer/grids/<uuid:ref>/", grids.grid, name="grid"),
    path("officer/grids/<uuid:ref>/appoint/", grids.appoint, name="appoint"),
    path("officer/grids/<uuid:ref>/relieve/", grids.relieve, name="relieve"),
]
