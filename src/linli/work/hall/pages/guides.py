"""What everybody may read: the matters, their guides, whether one may apply, and what is late."""
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from linli.engines.journal import actions as journal
from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken, Several
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.places import queries as places
from linli.work.hall import actions, forms, queries, rules
from linli.work.hall.pages import words
from linli.work.hall.registry import AUDIENCES, TRUSTS, Audience, Matter
from linli.work.hall.states import APPLY

PAGE = 50


@require_GET
def matters(request: Request) -> HttpResponse:
    form = forms.Search(request.GET or None)
    form.is_valid()
    asked = getattr(form, "cleaned_data", {})
    found = queries.matters(q=asked.get("q", ""), audience=asked.get("audience", ""))
    groups = [{"title": speak(label), "rows": [_row(one) for one in found if one.audience is key]}
              for key, label in AUDIENCES.items()]
    return render(request, "hall/matters.html", {
        "form": form, "groups": [group for group in groups if group["rows"]],
        "signed_in": request.actor != ANONYMOUS, "filtered": any(asked.values()),
    })


def _row(one: Matter) -> dict[str, Any]:
    return {"url": reverse("hall:guide", args=[one.key]), "title": speak(one.title), "summary": speak(one.summary)}


@require_GET
def guide(request: Request, key: str) -> HttpResponse:
    """Everything to know before applying; limits and papers as they hold in a region that may be chosen."""
    on, region = timezone.localdate(request.at), request.GET.get("region", "") or settings.REGION
    region = region if region in places.named([region]) else ""
    found = queries.guide(key, region=region, on=on)
    one = found.matter
    return render(request, "hall/guide.html", {
        "key": key, "title": speak(one.title), "summary": speak(one.summary),
        "audience": speak(AUDIENCES[one.audience]),
        "steps": words.guide_steps(found.steps, region=region),
        "conditions": [(speak(text, **rule.said) if rule else speak(text),
                        reverse("rulebook:rule", args=[rule.id]) if rule else "",
                        rule.article if rule else "") for text, rule in found.conditions],
        "materials": [{"title": speak(m.title), "hint": speak(m.hint) if m.hint else "", "trust": m.trust.value,
                       "told": speak(TRUSTS[m.trust]), "promised": words.promised(m),
                       "sometimes": m.needed_when is not None or not m.required,
                       "kinds": ", ".join(kind.upper() for kind in m.kinds),
                       "most": f"{m.most_bytes // 1_000_000} MB"} for m in found.materials],
        "basis": [speak(text) for text in one.basis], "cost": speak(one.cost),
        "remedies": speak(one.remedies, **queries.challenged_within(region=region, on=on)),
        "documents": [speak(text) for text in one.documents],
        "sections": [(speak(section.title), [speak(field.label) for field in section.fields])
                     for section in one.sections],
        "questions": bool(one.questions), "region": region,
        "regions": words.region_choices(settings.REGION, settings.REGION) if settings.REGION else [],
        "start": reverse("hall:check" if one.questions else "hall:begin", args=[key]),
    })


@require_GET
def check(request: Request, key: str) -> HttpResponse:
    """The questions asked before anything is filled in. The answers go along to where it begins, and into the draft."""
    on = timezone.localdate(request.at)
    one = queries.matter(key, region=settings.REGION, on=on)
    asked = any(field.key in request.GET for field in one.questions)
    form = forms.Typed(request.GET if asked else None, asked=one.questions)
    unmet, missing, ready = [], False, False
    if asked:
        typed = rules.read(one.questions, form.typed())
        for gap in (gaps := rules.wrong(one.questions, typed)):
            form.whys.setdefault(gap.key, []).append(say(gap.why))
        missing = bool(gaps)
        unmet = [] if missing else queries.eligibility(
            one, typed, person=request.actor.person, organisation=None, on=on)
        ready = not missing and not any(why.bars for why in unmet)
    return render(request, "hall/check.html", {
        "key": key, "title": speak(one.title), "form": form, "missing": missing, "ready": ready, "asked": asked,
        "unmet": [(speak(why.text, **rules.told(why.values)), reverse("rulebook:rule", args=[why.rule]) if (
            queries.rule_of(why.rule, region=settings.REGION, on=on)) else "") for why in unmet],
        "begin": f"{reverse('hall:begin', args=[key])}?{_answered(request, one)}",
    })


