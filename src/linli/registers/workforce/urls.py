from django.urls import path

from linli.registers.workforce.pages import office, own

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
]
