from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from linli.engines.journal import queries as journal
from linli.engines.journal.registry import TELLINGS
from linli.engines.rulebook import actions, queries, registry
from linli.engines.rulebook.forms import Filter, Search, StopClock, Waive
from linli.engines.rulebook.queries import Confidence, DutyCard, Kind, Rule, Unit
from linli.engines.rulebook.rules import ALWAYS, NATIONAL
from linli.engines.rulebook.states import LABELS, SEE, STOP_REASONS, State
from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import NotAllowed, NotFound, Refusal
from linli.kernel.text import N_
from linli.ui import written

SIZE = 50
TONES = {State.RUNNING: "wait", State.STOPPED: "calm", State.OVERDUE: "late", State.MET: "ok", State.MET_LATE: "late",
         State.WAIVED: "plain"}
TOPICS = {
    "government": N_("Government services"), "service": N_("Needs, bookings and services"),
    "security": N_("Keeping records"), "accounts": N_("Signing in"), "matching": N_("Matching"),
    "quality": N_("Ratings"), "orders": N_("Visits"), "passport": N_("Passports"),
    "fields": N_("Assistance, volunteering, care, credit"), "insight": N_("Figures for offices"),
    "registration": N_("Registering, changing and ending organisations"), "naming": N_("Names of organisations"),
    "founding": N_("Founding societies and agencies"), "foundations": N_("Founding foundations"),
    "annual": N_("Annual reports of organisations"),
}
NAMELESS = {"organisation": N_("An organisation"), "practitioner": N_("A practitioner"), "person": N_("A person"),
            "region": N_("An office")}
CONFIDENCE = {
    Confidence.S: N_("Read in the text itself"), Confidence.S2: N_("Seen at second hand"),
    Confidence.M: N_("Common practice; not read in a source"), Confidence.DOUBTFUL: N_("Doubtful; sources disagree"),
}


# Rules


@require_GET
def rules(request: Request) -> HttpResponse:
    """Browse the rules in force on a day in a region."""
    topics = [(topic, speak(TOPICS[topic]) if topic in TOPICS else topic) for topic in queries.topics()]
    form = Search(request.GET or None, topics=topics, regions=_jurisdictions())
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    on = wanted.get("on") or timezone.localdate(request.at)
    found = [] if form.is_bound and not form.is_valid() else queries.in_force(
        on=on, region=wanted.get("region") or None, topic=wanted.get("topic", ""), text=wanted.get("q", ""))
    header = [gettext("Rule"), gettext("Figure"), gettext("Applies in"), gettext("Basis"), gettext("Kind")]
    context = {"form": form, "on": on, "header": header, "found": _lines(found)}
    return render(request, "rulebook/_rules.html" if request.htmx else "rulebook/rules.html", context,
                  status=422 if form.errors else 200)


@require_GET
def rule(request: Request, id: str) -> HttpResponse:
    """One rule in all its versions."""
    today = timezone.localdate(request.at)
    versions = sorted(queries.versions(id), reverse=True,
                      key=lambda rule: (rule.jurisdiction == NATIONAL, rule.jurisdiction, rule.from_))
    names = registry.names([f"region:{rule.jurisdiction}" for rule in versions])
    context = {"id": id, "title": speak(versions[0].title),
               "versions": [_version(rule, names, today) for rule in versions],
               "setting": any(rule.kind is Kind.SETTING for rule in versions)}
    return render(request, "rulebook/rule.html", context)


def figure(rule: Rule) -> str:
    """The figure of a rule in words; empty for a rule without one."""
    if rule.figure is None:
        return ""
    n = int(rule.figure) if rule.figure == int(rule.figure) else rule.figure
    match rule.unit:
        case Unit.WORKDAY:
            text = ngettext("{n} working day", "{n} working days", int(n))
        case Unit.DAY:
            text = ngettext("{n} day", "{n} days", int(n))
        case Unit.MONTH:
            text = ngettext("{n} month", "{n} months", int(n))
        case Unit.YEAR:
            text = ngettext("{n} year", "{n} years", int(n))
        case Unit.HOUR:
            text = ngettext("{n} hour", "{n} hours", int(n))
        case Unit.MINUTE:
            text = ngettext("{n} minute", "{n} minutes", int(n))
        case Unit.METRE:
            text = gettext("{n} m")
        case Unit.RATIO:
            text = gettext("{n} times")
        case Unit.FEN:
            return written.money(int(n))
        case _:
            if rule.params.get("counted") == "seconds":
                text = ngettext("{n} second", "{n} seconds", int(n))
            else:
                text = "{n}"
    return text.format(n=n)