def _answered(request: Request, one: Matter) -> str:
    keys = {field.key for field in one.questions}
    return urlencode([(key, value) for key, values in request.GET.lists() if key in keys for value in values])


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: Request, key: str) -> HttpResponse:
    """For whom and where; then the draft begins."""
    on = timezone.localdate(request.at)
    one = queries.matter(key, on=on)
    if request.actor.person is None:
        raise NotAllowed(N_("Only somebody who signed in as a person can apply."))
    form = _begin(request, one)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            return redirect("hall:fill", _begun(request, one, said))
        except (Conflict, RuleBroken) as why:
            for one_why in why.whys if isinstance(why, Several) else (why,):
                blame(form, one_why)
    return render(request, "hall/begin.html", {
        "key": key, "title": speak(one.title), "form": form,
        "nobody": one.audience is Audience.ORGANISATION and "organisation" not in form.fields,
    }, status=422 if request.method == "POST" else 200)


def _begun(request: Request, one: Matter, said: dict[str, Any]) -> UUID:
    """Under the form's own key: sent twice, it begins once. What was answered before is in the address still."""
    answers = rules.read(one.questions, forms.Typed(request.GET, asked=one.questions).typed())
    whose = {"person": UUID(said["person"]) if said.get("person") else None,
             "organisation": UUID(said["organisation"]) if said.get("organisation") else None,
             "region": said.get("region", "")}
    return journal.once(
        f"page:{said['key']}", by=request.actor, at=request.at, body=["hall_draft", one.key, {
            n: str(v) for n, v in whose.items()}, answers],
        do=lambda: actions.draft(one.key, **whose, answers=answers, by=request.actor, at=request.at)).ref


def _begin(request: Request, one: Matter) -> forms.Begin:
    by = request.actor
    bodies: list[tuple[str, str]] = []
    persons: list[tuple[str, str]] = []
    regions: list[tuple[str, str]] = []
    if one.audience is Audience.ORGANISATION:
        bodies = [(str(card.ref), card.name) for card in organisations.managed(by, APPLY, sites=False)]
    else:
        refs = sorted(by.refs(APPLY, "person"), key=lambda ref: (ref != by.person, ref))
        known = people.names(refs, by=by)
        persons = [(str(ref), known.get(ref, "")) for ref in refs]
        home = people.regions([by.person]).get(by.person, "") if by.person else ""
        regions = words.region_choices(home, settings.REGION)
    return forms.Begin(request.POST if request.method == "POST" else None, people=persons, organisations=bodies,
                       regions=regions, initial={"key": new_ref()})


@require_GET
def late(request: Request) -> HttpResponse:
    """Every late step of every office, ours too, without who applied."""
    asked = request.GET.get("page", "1")
    number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1
    region = request.GET.get("region", "")
    region = region if region.isdecimal() and len(region) == 12 else ""
    found, total = queries.late_steps(at=request.at, region=region, start=(number - 1) * PAGE, most=PAGE)
    return render(request, "hall/late.html", {
        "header": [(gettext("Matter"), "wide"), (gettext("Step"), ""), (gettext("Office that owes it"), ""),
                   (gettext("Due"), ""), (gettext("Late by"), "num")],
        "rows": [[(speak(one.title), reverse("hall:guide", args=[one.matter])), speak(one.step), one.desk_name,
                  words.day(one.due_on.isoformat()),
                  {"text": ngettext("%(days)s day", "%(days)s days", one.days_late) % {"days": one.days_late},
                   "tone": "late"}] for one in found],
        "page": Paginator(range(total), PAGE).get_page(number), "total": total,
    })
