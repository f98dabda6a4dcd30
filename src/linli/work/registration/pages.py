from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from linli.engines.rulebook import queries as rulebook
from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.places import queries as places
from linli.ui import written
from linli.work.hall import queries as hall
from linli.work.hall.registry import Field, Shape, Unmet
from linli.work.registration import actions, forms, queries
from linli.work.registration.queries import Day, FailureCard, Reports, Year
from linli.work.registration.rules import KINDS, annual
from linli.work.registration.rules.annual import OWED, PROGRESS
from linli.work.registration.rules.naming import Alike, Check, Standing
from linli.work.registration.states import State


@require_GET
def check_name(request: Request) -> HttpResponse:
    """Try a name: whether it may be used, why not, and which names look like it."""
    regions = places.region_choices(settings.REGION, itself=True)
    form = forms.NameCheck(request.GET or None, regions=regions, initial={"kind": "agency"})
    context: dict[str, Any] = {"form": form}
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                found = queries.check_name(**form.cleaned_data, on=timezone.localdate(request.at))
                context["result"], status = _result(found, timezone.localdate(request.at)), 200
            except RuleBroken as why:
                blame(form, why)
    template = "registration/_name.html" if request.htmx else "registration/name.html"
    return render(request, template, context, status=status)


def _result(check: Check, on: date) -> dict[str, Any]:
    bars = [_said(one, on) for one in check.unmet if one.bars]
    warns = [_said(one, on) for one in check.unmet if not one.bars]
    title, tone = gettext("This name may be used"), "ok"
    if bars:
        title, tone = gettext("This name may not be used"), "late"
    elif warns or check.alike:
        title, tone = gettext("This name may be used; the desk will look at some points"), "wait"
    parts = check.parts
    read = [(gettext("Region"), parts.region), (gettext("Trade name"), parts.trade_name),
            (gettext("Field of activity"), parts.field), (gettext("Organisational form"), parts.form)]
    return {
        "name": parts.name, "title": title, "tone": tone, "bars": bars, "warns": warns,
        "parts": [(label, value) for label, value in read if value],
        "header": [gettext("Name"), gettext("Why"), (gettext("Alike"), "num")],
        "alike": [_alike(one) for one in check.alike],
    }


def _said(one: Unmet, on: date) -> dict[str, str]:
    values = {name: written.day(value, weekday=False) if isinstance(value, date) else value
              for name, value in one.values.items()}
    rule = rulebook.rule(one.rule, on=on)
    return {"text": speak(one.text, **values), "article": rule.article or speak(rule.title),
            "url": reverse("rulebook:rule", args=[one.rule])}


def _alike(one: Alike) -> list[Any]:
    name = {"text": one.name, "url": reverse("organisations:public", args=[one.owner])} if one.owner else one.name
    why = speak(one.why)
    if one.standing is Standing.GIVEN_UP:
        why = gettext("{why}; the name was given up").format(why=why)
    elif one.standing is Standing.REVOKED:
        why = gettext("{why}; the registration was revoked").format(why=why)
    return [name, why, f"{one.score} %"]


@require_GET
def annual_reports(request: Request, ref: UUID) -> HttpResponse:
    """By when an organisation owes its yearly report, and how it stood in the last years."""
    today = timezone.localdate(request.at)
    found = queries.annual_reports(ref, on=today, at=request.at, by=request.actor)
    context = {
        "name": found.name, "kind": speak(KINDS[found.kind]), "url": reverse("organisations:public", args=[ref]),
        "current": _current(found.current, today) if found.current else None,
        "years": [_year(year) for year in found.years if _told(year)], "misses": _misses(found),
        "conclude": _open_to_conclude(request, found), "remedies": _remedies(found),
        "header": [(gettext("Year"), "num"), gettext("Handed in"), gettext("Conclusion"), gettext("Put right by"),
                   gettext("The report")],
    }
    return render(request, "registration/annual_reports.html", context)


