from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

from linli.shell import interface
from linli.shell.api import api
from linli.shell.pages import about, administration, figures, home, officer, preferences, provider, start

urlpatterns = [
    path("", home.home, name="home"),
    path("start/", start.start, name="start"),
    path("figures/", figures.figures, name="figures"),
    path("provider/", provider.provider, name="provider"),
    path("officer/", officer.officer, name="officer"),
    path("admin-desk/", administration.administration, name="administration"),
    path("help/", about.help_, name="help"),
    path("contact/", about.contact, name="contact"),
    path("about/", about.about, name="about"),
    path("privacy/", about.privacy, name="privacy"),
    path("manifest.webmanifest", about.manifest, name="manifest"),
    path("sw.js", about.worker, name="worker"),
    path("offline/", about.offline, name="offline"),
    path("robots.txt", about.robots, name="robots"),
    path("sitemap.xml", about.sitemap, name="sitemap"),
    path("prefs/language/", preferences.language, name="prefs-language"),
    path("prefs/elder/", preferences.elder, name="prefs-elder"),
    path("prefs/theme/", preferences.theme, name="prefs-theme"),
    path("api/v1/openapi.json", interface.openapi, name="openapi"),
    path("api/v1/", api.urls),
    *(path("", include(f"{room}.urls")) for room in settings.ROOMS
      if room != "linli.shell" and find_spec(f"{room}.urls")),
]
handler404 = "linli.shell.pages.errors.absent"
handler500 = "linli.shell.pages.errors.broken"
