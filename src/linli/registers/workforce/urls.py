from django.urls import path

from linli.registers.workforce.pages import office, own, stations

app_name = "workforce"
urlpatterns = [
    path("me/profession/", own.profession, name="profession"),
    path("me/profession/apply/", own.apply, name="apply"),
    path("me/profession/registrations/<uuid:ref>/withdraw/", own.withdraw_application, name="withdraw_application"),
    path("me/profession/learning/", own.report, name="report"),
    path("me/profession/learning/<uuid:ref>/take-back/", own.take_back, name="take_back"),
    path("officer/workforce/", office.register, name="register"),
    path("officer/workforce/registrations/<uuid:ref>/", office.registration, name="registration"),
    path("officer/workforce/registrations/<uuid:ref>/register/", office.enter, name="enter"),
    path("officer/workforce/registrations/<uuid:ref>/refuse/", office.refuse, name="refuse"),
    path("officer/workforce/registrations/<uuid:ref>/revoke/", office.revoke, name="revoke"),
    path("officer/workforce/learning/", office.learning, name="learning"),
    path("officer/workforce/learning/<uuid:ref>/confirm/", office.confirm, name="confirm"),
    path("officer/workforce/learning/<uuid:ref>/decline/", office.decline, name="decline"),
    path("stations/", stations.listed, name="stations"),
    path("stations/<uuid:ref>/", stations.station, name="station"),
    path("officer/workforce/stations/", stations.overseen, name="overseen_stations"),
    path("officer/workforce/stations/new/", stations.set_up, name="open_station"),
    path("officer/workforce/stations/<uuid:ref>/close/", stations.close, name="close_station"),
    path("provider/stations/", stations.staffing, name="staffing"),
    path("provider/stations/<uuid:ref>/assign/", stations.assign, name="assign"),
    path("provider/stations/<uuid:ref>/relieve/<uuid:assignment>/", stations.relieve, name="relieve"),
]
