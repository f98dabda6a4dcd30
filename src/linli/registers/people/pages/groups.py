"""Special groups, for who may see them: how many there are, who they are, masked."""
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import actions, forms, queries, rules
from linli.registers.people.pages import desk
from linli.registers.places import queries as places
from linli.ui import written

MOST = 50


@require_GET
def counts(request: Request) -> HttpResponse:
    found = queries.group_counts(by=request.actor, on=timezone.localdate(request.at))
    return render(request, "people/groups.html", {
        "header": [(gettext("Group"),), (gettext("People"), "num"), (gettext("May be called on unasked"), "num"),
                   (gettext("Who may see it"), "wide")],
        "rows": [((speak(one.name), reverse("people:group", args=[one.group])), str(one.count), str(one.welcoming),
                  speak(one.seen_by)) for one in found],
    })


@require_GET
def members(request: Request, group: str) -> HttpResponse:
    try:
        one = rules.group(group)
    except RuleBroken:
        raise NotFound(N_("There is no such group.")) from None
    after = request.GET.get("after", "")
    found = queries.group_members(one, by=request.actor, on=timezone.localdate(request.at), after=after, most=MOST + 1)
    shown, names = found[:MOST], places.names({card.region for card, _, _ in found})
    opens = "people.open" in request.actor.permissions
    return render(request, "people/group.html", {
        "name": speak(rules.GROUPS[one].name), "seen_by": speak(rules.ring(one).seen_by),
        "header": [(gettext("Linli number"),), (pgettext("person", "Name"),), (gettext("Region"),),
                   (gettext("Year of birth"),), (gettext("Holds until"),), (gettext("May be called on unasked"),)],
        "rows": [((card.number, reverse("people:sealed", args=[card.ref]) if opens else ""), card.name,
                  names.get(card.region, ""), str(card.birth_year or ""), written.day(until, weekday=False),
                  gettext("yes") if welcome else gettext("no")) for card, until, welcome in shown],
        "more": f"?after={shown[-1][0].number}" if len(found) > MOST else "",
    })


@require_POST
def note(request: Request, ref: UUID) -> HttpResponse:
    """Note that somebody belongs to a group, or no longer."""
    desk.require_open(request)
    if ended := request.POST.get("end"):
        try:
            actions.end_group(ref, group=ended, by=request.actor, at=request.at)
        except RuleBroken as why:
            raise NotFound(why.message) from None
        return redirect("people:sealed", ref)
    form = forms.Note(request.POST, seen=desk.notable(request))
    if form.is_valid():
        try:
            actions.record_group(ref, group=form.cleaned_data["group"], until=form.cleaned_data["until"],
                                 by=request.actor, at=request.at)
        except RuleBroken as why:
            blame(form, why)
        else:
            return redirect("people:sealed", ref)
    if "people.record_groups" not in request.actor.permissions:
        raise NotAllowed(N_("Your role does not let you note special groups."))
    return desk.page(request, ref, note=form, status=422)
