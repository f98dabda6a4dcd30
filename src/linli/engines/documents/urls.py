from django.urls import path

from linli.engines.documents import pages

app_name = "documents"
urlpatterns = [
    path("check/", pages.check, name="check"),
    path("check/file/", pages.file, name="file"),
    path("check/authority.pem", pages.authority, name="authority"),
    path("check/authority.crl", pages.withdrawn, name="withdrawn"),
    path("check/revoked.json", pages.revoked, name="revoked"),
    path("check/<str:number>/", pages.document, name="document"),
    path("check/<str:number>/document.pdf", pages.pdf, name="pdf"),
    path("documents/", pages.mine, name="mine"),
]