def _lines(found: list[Rule]) -> list[list[Any]]:
    names = registry.names([f"region:{rule.jurisdiction}" for rule in found])
    return [[
        {"text": speak(rule.title), "url": reverse("rulebook:rule", args=[rule.id])}, figure(rule) or written.NOTHING,
        _where(rule, names), rule.article or written.NOTHING, _kind(rule),
    ] for rule in found]


def _version(rule: Rule, names: dict[str, str], today: date) -> dict[str, Any]:
    state = (gettext("In force"), "ok") if rule.holds(today) else (
        (gettext("Not yet in force"), "wait") if rule.from_ > today else (gettext("No longer in force"), "plain"))
    until = gettext("until {day}").format(day=written.day(rule.until, weekday=False)) if rule.until != ALWAYS else ""
    facts = [
        (gettext("Applies in"), _where(rule, names)),
        (gettext("Period"), gettext("from {day}").format(day=written.day(rule.from_, weekday=False)) + " " + until),
        (gettext("Figure"), figure(rule)), (gettext("Basis"), "；".join(map(str, rule.basis))),
        (gettext("Kind"), _kind(rule)), (gettext("How sure we are"), speak(CONFIDENCE[rule.confidence])),
        (gettext("Where we read it"), speak(rule.source)),
    ]
    return {"state": state, "text": speak(rule.text), "where": _where(rule, names),
            "facts": [(label, value.strip()) for label, value in facts if value.strip()]}


def _where(rule: Rule, names: dict[str, str]) -> str:
    if rule.jurisdiction == NATIONAL:
        return gettext("The whole country")
    name = names[f"region:{rule.jurisdiction}"]
    return speak(rule.place) if rule.place and name == rule.jurisdiction else name


def _kind(rule: Rule) -> str:
    return gettext("Law") if rule.kind is Kind.RULE else gettext("Setting")


def _jurisdictions() -> list[tuple[str, str]]:
    """Regions that have rules of their own, by their names."""
    rules = {rule.jurisdiction: rule for rule in queries.local()}
    names = registry.names([f"region:{code}" for code in rules])
    return [(code, _where(rule, names)) for code, rule in sorted(rules.items())]


def _regions(codes: Iterable[str]) -> list[tuple[str, str]]:
    codes = list(codes)
    names = registry.names([f"region:{code}" for code in codes])
    return [(code, names[f"region:{code}"]) for code in codes]


# Duties


@dataclass(frozen=True)
class Line:
    """A duty as a table row."""

    duty: DutyCard
    title: str
    owner: str
    region: str
    state: str
    tone: str
    late: str
    about: str
    about_url: str


@require_GET
def late(request: Request) -> HttpResponse:
    """What organisations and offices owe and are late with, for everyone to see."""
    region = request.GET.get("region", "")
    found = queries.duties(on=timezone.localdate(request.at), public=True, state=State.OVERDUE, most=SIZE + 1,
                           region=region if region.isdigit() else None, after=_after(request))
    lines = _table(found[:SIZE])
    return render(request, "rulebook/late.html", {"lines": lines, "more": _more(request, found)})


@require_GET
def duties(request: Request) -> HttpResponse:
    """The duties of an officer's regions, the most urgent first, the offices' own included."""
    if SEE not in request.actor.permissions:
        raise NotAllowed(N_("The list of duties is for the offices that watch over a region. Sign in as one of them."))
    counts = queries.counts(by=request.actor)
    form = Filter(request.GET or None, regions=_regions(counts))
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = queries.duties(
        on=timezone.localdate(request.at), by=request.actor, state=wanted.get("state") or queries.OWED,
        region=wanted.get("region") or None, after=_after(request), most=SIZE + 1)
    sums = {state: sum(one[state] for one in counts.values()) for state in State}
    tiles = [(speak(LABELS[state]), sums[state], "", f"?state={state}") for state in State if sums[state]]
    context = {"form": form, "lines": _table(found[:SIZE]), "tiles": tiles, "more": _more(request, found)}
    return render(request, "rulebook/duties.html", context)


@require_GET
def duty(request: Request, ref: UUID) -> HttpResponse:
    """One duty: what, by when, because of which rule, and what happened to it."""
    return _duty(request, ref)


