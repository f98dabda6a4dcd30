"""One's own profession: registration, continuing education."""
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, RuleBroken
from linli.registers.workforce import actions, forms, queries
from linli.registers.workforce.pages.words import hours, learnt_rows, registration_row, term_row


@require_GET
def profession(request: Request) -> HttpResponse:
    """Where one stands: the registration, the hours of each term, what was learnt."""
    on = timezone.localdate(request.at)
    found = queries.own_file(by=request.actor, on=on)
    may_renew = found.renewable_from is None or on >= found.renewable_from
    return render(request, "workforce/profession.html", {
        "standing": registration_row(found.standing) if found.standing else None,
        "waiting": registration_row(found.waiting) if found.waiting else None,
        "why": queries.opened(found.registrations[0].ref, by=request.actor)[1] if found.registrations else "",
        "last": registration_row(found.registrations[0]) if found.registrations else None,
        "earlier": [registration_row(card) for card in found.registrations],
        "terms": [term_row(term) for term in found.terms], "learnt": learnt_rows(found.learnt),
        "renewable_from": found.renewable_from, "may_apply": found.waiting is None and may_renew,
        "renews": found.standing is not None,
        "needed": [(speak(name), hours(found.figures.needed(level))) for level, name in queries.LEVELS.items()],
    })


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: Request) -> HttpResponse:
    found = queries.own_file(by=request.actor, on=timezone.localdate(request.at))
    last = found.standing or (found.registrations[0] if found.registrations else None)
    start = {"level": last.level, "certified_on": last.certified_on,
             "certificate": queries.opened(last.ref, by=request.actor)[0]} if last else {}
    form = forms.Apply(request.POST or None, initial=start)
    if form.is_valid():
        try:
            actions.apply(**form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("workforce:profession")
    return render(request, "workforce/apply.html", {"form": form, "renews": found.standing is not None},
                  status=422 if form.is_bound else 200)


@require_POST
def withdraw_application(request: Request, ref: UUID) -> HttpResponse:
    actions.withdraw_application(ref, by=request.actor, at=request.at)
    return redirect("workforce:profession")


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: Request) -> HttpResponse:
    queries.own_file(by=request.actor, on=timezone.localdate(request.at))
    form = forms.Learnt(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data | {"hours": form.cleaned_data["hours"] or 0}
        try:
            actions.report(**given, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("workforce:profession")
    return render(request, "workforce/report.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def take_back(request: Request, ref: UUID) -> HttpResponse:
    actions.take_back(ref, by=request.actor, at=request.at)
    return redirect("workforce:profession")
