"""What the one box answers. The text comes by POST and goes on by POST: it stands in no address and in no log."""
import re
import unicodedata
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from linli.engines.search import queries as search
from linli.engines.search import registry as found_by
from linli.kernel.doors import Request, say, speak
from linli.kernel.refusals import NotFound
from linli.registers.directory import queries as directory
from linli.registers.organisations import queries as organisations
from linli.shell.pages.about import emergency
from linli.shell.pages.home import Line, lines
from linli.shell.site import address
from linli.work.needs import queries as needs

LONGEST = 2000
SERVICES, HITS = 5, 12
DANGER = {"life_risk", "medical_emergency", "abuse", "missing_person"}
PASSPORT = re.compile(r"P[0-9A-Z]{10}")
CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
IDENTITY_NUMBER = re.compile(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")


@dataclass(frozen=True)
class Straight:
    """A page that the typed number leads straight to, or the sentence that says why none."""

    label: str
    url: str
    text: str = ""
    tone: str = "ok"


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: Request) -> HttpResponse:
    """The numbers to call where life is at risk, then a need to be written, services that fit, and what was found."""
    if request.method != "POST":
        return redirect("home")
    text = request.POST.get("text", "").replace("\x00", "").strip()
    if not text or len(text) > LONGEST:
        sentence = gettext("Write in a few words what you need.") if not text else gettext(
            "This is {count} characters long; at most {most} are read here. Say it shorter.").format(
                count=len(text), most=LONGEST)
        return render(request, "shell/start.html", {"text": text, "alerts": [sentence]}, status=422)
    understood = needs.triage(text)
    straight = _straight(text)
    services = [] if straight else _services(understood.category, request)
    context = {
        "text": text, "danger": bool(DANGER & {flag.value for flag in understood.flags}), "emergency": emergency(),
        "straight": straight, "need_url": "" if straight else address("needs:write"), "services": services,
        "category": _category(understood.category), "why": _why(understood),
        "groups": [] if straight else _groups(text, {line.url for line in services}),
        "all_url": _address_of(understood.category), "categories_url": address("directory:categories"),
    }
    return render(request, "shell/start.html", context)


def _straight(text: str) -> Straight | None:
    """Where a passport's number or an organisation's code leads; a warning for an identity number."""
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if PASSPORT.fullmatch(code) and (url := address("practitioners:check")):
        return Straight(gettext("Open the passport {number}").format(number=code), f"{url}{code}/")
    if IDENTITY_NUMBER.fullmatch(code):
        said = gettext("This looks like an identity number. Nothing is found by it here, and nobody needs it to help"
                       " you: do not give it away.")
        return Straight("", "", said, "late")
    if not CREDIT_CODE.fullmatch(code):
        return None
    try:
        card = organisations.by_code(code)
    except NotFound as why:
        return Straight("", "", say(why), "wait")
    return Straight(card.name, reverse("organisations:public", args=[card.ref]))


def _category(key: str | None) -> str:
    return speak(directory.category(key).name) if key in directory.KEYS else ""


def _address_of(key: str | None) -> str:
    asked = f"?{urlencode({'category': key})}" if key else ""
    return address("directory:services") + asked


def _why(understood: Any) -> list[tuple[str, bool]]:
    return [(speak(reason.text, phrase=reason.phrase), True) for reason in understood.why]


def _services(category: str | None, request: Request) -> list[Line]:
    if category is None:
        return []
    found = directory.find(categories=[category], sort="soonest", at=request.at, most=SERVICES)
    return lines(found.items, at=request.at)


def _groups(text: str, shown: set[str]) -> list[tuple[str, list[search.Hit]]]:
    """What the one index finds, kind by kind, without the services that are listed already."""
    lang = "zh" if (get_language() or "").startswith("zh") else "en"
    groups: dict[str, list[search.Hit]] = {}
    for hit in search.search(text, limit=HITS, lang=lang):
        if hit.url not in shown:
            groups.setdefault(hit.kind, []).append(hit)
    return [(speak(found_by.KINDS[kind].name), hits) for kind, hits in groups.items() if kind in found_by.KINDS]
