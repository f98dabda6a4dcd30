from django.urls import path

from linli.work.hall.pages import guides, office, own

app_name = "hall"
urlpatterns = [
    path("hall/", guides.matters, name="matters"),
    path("hall/late/", guides.late, name="late"),
    path("hall/mine/", own.mine, name="mine"),
    path("hall/matters/<str:key>/", guides.guide, name="guide"),
    path("hall/matters/<str:key>/check/", guides.check, name="check"),
    path("hall/matters/<str:key>/begin/", guides.begin, name="begin"),
    path("hall/applications/<uuid:ref>/", office.application, name="application"),
    path("hall/applications/<uuid:ref>/form/", own.fill, name="fill"),
    path("hall/applications/<uuid:ref>/form/<str:key>/", own.section, name="section"),
    path("hall/applications/<uuid:ref>/papers/", own.attach, name="attach"),
    path("hall/applications/<uuid:ref>/papers/<uuid:file>/remove/", own.detach, name="detach"),
    path("hall/applications/<uuid:ref>/promises/", own.promise, name="promise"),
    path("hall/applications/<uuid:ref>/hand-in/", own.hand_in, name="hand_in"),
    path("hall/applications/<uuid:ref>/letters/<slug:kind>/", own.letter, name="letter"),
    path("hall/applications/<uuid:ref>/<str:name>/", office.move, name="move"),
    path("officer/hall/", office.desk, name="desk"),
    path("officer/hall/batch/", office.batch, name="batch"),
]