@require_GET
def annual_report(request: Request, ref: UUID, year: int) -> HttpResponse:
    """What an organisation reported of a year, for everybody: the newest report, and those before it."""
    found = queries.published_report(ref, year, on=timezone.localdate(request.at), at=request.at, by=request.actor)
    conclusion, concluded = found.record.get("conclusion", ""), found.record.get("concluded_on")
    judged = conclusion in set(annual.Conclusion)
    newest, *earlier = [(card, written.day(card.filed_on, weekday=False), _said_of(card)) for card in found.reports]
    facts = [(gettext("Handed in"), _handed_in(found.known))] if found.record.get("filed_on") else []
    days = [(gettext("Published on"), found.record.get("published_on")),
            (gettext("Concluded on"), concluded if judged else None),
            (gettext("Put right by"), found.known.rectify_by and found.known.rectify_by.isoformat())]
    facts += [(label, written.day(date.fromisoformat(day), weekday=False)) for label, day in days if day]
    if judged and found.record.get("reason"):
        facts.append((gettext("What was found"), found.record["reason"]))
    return render(request, "registration/annual_report.html", {
        "name": found.name, "kind": speak(KINDS[found.kind]), "title": found.record.get("title", ""),
        "heading": gettext("The report on {year}").format(year=year),
        "url": reverse("organisations:public", args=[ref]), "back": reverse("registration:annual_reports", args=[ref]),
        "conclusion": speak(annual.CONCLUSIONS[annual.Conclusion(conclusion)]) if judged else gettext(
            "not concluded on"), "tone": _TONES.get(conclusion, "plain"), "facts": facts,
        "said": newest[2], "on": newest[1], "earlier": [(on, said) for _, on, said in earlier],
        "elsewhere": found.elsewhere, "anew": bool(earlier or found.elsewhere),
    })


_TONES = {"passed": "ok", "faulty": "wait", "failed": "late"}


def _said_of(card: queries.ReportCard) -> list[tuple[str, str]]:
    """What was reported, each answer under what was asked."""
    return [(speak(one.label), _in_words(one, card.said[one.key])) for one in actions.ANNUAL_REPORT.fields()
            if one.key in card.said]


