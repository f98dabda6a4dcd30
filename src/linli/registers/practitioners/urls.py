from django.urls import path

from linli.registers.practitioners import pages

app_name = "practitioners"
urlpatterns = [
    path("p/", pages.check, name="check"),
    path("p/<str:number>/", pages.passport, name="passport"),
    path("provider/staff/", pages.staff, name="staff"),
    path("provider/staff/add/", pages.add, name="add"),
    path("provider/staff/import/", pages.import_staff, name="import_staff"),
    path("provider/staff/import/template/", pages.template, name="template"),
    path("provider/staff/<uuid:ref>/", pages.file, name="file"),
    path("provider/staff/<uuid:ref>/card/", pages.card, name="card"),
    path("provider/staff/<uuid:ref>/change/", pages.change, name="change"),
    path("provider/staff/<uuid:ref>/leave/", pages.leave, name="leave"),
    path("provider/staff/<uuid:ref>/rejoin/", pages.rejoin, name="rejoin"),
    path("provider/staff/<uuid:ref>/credentials/", pages.record_credential, name="record_credential"),
    path("provider/staff/<uuid:ref>/credentials/<uuid:credential>/withdraw/", pages.withdraw_credential,
         name="withdraw_credential"),
]
