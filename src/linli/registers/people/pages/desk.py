"""The officer's desk: finding somebody, opening a part of what is sealed, answering what people ask of their data."""
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import actions, forms, queries, rules
from linli.registers.people.pages import rights
from linli.registers.people.pages.sent import FORM, sent
from linli.registers.people.states import Permit
from linli.registers.places import queries as places
from linli.ui import written

TONES = {Permit.WAITING: "wait", Permit.ALLOWED: "ok", Permit.REFUSED: "late", Permit.USED: "plain"}


@require_http_methods(FORM)
def find(request: Request) -> HttpResponse:
    """Find somebody by Linli number; it goes by POST, so that no log keeps whom an office looked for."""
    require_open(request)
    form = forms.Find(sent(request))
    if form.is_valid():
        try:
            one = queries.find_by_number(form.cleaned_data["number"], permission="people.open", by=request.actor)
        except RuleBroken as why:
            blame(form, why)
        else:
            if one:
                return redirect("people:sealed", one.ref)
            form.add_error("number", gettext("Nobody in your region has this number. Read it out once more."))
    return render(request, "people/find.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(FORM)
def sealed(request: Request, ref: UUID) -> HttpResponse:
    """One person, masked; a field opened with a reason stands on the answer to its opening, and nowhere else."""
    require_open(request)
    form, opened = forms.Open(sent(request)), ""
    if form.is_valid():
        field = rules.Field(form.cleaned_data["field"])
        do = actions.ask_to_open if request.POST.get("do") == "ask" else actions.open_field
        try:
            given = do(ref, field=field, reason=form.cleaned_data["reason"], by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            if do is actions.ask_to_open:
                return redirect("people:sealed", ref)
            opened = str(given) or gettext("not known")
    label = speak(rules.FIELDS[field]) if opened else ""
    return page(request, ref, form=forms.Open() if opened else form, opened=opened, label=label,
                status=422 if form.is_bound and not opened else 200)


def page(request: Request, ref: UUID, *, form: forms.Open | None = None, note: forms.Note | None = None,
         opened: str = "", label: str = "", status: int = 200) -> HttpResponse:
    """The page of one person, with whatever was refused or opened on it."""
    by, at = request.actor, request.at
    card = queries.at_the_desk(ref, by=by, at=at)
    one, leave = card.person, card.leave
    unknown, seen = gettext("not known"), notable(request)
    names = places.full_names([one.region, *([card.household.region] if card.household else [])])
    facts = [
        (gettext("Linli number"), one.number), (pgettext("person", "Name"), one.name),
        (gettext("Region"), names.get(one.region, "")),
        (gettext("Year of birth"), str(one.birth_year) if one.birth_year else unknown),
        (gettext("Phone number"), one.phone or unknown), (gettext("ID number"), one.id_number or unknown),
        (gettext("Address"), one.address or unknown),
    ]
    return render(request, "people/sealed.html", {
        "ref": ref, "facts": facts, "number": one.number, "form": form or forms.Open(), "opened": opened,
        "label": label, "leave": leave,
        "permits": [{"label": speak(p.label), "state": p.state.value, "tone": TONES[p.state],
                     "until": written.moment(p.until) if p.until else "", "allowed": p.state is Permit.ALLOWED,
                     "used": p.state is Permit.USED, "refused": p.state is Permit.REFUSED}
                    for p in card.permits],
        "household": _household(card.household, names, here=ref),
        "groups": [{"group": g.group.value, "name": speak(g.name), "until": written.day(g.until, weekday=False),
                    "by": g.recorded_by} for g in card.groups],
        "note": note or (forms.Note(seen=seen) if seen else None),
    }, status=status)


def _household(card: queries.HouseholdCard | None, names: dict[str, str], *, here: UUID) -> dict[str, object] | None:
    """Who lives with the person, masked; the address is opened as any part is."""
    if card is None:
        return None
    return {
        "facts": [(gettext("Region"), names.get(card.region, "")),
                  (gettext("Address of the household"), card.address or gettext("not known")),
                  (gettext("Noted since"), written.day(timezone.localdate(card.formed_at), weekday=False))],
        "header": [(pgettext("person", "Name"),), (gettext("Stands to the head"),), (gettext("Lives there since"),)],
        "rows": [(gettext("this person") if one.person == here else one.name, speak(one.relation_label),
                  written.day(timezone.localdate(one.since), weekday=False) if one.since else "")
                 for one in card.members],
    }


def notable(request: Request) -> tuple[rules.Group, ...]:
    """The groups that the reader may note."""
    by = request.actor.permissions
    return rules.seen_with(by) if "people.record_groups" in by else ()


# What people ask of their data


@require_GET
def requests(request: Request) -> HttpResponse:
    """What waits for an answer, the oldest first; or what was settled."""
    settled = request.GET.get("show") == "settled"
    found = queries.asked_of_us(by=request.actor, on=timezone.localdate(request.at), settled=settled)
    names = places.names({one.region for one in found})
    rows = []
    for one in found:
        shown = rights.line(one)
        rows.append(((shown["name"], reverse("people:decide", args=[one.ref])), one.number, names.get(one.region, ""),
                     shown["asked"], (shown["late"], "", "late") if shown["late"] else shown["due"],
                     (shown["label"], "", shown["tone"])))
    return render(request, "people/requests.html", {
        "settled": settled, "rows": rows,
        "header": [(gettext("Kind of request"),), (gettext("Linli number"),), (gettext("Region"),), (gettext("Asked"),),
                   (gettext("Answer due"),), (gettext("State"),)],
    })


@require_http_methods(FORM)
def decide(request: Request, ref: UUID) -> HttpResponse:
    """Answer one request: do it, or refuse it with reasons."""
    if "people.decide" not in request.actor.permissions:
        raise NotAllowed(N_("Your role does not decide on what people ask of their data."))
    one = queries.rights_request(ref, by=request.actor, on=timezone.localdate(request.at))
    corrects = one.right is rules.Right.CORRECTION and one.part is not rules.Part.OTHER
    form = forms.Decide(sent(request), corrects=corrects)
    if form.is_valid():
        given = form.cleaned_data
        try:
            if request.POST.get("do") == "refuse":
                actions.refuse(ref, answer=given["answer"], by=request.actor, at=request.at)
            else:
                actions.grant(ref, answer=given["answer"], value=given.get("value", ""), by=request.actor,
                              at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("people:requests")
    shown = rights.line(one)
    return render(request, "people/decide.html", {
        "one": shown, "words": one.words, "answer": one.answer, "form": form,
        "open": any(move.name == "grant" for move in one.moves), "person": one.person,
        "facts": [(gettext("Kind of request"), shown["name"]), (gettext("Linli number"), one.number,
                                                    reverse("people:sealed", args=[one.person]), gettext("See")),
                  *([(gettext("What is wrong"), speak(one.part_name))] if one.part_name else []),
                  (gettext("Asked"), shown["asked"]), (gettext("Answer due"), shown["late"] or shown["due"]),
                  (gettext("State"), shown["label"])],
    }, status=422 if form.is_bound else 200)


# Leave to open the data of minors


@require_GET
def permits(request: Request) -> HttpResponse:
    """What other officers want to open of people under 18."""
    found = queries.permits_waiting(by=request.actor)
    return render(request, "people/permits.html", {"permits": [{
        "ref": one.ref, "number": one.number, "label": speak(one.label), "reason": one.reason, "by": one.asked_by,
        "at": written.moment(one.asked_at), "mine": one.mine, "open": bool(one.moves)} for one in found]})


@require_http_methods(("POST",))
def permit(request: Request, ref: UUID) -> HttpResponse:
    do = actions.allow if request.POST.get("do") == "allow" else actions.disallow
    do(ref, by=request.actor, at=request.at)
    return redirect("people:permits")


def require_open(request: Request) -> None:
    if "people.open" not in request.actor.permissions:
        raise NotAllowed(N_("Your role does not let you open people's data."))
