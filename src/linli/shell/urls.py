from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

from linli.shell import pages
from linli.shell.api import api

urlpatterns = [
    path("", pages.home, name="home"),
    path("help/", pages.help_, name="help"),
    path("contact/", pages.contact, name="contact"),
    path("about/", pages.about, name="about"),
    path("privacy/", pages.privacy, name="privacy"),
    path("prefs/language/", pages.language, name="prefs-language"),
    path("prefs/elder/", pages.elder, name="prefs-elder"),
    path("prefs/theme/", pages.theme, name="prefs-theme"),
    path("api/v1/", api.urls),
    *(path("", include(f"{room}.urls")) for room in settings.ROOMS
      if room != "linli.shell" and find_spec(f"{room}.urls")),
]
handler404 = "linli.shell.pages.absent"
handler500 = "linli.shell.pages.broken"
