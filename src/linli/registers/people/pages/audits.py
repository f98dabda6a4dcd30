"""The auditor's desk: what is to be audited of the handling of data, the figures, and what was found."""
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from linli.engines.rulebook import queries as rulebook
from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import actions, forms, queries
from linli.registers.people.pages.sent import FORM, sent
from linli.registers.people.queries import AuditCard
from linli.registers.people.states import Audited
from linli.ui import written


@require_GET
def audits(request: Request) -> HttpResponse:
    """What is to be done, then what was."""
    found = queries.audits(by=request.actor, on=timezone.localdate(request.at))
    return render(request, "people/audits.html", {
        "header": [(gettext("What is audited"), "wide"), (gettext("Counted from"),), (gettext("Due"),),
                   (gettext("Faults found"), "num"), (gettext("State"),)],
        "rows": [((speak(one.name), reverse("people:audit", args=[one.ref])), written.day(one.from_on, weekday=False),
                  (_late(one), "", "late") if one.days_late else _due(one),
                  "—" if one.faults is None else str(one.faults), (speak(one.label), "", _tone(one))) for one in found],
    })


@require_http_methods(FORM)
def audit(request: Request, ref: UUID) -> HttpResponse:
    """One audit: the figures, and the form to conclude it."""
    if "people.audit" not in request.actor.permissions:
        raise NotAllowed(N_("Your role does not audit how data are handled."))
    on, form = timezone.localdate(request.at), forms.Conclude(sent(request))
    one, figures = queries.audit(ref, by=request.actor, on=on)
    if form.is_valid():
        try:
            actions.conclude(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("people:audit", ref)
    return render(request, "people/audit.html", {
        "name": speak(one.name), "sentence": speak(one.sentence), "label": speak(one.label), "tone": _tone(one),
        "form": form, "open": bool(one.moves), "report": one.report,
        "header": [(gettext("What is counted"), "wide"), (gettext("How many"), "num"), ("",)],
        "figures": [(speak(queries.FIGURES[key]), str(number), (gettext("should be none"), "", "late")
                     if number and key in queries.BAD else "") for key, number in figures.items()],
        "facts": [(gettext("Counted from"), written.day(one.from_on, weekday=False)),
                  (gettext("Due"), _late(one) if one.days_late else _due(one)),
                  (gettext("Rule"), speak(rulebook.rule(one.rule, on=on).title),
                   reverse("rulebook:rule", args=[one.rule]), gettext("See")),
                  *([] if one.faults is None else [
                      (gettext("Faults found"), str(one.faults)),
                      (gettext("Concluded"), written.moment(one.concluded_at)),
                      (gettext("Concluded by"), one.concluded_by),
                      (gettext("Reported to the cyberspace office on"),
                       written.day(one.reported_on, weekday=False) if one.reported_on else gettext("not reported"))])],
    }, status=422 if form.is_bound else 200)


def _due(one: AuditCard) -> str:
    return written.day(one.due_on, weekday=False) if one.due_on else ""


def _late(one: AuditCard) -> str:
    return ngettext("{days} day late", "{days} days late", one.days_late).format(days=one.days_late)


def _tone(one: AuditCard) -> str:
    return "wait" if one.state is Audited.OPEN else "ok" if not one.faults else "late"
