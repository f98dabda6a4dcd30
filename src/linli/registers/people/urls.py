from django.urls import path

from linli.registers.people.pages import audits, children, desk, family, groups, own, rights

app_name = "people"
urlpatterns = [
    path("privacy/children/", children.children, name="children"),
    path("me/family/", family.family, name="family"),
    path("me/family/add/", family.add, name="add"),
    path("me/family/<uuid:ref>/", family.added, name="added"),
    path("me/family/<uuid:ref>/accept/", family.accept, name="accept"),
    path("me/family/<uuid:ref>/end/", family.end, name="end"),
    path("me/profile/", own.profile, name="profile"),
    path("me/profile/<uuid:ref>/", own.profile, name="profile_of"),
    path("me/real-name/", own.real_name, name="real_name"),
    path("me/openings/", own.openings, name="openings"),
    path("me/openings/<uuid:ref>/", own.openings, name="openings_of"),
    path("me/erase/", own.erase, name="erase"),
    path("me/erase/<uuid:ref>/", own.erase, name="erase_of"),
    path("me/privacy/", rights.privacy, name="privacy"),
    path("me/privacy/<uuid:ref>/", rights.privacy, name="privacy_of"),
    path("me/privacy/<uuid:ref>/choose/", rights.choose, name="choose"),
    path("me/privacy/<uuid:ref>/copy/", rights.copy, name="copy"),
    path("me/privacy/<uuid:ref>/decisions/", rights.decisions, name="decisions"),
    path("me/privacy/<uuid:ref>/ask/", rights.ask, name="ask"),
    path("me/requests/<uuid:ref>/", rights.asked, name="asked"),
    path("me/requests/<uuid:ref>/take-back/", rights.take_back, name="take_back"),
    path("officer/people/", desk.find, name="find"),
    path("officer/people/<uuid:ref>/", desk.sealed, name="sealed"),
    path("officer/people/<uuid:ref>/groups/", groups.note, name="note"),
    path("officer/groups/", groups.counts, name="groups"),
    path("officer/groups/<slug:group>/", groups.members, name="group"),
    path("officer/requests/", desk.requests, name="requests"),
    path("officer/requests/<uuid:ref>/", desk.decide, name="decide"),
    path("officer/openings/", desk.permits, name="permits"),
    path("officer/audits/", audits.audits, name="audits"),
    path("officer/audits/<uuid:ref>/", audits.audit, name="audit"),
    path("officer/openings/<uuid:ref>/", desk.permit, name="permit"),
]
