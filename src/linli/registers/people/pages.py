from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import access, actions, forms, queries, rules
from linli.registers.people.queries import RepresentationCard
from linli.registers.people.states import State
from linli.registers.places import queries as places
from linli.ui import written

TONES = {State.REQUESTED: "wait", State.ACTIVE: "ok", State.ENDED: "plain"}
_FORM = ("GET", "HEAD", "POST")


@require_GET
def family(request: Request) -> HttpResponse:
    """For whom the reader acts, who acts for them, and who asks to."""
    return _family(request)


@require_http_methods(_FORM)
def add(request: Request) -> HttpResponse:
    me, form = access.own(request.actor), forms.Family(_sent(request))
    if form.is_valid():
        given = form.cleaned_data
        try:
            declared = actions.represent_new(
                name=given["name"], id_number=given["id_number"], kind=given["kind"], phone=given["phone"] or None,
                until=_end(given["until"]), representative=me, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect(reverse("people:added", args=[declared.representation]))
    return render(request, "people/add.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
def added(request: Request, ref: UUID) -> HttpResponse:
    """What came of it, and what happens next."""
    card = next((one for one in queries.family(request.actor, at=request.at) if one.ref == ref and one.mine), None)
    if card is None:
        return redirect("people:family")
    waits = card.state is State.REQUESTED
    return render(request, "people/added.html", {
        "title": gettext("They have to agree first") if waits else gettext("You may act for them"),
        "next": [
            gettext("This person is registered already. They, or who acts for them, find your request on their page."),
            gettext("Until they agree you see nothing of theirs and cannot act for them."),
        ] if waits else [
            gettext("When you ask for help, choose for whom."),
            gettext("They see on their page that you act for them, and each of you can end it at any time."),
        ],
    })


@require_POST
def accept(request: Request, ref: UUID) -> HttpResponse:
    try:
        actions.accept(ref, by=request.actor, at=request.at)
    except (Conflict, NotAllowed) as why:
        return _family(request, alerts=[speak(why.message, **why.values)], status=409)
    return redirect("people:family")


@require_http_methods(_FORM)
def end(request: Request, ref: UUID) -> HttpResponse:
    """Ask once more, since it takes the other side's consent to begin again."""
    card = next((one for one in queries.family(request.actor, at=request.at) if one.ref == ref), None)
    if card is None and request.method != "POST":
        return redirect("people:family")
    if card is None or request.method == "POST":
        try:
            actions.end_representation(ref, by=request.actor, at=request.at)
        except Conflict as why:
            return _family(request, alerts=[speak(why.message, **why.values)], status=409)
        return redirect("people:family")
    return render(request, "people/end.html", {"card": card, "asked": card.state is State.REQUESTED})


@require_http_methods(_FORM)
def profile(request: Request, ref: UUID | None = None) -> HttpResponse:
    """What is known of the reader, or of somebody they act for, and how to change it."""
    own = access.own(request.actor)
    one = queries.person(ref or own, by=request.actor)
    if not one.full:
        return redirect("people:profile")
    here = reverse("people:profile_of", args=[ref]) if ref else reverse("people:profile")
    chosen = request.GET.get("region", "")
    names = places.full_names([chosen, one.region])
    region = chosen if chosen in names else one.region
    form = forms.Profile(_sent(request), initial={
        "phone": one.phone, "address": one.address, "language": one.language, "region": region})
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.change(one.ref, phone=given["phone"], address=given["address"], language=given["language"],
                           region=given["region"] or None, by=request.actor, at=request.at)
        except RuleBroken as why:
            blame(form, why)
        else:
            return redirect(f"{here}?{urlencode({'saved': 1})}")
    checked = one.real_name_checked_at
    choose = f"{reverse('places:choose')}?{urlencode({'level': 'village', 'next': here})}"
    unknown = gettext("not known")
    facts = [
        (pgettext("person", "Name"), one.name), (gettext("Linli number"), one.number),
        (gettext("Region"), names.get(region, ""), choose),
        (gettext("Date of birth"), written.day(one.birth_on, weekday=False) if one.birth_on else unknown),
        (gettext("Gender"), speak(rules.GENDERS[one.gender]) if one.gender else unknown),
        (gettext("ID number"), one.id_number) if checked else
        (gettext("ID number"), gettext("not checked"), reverse("people:real_name") if one.ref == own else "",
         gettext("Check now")),
    ]
    return render(request, "people/profile.html", {
        "form": form, "facts": facts, "own": one.ref == own, "name": one.name, "saved": "saved" in request.GET,
        "changed": region != one.region, "openings_url": reverse("people:openings_of", args=[ref]) if ref
        else reverse("people:openings"),
    }, status=422 if form.is_bound else 200)


@require_http_methods(_FORM)
def real_name(request: Request) -> HttpResponse:
    me, form = access.own(request.actor), forms.RealName(_sent(request))
    if form.is_valid():
        try:
            actions.check_real_name(me, id_number=form.cleaned_data["id_number"], by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("people:profile")
    return render(request, "people/real_name.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
def openings(request: Request, ref: UUID | None = None) -> HttpResponse:
    """Who opened the reader's data, or that of somebody they act for, and why."""
    own = access.own(request.actor)
    found = queries.openings(ref or own, by=request.actor)
    return render(request, "people/openings.html", {
        "rows": [(written.moment(one.at), one.opened_by or gettext("an office"), speak(one.label), speak(one.reason))
                 for one in found],
        "header": [(gettext("When"),), (gettext("Who"),), (gettext("Which part"),), (gettext("Why"), "wide")],
    })


@require_http_methods(_FORM)
def erase(request: Request) -> HttpResponse:
    me, form = access.own(request.actor), forms.Erase(_sent(request))
    if form.is_valid():
        actions.erase(me, by=request.actor, at=request.at)
        return render(request, "people/erased.html", {"next": [
            gettext("Nobody can read your name, numbers, address or texts any more, we neither."),
            gettext("Your account closes within a minute. Figures without your name stay in the statistics."),
        ]})
    return render(request, "people/erase.html", {"form": form}, status=422 if form.is_bound else 200)


# The officer's desk


@require_http_methods(_FORM)
def find(request: Request) -> HttpResponse:
    """Find somebody by Linli number; it goes by POST, so that no log keeps whom an office looked for."""
    _require_open(request)
    form = forms.Find(_sent(request))
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


@require_http_methods(_FORM)
def sealed(request: Request, ref: UUID) -> HttpResponse:
    """One person, masked; a field opened with a reason stands on the answer to its opening, and nowhere else."""
    _require_open(request)
    one, form, opened = queries.openable(ref, by=request.actor), forms.Open(_sent(request)), ""
    if form.is_valid():
        field = rules.Field(form.cleaned_data["field"])
        try:
            opened = actions.open_field(ref, field=field, reason=form.cleaned_data["reason"], by=request.actor,
                                        at=request.at) or gettext("not known")
        except RuleBroken as why:
            blame(form, why)
    label = speak(rules.FIELDS[field]) if opened else ""
    unknown = gettext("not known")
    facts = [
        (gettext("Linli number"), one.number), (pgettext("person", "Name"), one.name),
        (gettext("Region"), places.full_names([one.region]).get(one.region, "")),
        (gettext("Year of birth"), str(one.birth_year) if one.birth_year else unknown),
        (gettext("Phone number"), one.phone or unknown), (gettext("ID number"), one.id_number or unknown),
        (gettext("Address"), one.address or unknown),
    ]
    return render(request, "people/sealed.html", {
        "facts": facts, "number": one.number, "form": forms.Open() if opened else form, "opened": opened,
        "label": label,
    }, status=422 if form.is_bound and not opened else 200)


def _require_open(request: Request) -> None:
    if "people.open" not in request.actor.permissions:
        raise NotAllowed(N_("Your role does not let you open people's data."))


def _family(request: Request, *, alerts: list[str] | None = None, status: int = 200) -> HttpResponse:
    cards = queries.family(request.actor, at=request.at)
    me = request.actor.person
    return render(request, "people/family.html", {
        "mine": [_line(one) for one in cards if one.mine],
        "others": [_line(one) for one in cards if not one.mine and one.person == me],
        "asked": [_line(one) for one in cards if not one.mine and one.person != me],
        "alerts": alerts or [],
    }, status=status)


def _line(card: RepresentationCard) -> dict[str, object]:
    moves = {move.name for move in card.moves}
    return {
        "ref": card.ref, "person": card.person, "name": card.name, "kind": speak(card.kind_label),
        "label": speak(card.label), "tone": TONES[card.state], "in_force": card.state is State.ACTIVE,
        "until": written.day(timezone.localdate(card.until) - timedelta(days=1)) if card.until else "",
        "manage": card.mine and card.state is State.ACTIVE, "accept": "accept" in moves,
        "end": "end_representation" in moves,
    }


def _end(last: date | None) -> datetime | None:
    """The first moment after the last day, in the time people live in."""
    if last is None:
        return None
    return timezone.make_aware(datetime.combine(last, time.min) + timedelta(days=1)).astimezone(UTC)


def _sent(request: Request) -> QueryDict | None:
    """What was sent, be it nothing but an empty form; None where only the page was asked for."""
    return request.POST if request.method == "POST" else None
