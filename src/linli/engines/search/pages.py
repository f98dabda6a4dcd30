from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from linli.engines.search import queries, rules
from linli.engines.search.registry import KINDS
from linli.kernel.doors import Request, speak

MOST = 50
POST_A_NEED = "/needs/new/"


@require_GET
def search(request: Request) -> HttpResponse:
    """One box over everything public; the same kinds as links, with how many there are of each."""
    q = rules.clean(request.GET.get("q", ""))
    shown = q[: rules.MOST_CHARACTERS]
    kind = request.GET.get("kind", "")
    region = request.GET.get("region", "")
    found = queries.results(
        shown, kinds=[kind] if kind in KINDS else None, region=region if region.isdigit() else None, limit=MOST,
        lang="zh" if (get_language() or "").startswith("zh") else "en")
    hits = [(hit, speak(KINDS[hit.kind].name)) for hit in found.hits if hit.kind in KINDS]
    counted = [(key, counted) for key, counted in found.counts.items() if key in KINDS]
    total = sum(count for _, count in counted)
    facets = [{"label": gettext("Everything"), "count": _some(total, counted), "url": _address(shown, "", region),
               "current": not kind}]
    facets += [{"label": speak(KINDS[key].name), "count": _some(count, [(key, count)]),
                "url": _address(shown, key, region), "current": key == kind}
               for key, count in sorted(counted, key=lambda pair: -pair[1])]
    context = {
        "q": shown, "cut": len(q) > len(shown), "asked": bool(rules.terms(shown)), "hits": hits, "facets": facets,
        "total": total, "capped": _capped(counted), "exact": found.exact, "few": len(hits) < MOST,
        "need_url": POST_A_NEED,
    }
    return render(request, "search/_results.html" if request.htmx else "search/search.html", context)


def _capped(counted: list[tuple[str, int]]) -> bool:
    return any(count >= queries.MOST_COUNTED for _, count in counted)


def _some(count: int, counted: list[tuple[str, int]]) -> str:
    return f"{count:,}+" if _capped(counted) else f"{count:,}"


def _address(q: str, kind: str, region: str) -> str:
    given = {"q": q, "kind": kind, "region": region}
    return f"{reverse('search:search')}?{urlencode({name: value for name, value in given.items() if value})}"
