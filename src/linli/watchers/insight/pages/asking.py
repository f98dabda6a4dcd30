"""What an address asks for, and what the filters offer."""
from typing import Any

from django.utils.translation import gettext, ngettext

from linli.kernel.doors import Request, speak
from linli.registers.directory import queries as directory
from linli.registers.places import queries as places
from linli.watchers.insight import access, queries
from linli.watchers.insight.pages import words
from linli.watchers.insight.queries import Asked
from linli.watchers.insight.rules.measures import MEASURES, PERIODS, Subject


def asked(request: Request) -> Asked:
    said = {name: request.GET.get(name, "")[:40] for name in ("measure", "region", "what", "group", "kind")}
    return queries.asked(**said, days=number(request, "days"), by=request.actor)


def number(request: Request, name: str, *, otherwise: int = 0) -> int:
    text = request.GET.get(name, "")[:6]
    return int(text) if text.isascii() and text.isdecimal() else otherwise


def page(request: Request) -> int:
    return max(1, number(request, "page", otherwise=1))


def regions(request: Request, region: str) -> list[tuple[str, str]]:
    """The actor's own regions for a choice: the widest, what lies right below it, and the one that was chosen."""
    widest = access.widest(request.actor)
    found = dict([(widest, places.called([widest]).get(widest, widest)), *queries.heads_of(widest)])
    if region not in found:
        found[region] = places.called([region]).get(region, region)
    return [(code, name) for code, name in found.items() if code.startswith(access.starts(request.actor))]


def filters(request: Request, of: Asked) -> dict[str, Any]:
    subject = of.subject
    seen = {Subject.REACH: set[str](), Subject.SUPPLY: set(directory.GROUPS), Subject.NEEDS: queries.groups(
        by=request.actor)}[subject]
    return {
        "of": of, "regions": regions(request, of.region),
        "measures": [(speak(about.name), words.address("coverage", of, measure=key), key is of.measure)
                     for key, about in MEASURES.items()],
        "domains": [] if subject is Subject.REACH else [
            (f"{domain.key}*", speak(domain.name),
             [(key, words.kind_of_help(key)) for key in directory.within(domain.key)])
            for domain in directory.domains()],
        "periods": periods() if subject is Subject.NEEDS else [],
        "groups": [(key, speak(name)) for key, name in directory.GROUPS.items() if key in seen],
        "kinds": [(key, speak(name)) for key, name in places.facility_kinds().items()]
        if subject is Subject.REACH else [],
        "everything": gettext("Every kind of help"), "everybody": gettext("Everybody"),
    }


def periods(least: int = 0) -> list[tuple[int, str]]:
    return [(days, ngettext("{count} day", "{count} days", days).format(count=days))
            for days in PERIODS if days >= least]