@require_POST
def stop_clock(request: Request, ref: UUID) -> HttpResponse:
    form = StopClock(request.POST)
    return _move(request, ref, form, lambda: actions.stop_clock(
        ref, reason=form.cleaned_data["reason"], by=request.actor, at=request.at), stop_form=form)


@require_POST
def resume_clock(request: Request, ref: UUID) -> HttpResponse:
    actions.resume_clock(ref, by=request.actor, at=request.at)
    return redirect("rulebook:duty", ref)


@require_POST
def waive(request: Request, ref: UUID) -> HttpResponse:
    form = Waive(request.POST)
    return _move(request, ref, form, lambda: actions.waive(
        ref, reason=form.cleaned_data["reason"], by=request.actor, at=request.at), waive_form=form)


def _move(request: Request, ref: UUID, form: Form, act: Any, **forms: Form) -> HttpResponse:
    """One action; what is wrong with its input stands in the form, which keeps what was chosen."""
    if form.is_valid():
        try:
            act()
        except Refusal as why:
            if why.field is None:
                raise
            blame(form, why)
        else:
            return redirect("rulebook:duty", ref)
    return _duty(request, ref, status=422, **forms)


def _duty(request: Request, ref: UUID, *, status: int = 200, **forms: Form) -> HttpResponse:
    file = queries.duty(ref, on=timezone.localdate(request.at), by=request.actor)
    line = _table([file.duty])[0]
    card, moves = file.duty, {move.name for move in file.moves}
    names = registry.names([card.owed_to])
    facts = [
        (gettext("Due"), written.day(card.due_on)), (gettext("Owed by"), line.owner),
        (gettext("Owed to"), _name(card.owed_to, names)), (gettext("Counted from"), written.day(card.since)),
        (gettext("Region"), line.region),
        {"label": gettext("About"), "value": line.about, "url": line.about_url, "link": gettext("Open")},
    ]
    if file.rule:
        facts.append({"label": gettext("Rule"), "value": f"{speak(file.rule.title)} · {figure(file.rule)}",
                      "url": reverse("rulebook:rule", args=[card.rule_id]), "link": gettext("Read it")})
    stops = [(speak(STOP_REASONS[stop.reason]), written.span(stop.from_, stop.until)) for stop in file.stops]  # type: ignore[index]
    happened = [{"title": _told(entry.fact, entry.payload), "at": entry.at} for entry in journal.history([ref])]
    context = {
        "line": line, "title": speak(card.title), "facts": facts, "stops": stops, "happened": happened, "ref": ref,
        "stop_form": forms.get("stop_form", StopClock()) if "stop_clock" in moves else None,
        "waive_form": forms.get("waive_form", Waive()) if "waive" in moves else None, "resume": "resume_clock" in moves,
        "watches": SEE in request.actor.permissions,
    }
    return render(request, "rulebook/duty.html", context, status=status)


def _told(fact: str, payload: dict[str, Any]) -> str:
    if fact not in TELLINGS:
        return fact
    values = {name: written.day(date.fromisoformat(value)) if name.endswith("_on") else value
              for name, value in payload.items()}
    return speak(TELLINGS[fact].text, **values)


def _table(found: list[DutyCard]) -> list[Line]:
    scopes = {duty.owner for duty in found} | {f"region:{duty.region_code}" for duty in found}
    names = registry.names(scopes)
    return [_line(duty, names) for duty in found]


def _line(duty: DutyCard, names: dict[str, str]) -> Line:
    subject = registry.subject_of(duty.rule_id)
    late = ngettext("{n} day late", "{n} days late", duty.days_late).format(n=duty.days_late) if duty.days_late else ""
    state = State(duty.state)
    return Line(
        duty, speak(duty.title), _name(duty.owner, names), names[f"region:{duty.region_code}"], speak(LABELS[state]),
        "late" if duty.days_late else TONES[state], late, speak(subject.name),
        subject.link(duty) if subject.link else "")


def _name(scope: str, names: dict[str, str]) -> str:
    return names.get(scope) or speak(NAMELESS[scope.partition(":")[0]])


def _after(request: Request) -> UUID | None:
    try:
        return UUID(request.GET["after"]) if "after" in request.GET else None
    except ValueError as why:
        raise NotFound(N_("This page of the list does not exist. Start at its first page.")) from why


def _more(request: Request, found: list[DutyCard]) -> str:
    if len(found) <= SIZE:
        return ""
    kept = {name: value for name, value in request.GET.items() if name != "after"}
    return "?" + urlencode(kept | {"after": str(found[SIZE - 1].ref)})
