"""Pages that say what this site is: help, contact, privacy, about; and the three files that programs ask for."""
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from linli.kernel.doors import Request, speak
from linli.kernel.text import N_, Text

EMERGENCY: tuple[tuple[str, Text], ...] = (
    ("120", N_("ambulance")), ("110", N_("police")), ("119", N_("fire and rescue")),
    ("12356", N_("mental health line")),
)
KEPT: tuple[tuple[Text, Text, Text], ...] = (
    (N_("Name, identity number"), N_("to know that you are you, once"), N_("until you delete the account")),
    (N_("Telephone, address"), N_("so that help reaches you"), N_("until you change or delete them")),
    (N_("What you wrote about your need"), N_("to find who can help"), N_("with the record of the service")),
    (N_("What you typed into the search box"), N_("to show what fits"), N_("not kept")),
    (N_("Orders, proofs, ratings"), N_("so that work is proven and paid once"), N_("with the record of the service")),
    (N_("Where you are (only when you press the button)"), N_("to find what is near"), N_("not kept as a track")),
    (N_("Who opened which of your data, and why"), N_("so that you can check us"), N_("as long as the data")),
    (N_("Access logs of the server"), N_("security; the law asks for at least six months"),
     N_("six months, then erased")),
)
PRIVATE = ("/provider/", "/officer/", "/agent/", "/work/", "/admin-desk/", "/needs/", "/orders/", "/me/", "/notices/",
           "/start/", "/accounts/", "/api/", "/log/receipt/")
"""Nothing to be found there by search engines: one's own, or asked with a form."""
PUBLIC = ("home", "directory:services", "directory:categories", "organisations:register", "practitioners:check",
          "matching:how", "rulebook:rules", "rulebook:late", "figures", "help", "contact", "privacy",
          "people:children", "about", "organisations:join", "openlog:log", "openlog:verify", "places:circle",
          "places:look_up")


def emergency() -> list[dict[str, str]]:
    """The numbers to call where life is at risk, with what each is for."""
    return [{"number": number, "label": speak(label)} for number, label in EMERGENCY]


@require_GET
def help_(request: Request) -> HttpResponse:
    return render(request, "shell/help.html", {"emergency": emergency()})


@require_GET
def contact(request: Request) -> HttpResponse:
    return render(request, "shell/contact.html", {"emergency": emergency()})


@require_GET
def about(request: Request) -> HttpResponse:
    return render(request, "shell/about.html")


@require_GET
def privacy(request: Request) -> HttpResponse:
    """What is told under articles 17 and 30 of the Personal Information Protection Law."""
    header = [{"label": gettext("Which data")}, {"label": gettext("What for")}, {"label": gettext("How long")}]
    rows = [[speak(cell) for cell in row] for row in KEPT]
    return render(request, "shell/privacy.html", {"header": header, "rows": rows})


@require_GET
def manifest(request: Request) -> HttpResponse:
    """So that the site can stand on a phone's first screen."""
    icons = [{"src": static("ui/mark.svg"), "type": "image/svg+xml", "sizes": "any", "purpose": "any"}]
    icons += [{"src": static(f"ui/icon-{size}.png"), "type": "image/png", "sizes": f"{size}x{size}", "purpose": purpose}
              for size in (192, 512) for purpose in ("any", "maskable")]
    said = {
        "name": gettext("Linli"), "short_name": gettext("Linli"), "id": "/", "start_url": "/", "scope": "/",
        "display": "standalone", "background_color": "#f6f5f0", "theme_color": "#0b6158", "icons": icons,
        "lang": get_language(), "shortcuts": [{"name": gettext("My day"), "url": "/work/"},
                                              {"name": gettext("Find a service"), "url": "/services/"}],
    }
    return JsonResponse(said, content_type="application/manifest+json")


@require_GET
def worker(request: Request) -> HttpResponse:
    """What a browser keeps of the site: it must stand at the root to serve all of it."""
    text = (settings.ROOT / "src" / "linli" / "shell" / "templates" / "shell" / "worker.js").read_text()
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_GET
def offline(request: Request) -> HttpResponse:
    """Shown by the browser itself when there is no link; the same for everyone."""
    return render(request, "shell/offline.html", {"emergency": emergency()})


@require_GET
def robots(request: Request) -> HttpResponse:
    """A demo is not to be found at all: what stands there is invented."""
    closed = ("/",) if settings.DEMO else PRIVATE
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    if not settings.DEMO:
        lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_GET
def sitemap(request: Request) -> HttpResponse:
    """The public pages that are always there; what is found through them changes daily."""
    pages = [request.build_absolute_uri(path) for path in map(_path, PUBLIC) if path]
    return render(request, "shell/sitemap.xml", {"pages": pages}, content_type="application/xml; charset=utf-8")


def _path(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