def _in_words(one: Field, value: Any) -> str:
    if one.shape is Shape.MONEY:
        return written.money(value)
    if one.shape is Shape.CHOICE:
        return speak(dict(one.choices).get(value, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def _current(year: Year, today: date) -> dict[str, Any]:
    title = gettext("The report on {year}").format(year=year.year)
    if year.exempt:
        return {"title": title, "exempt": True, "days": []}
    return {"title": title, "days": [_day(day, today) for day in year.days]}


def _day(day: Day, today: date) -> dict[str, Any]:
    note, tone = "", ""
    if day.progress:
        label, tone = PROGRESS[day.progress]
        note = speak(label)
    if day.progress is annual.Progress.OPEN:
        left = (day.window.due_on - today).days
        note = ngettext("{note}: {count} day left", "{note}: {count} days left", left).format(note=note, count=left)
    elif day.progress is annual.Progress.MISSING:
        late = (today - day.window.due_on).days
        note = ngettext("{note} for {count} day", "{note} for {count} days", late).format(note=note, count=late)
    elif day.progress is None:
        note = gettext("the register does not say when it was done")
    return {
        "title": speak(OWED[day.window.owed]), "at": day.window.due_on, "note": note,
        "who": gettext("the registrar") if day.window.owed in annual.OURS else gettext("the organisation"),
        "url": reverse("rulebook:rule", args=[day.window.rule]), "link": gettext("The rule"),
        "tone": tone if tone in ("ok", "wait", "late") else "", "upcoming": day.window.due_on >= today,
    }


def _handed_in(year: Year) -> str:
    """The day on which the registrar had it, and whether that was late; empty where nothing came."""
    handed = next((day for day in year.days if day.window.owed is annual.Owed.REGISTRAR), None)
    if handed is None or handed.done_on is None:
        return written.day(date.fromisoformat(filed), weekday=False) if (filed := year.record.get("filed_on")) else ""
    text = written.day(handed.done_on, weekday=False)
    return gettext("{day}, late").format(day=text) if handed.progress is annual.Progress.LATE else text


def _year(year: Year) -> list[Any]:
    if year.exempt:
        return [str(year.year), gettext("need not report"), written.NOTHING, written.NOTHING, written.NOTHING]
    handed = next((day for day in year.days if day.window.owed is annual.Owed.REGISTRAR), None)
    cell: Any = written.NOTHING
    if handed and handed.done_on:
        cell = {"text": _handed_in(year), "tone": "late" if handed.progress is annual.Progress.LATE else "ok"}
    elif handed and handed.progress is annual.Progress.MISSING:
        cell = {"text": gettext("overdue"), "tone": "late"}
    conclusion = year.record.get("conclusion", "")
    said = speak(annual.CONCLUSIONS[annual.Conclusion(conclusion)]) if conclusion in set(annual.Conclusion) else ""
    rectify = written.day(year.rectify_by, weekday=False) if year.rectify_by else written.NOTHING
    report: Any = written.NOTHING
    if link := year.record.get("link"):
        report = {"text": gettext("Read the report on {year}").format(year=year.year), "url": link}
    return [str(year.year), cell, said or written.NOTHING, rectify, report]


def _told(year: Year) -> bool:
    """Whether there is anything to say of a year."""
    return bool(year.record) or year.exempt or any(day.progress for day in year.days)


def _misses(found: Reports) -> str:
    if not found.misses:
        return ""
    years = "、".join(map(str, found.misses))
    return ngettext("No report, or a failed check, in {years}: after {count} year in a row the registration ends.",
                    "No report, or a failed check, in {years}: after {count} years in a row the registration ends.",
                    found.most_misses).format(years=years, count=found.most_misses)


def _remedies(found: Reports) -> str:
    """What the organisation can do against the last failed check; empty where there is none."""
    failed = next((one for one in found.years if one.record.get("conclusion") == annual.Conclusion.FAILED), None)
    on = failed.record.get("concluded_on") if failed else None
    return speak(actions.ANNUAL_REPORT.remedies, **hall.challenged_within(
        region=found.registrar, on=date.fromisoformat(on))) if on else ""


def _open_to_conclude(request: Request, found: Reports) -> list[tuple[str, str]]:
    """The years on which this officer may conclude, each with its page."""
    if not queries.may_conclude(found.ref, by=request.actor):
        return []
    return [(reverse("registration:conclude", args=[found.ref, year.year]), str(year.year)) for year in found.years
            if year.record.get("filed_on")]


@require_http_methods(["GET", "POST"])
def conclude(request: Request, ref: UUID, year: int) -> HttpResponse:
    """Conclude on a year's report, for the registrar's office."""
    today = timezone.localdate(request.at)
    if not queries.may_conclude(ref, by=request.actor):
        raise NotAllowed(N_("This page is for the office that keeps the register of this organisation."))
    found = queries.annual_reports(ref, on=today, at=request.at, by=request.actor)
    known = next((one for one in found.years if one.year == year and one.record.get("filed_on")), None)
    if known is None:
        raise NotFound(N_("The register has no report of this year that could be concluded on."))
    proposed, name = queries.failure(ref, year), request.POST.get("move", "conclude")
    reads = proposed is not None and proposed.state is State.PROPOSED
    back = forms.SentBack(request.POST if name == "object_failure" else None, prefix="object")
    form = forms.Conclusion(request.POST if request.method == "POST" and not reads and name == "conclude" else None)
    alert, status = "", 200
    if request.method == "POST":
        status = 422
        sent: Form | None = {"conclude": form, "object_failure": back}.get(name)
        if sent is None or sent.is_valid():
            try:
                went = _conclude(request, ref, year, name, sent.cleaned_data if sent else {}, proposed)
                return redirect("registration:conclude" if went else "registration:annual_reports", ref, *went)
            except (Conflict, RuleBroken) as why:
                status = 409 if isinstance(why, Conflict) else 422
                if sent and why.field in sent.fields:
                    blame(sent, why)  # the form says it, with the way to the field
                else:
                    alert = say(why)
    context = {"name": found.name, "year": year, "form": form, "days": [_day(day, today) for day in known.days],
               "url": reverse("registration:annual_reports", args=[ref]), "proposed": proposed, "reads": reads,
               "faults": [speak(annual.FAULTS[one]) for one in proposed.faults if one in annual.FAULTS]
               if proposed else [], "back": back, "alerts": [alert] if alert else [],
               "sent_back": proposed is not None and proposed.state is State.OBJECTED}
    return render(request, "registration/conclude.html", context, status=status)


def _conclude(request: Request, ref: UUID, year: int, name: str, said: dict[str, Any],
              proposed: FailureCard | None) -> tuple[int, ...]:
    """Do it; the year, where its page is what comes next. That a check is failed is proposed, and read by another."""
    by, at = request.actor, request.at
    if name == "conclude" and said["conclusion"] == annual.Conclusion.FAILED:
        actions.propose_failure(ref, year=year, faults=said["faults"], reasons=said["reasons"], by=by, at=at)
        return (year,)
    if name == "conclude":
        actions.conclude(ref, year=year, **said, by=by, at=at)
    elif proposed is None or name not in {"confirm_failure", "object_failure"}:
        raise NotFound(N_("There is no such proposal. Look among the annual reports of the organisation."))
    elif name == "confirm_failure":
        actions.confirm_failure(proposed.ref, by=by, at=at)
    else:
        actions.object_failure(proposed.ref, **said, by=by, at=at)
        return (year,)
    return ()
