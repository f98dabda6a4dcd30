from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.engines.journal import queries as journal
from linli.engines.journal.registry import TELLINGS
from linli.engines.rulebook.queries import DutyCard
from linli.kernel.actor import SYSTEM
from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import access, actions, forms, queries
from linli.registers.organisations.pages.claims import TONES as CLAIM_TONES
from linli.registers.organisations.queries import ApplicationCard, OrganisationCard, SiteCard
from linli.registers.organisations.rules import ACCESSIBILITY, KINDS
from linli.registers.organisations.states import DECIDE, LABELS, State
from linli.registers.places import queries as places
from linli.ui import written

TONES: dict[State, str] = {
    State.APPLIED: "wait", State.RETURNED: "wait", State.REFUSED: "late", State.APPROVED: "ok", State.SUSPENDED: "late",
    State.LISTED: "wait", State.REGISTERED: "ok",
}
PAGE = 40
_REASONED = ("return", "refuse", "suspend")


# Joining


@require_GET
def join(request: Request) -> HttpResponse:
    """What one needs to join, how long it takes, and what one has applied for already."""
    on = timezone.localdate(request.at)
    mine, rule = queries.my_applications(request.actor), queries.answer_within(on, settings.REGION)
    return render(request, "organisations/join.html", {
        "within": ngettext("{count} working day", "{count} working days", rule.amount).format(count=rule.amount),
        "rule_title": speak(rule.title),
        "mine": [(card, speak(card.organisation.label), TONES[card.organisation.state]) for card in mine],
        "claims": [(card, speak(card.label), CLAIM_TONES[card.state]) for card in queries.my_claims(request.actor)],
    })


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: Request) -> HttpResponse:
    if request.actor.person is None:
        raise NotAllowed(N_("Sign in to apply: the answer goes to you."))
    form = forms.Application(request.POST or None, regions=_regions())
    if form.is_valid():
        try:
            ref = actions.apply_to_join(**form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("organisations:sent", ref)
    return render(request, "organisations/form.html", {
        "form": form, "title": gettext("Apply to join"), "button": gettext("Send the application"), "reasons": "",
    }, status=422 if form.is_bound else 200)


@require_GET
def sent(request: Request, ref: UUID) -> HttpResponse:
    card = queries.application(ref, by=request.actor)
    duty = queries.deadlines([ref], on=timezone.localdate(request.at)).get(ref)
    return render(request, "organisations/sent.html", {
        "title": gettext("Your application was sent"), "card": card, "reference": str(ref),
        "next": [
            gettext("The office of {region} reads it and answers by {day}.").format(
                region=_region_name(card.organisation.region), day=written.day(duty.due_on)
            ) if duty else gettext("The office reads it and answers you."),
            gettext("You are told here, in your notices. If something is missing, you are told all of it at once."),
            gettext("Once approved, you add your sites, your staff with their credentials, and your services."),
        ],
    })


@require_GET
def application(request: Request, ref: UUID) -> HttpResponse:
    card = queries.application(ref, by=request.actor)
    return render(request, "organisations/application.html", _whole(request, card))


@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: Request, ref: UUID) -> HttpResponse:
    card = queries.application(ref, by=request.actor)
    if "amend" not in {move.name for move in card.moves}:
        raise Conflict(N_("This application cannot be changed now. Look at it to see how it stands."))
    one = card.organisation
    kept = {"kind": one.kind, "name": one.name, "uscc": one.uscc, "region": one.region, "address": one.address,
            "phone": one.phone, "short_name": one.short_name, "english_name": one.english_name,
            "introduction": one.introduction}
    form = forms.Application(request.POST or None, initial=kept, regions=_regions())
    if form.is_valid():
        try:
            actions.amend(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("organisations:sent", ref)
    return render(request, "organisations/form.html", {
        "form": form, "title": gettext("Complete the application"), "button": gettext("Send it again"),
        "reasons": card.reasons,
    }, status=422 if form.is_bound else 200)


# The office


@require_GET
def officer_list(request: Request) -> HttpResponse:
    by = request.actor
    if by != SYSTEM and not (by.scopes(DECIDE, "region") or by.scopes(access.SEE, "region")):
        raise NotAllowed(N_("Your role does not let you see applications."))
    chosen = _chosen(request, "state", "kind", "q", "region")
    number = int(given) if (given := request.GET.get("page", "")).isdecimal() and 0 < int(given[:6]) < 10**5 else 1
    found = queries.applications(by=by, **chosen, start=(number - 1) * PAGE, most=PAGE)
    duties = queries.deadlines([line.ref for line in found.items], on=timezone.localdate(request.at))
    regions = places.names([line.region for line in found.items])
    rows = [
        (line, regions.get(line.region, line.region), speak(line.kind_label), speak(line.label), TONES[line.state],
         *_deadline(duties.get(line.ref)))
        for line in found.items
    ]
    paginator = Paginator(range(found.count), PAGE)
    return render(request, "organisations/officer_list.html", {
        "rows": rows, "page": Page(range(0), min(number, paginator.num_pages), paginator), "chosen": chosen,
        "states": [(state.value, speak(label)) for state, label in LABELS.items()],
        "kinds": [(kind.value, speak(label)) for kind, label in KINDS.items()], "filtered": any(chosen.values()),
    })


@require_GET
def officer(request: Request, ref: UUID) -> HttpResponse:
    return _officer(request, ref)


@require_POST
def decide(request: Request, ref: UUID, move: str) -> HttpResponse:
    moves: dict[str, Callable[..., None]] = {
        "approve": actions.approve, "return": actions.return_, "refuse": actions.refuse, "suspend": actions.suspend,
        "restore": actions.restore,
    }
    act = moves.get(move)
    if act is None:
        raise NotFound(N_("There is no such page."))
    form = forms.Reasons(request.POST, prefix=move) if move in _REASONED else Form(request.POST)
    if form.is_valid():
        try:
            act(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("organisations:officer", ref)
    return _officer(request, ref, {move: form}, status=422)


def _officer(request: Request, ref: UUID, sent: dict[str, Form] | None = None, status: int = 200) -> HttpResponse:
    card = queries.application(ref, by=request.actor)
    own = {name: forms.Reasons(prefix=name) for name in _REASONED} | (sent or {})
    errors = [str(error) for form in (sent or {}).values() for error in form.non_field_errors()]
    return render(request, "organisations/officer.html", _whole(request, card) | {
        "alerts": errors,
        "moves": [
            (move.name, speak(move.label), own.get(move.name))
            for move in card.moves if move.name in {*_REASONED, "approve", "restore"}
        ],
    }, status=status)


# The organisation's own desk


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: Request) -> HttpResponse:
    """What the organisation says about itself, and its sites."""
    card, others = _managed(request)
    kept = {"phone": card.phone, "short_name": card.short_name, "english_name": card.english_name,
            "introduction": card.introduction}
    form = forms.Description(request.POST or None, initial=kept)
    if form.is_valid():
        try:
            actions.describe(card.ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect(_own_url(card.ref))
    return render(request, "organisations/own.html", {
        "card": card, "others": others, "form": form, "label": speak(card.label), "tone": TONES[card.state],
        "facts": _facts(card), "sites": [_site(site, names) for names in [_site_regions(card)] for site in card.sites],
        "suspended": queries.reasons(card.ref) if card.state == State.SUSPENDED else "",
    }, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def add_site(request: Request) -> HttpResponse:
    card, _ = _managed(request)
    form = forms.Place(request.POST or None, regions=_regions())
    if form.is_valid():
        try:
            actions.add_site(card.ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect(_own_url(card.ref))
    return render(request, "organisations/site.html", {
        "form": form, "card": card, "title": gettext("Add a site"), "closable": None, "back": _own_url(card.ref),
    }, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change_site(request: Request, ref: UUID) -> HttpResponse:
    site = queries.site(ref)
    card = _one_managed(request, site.organisation)
    if not site.open:
        raise NotFound(N_("There is no such site."))
    kept = {"name": site.name, "region": site.region, "address": site.address, "phone": site.phone,
            "accessibility": site.accessibility, "lon": site.point and site.point.lon,
            "lat": site.point and site.point.lat}
    form = forms.Place(request.POST or None, initial=kept, regions=_regions())
    if form.is_valid():
        try:
            actions.change_site(ref, **form.cleaned_data, by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect(_own_url(card.ref))
    return render(request, "organisations/site.html", {
        "form": form, "card": card, "title": gettext("Change the site"), "closable": ref, "back": _own_url(card.ref),
    }, status=422 if form.is_bound else 200)


@require_POST
def close_site(request: Request, ref: UUID) -> HttpResponse:
    site = queries.site(ref)
    _one_managed(request, site.organisation)
    actions.close_site(ref, by=request.actor, at=request.at)
    return redirect(_own_url(site.organisation))


def _chosen(request: Request, *names: str) -> dict[str, str]:
    return {name: request.GET.get(name, "").replace("\x00", "").strip()[:100] for name in names}


def _managed(request: Request) -> tuple[OrganisationCard, list[OrganisationCard]]:
    """The organisation that this desk is about, and the others that the actor manages."""
    cards = queries.managed(request.actor)
    if not cards:
        raise NotAllowed(N_("You manage no organisation here. Apply to join, or ask your colleagues to let you in."))
    wanted = _ref(request.GET.get("organisation", ""))
    if wanted is None:
        return cards[0], cards[1:]
    card = next((card for card in cards if card.ref == wanted), None)
    if card is None:
        raise NotFound(N_("There is no such organisation."))
    return card, [other for other in cards if other.ref != wanted]


def _one_managed(request: Request, organisation: UUID) -> OrganisationCard:
    for card in queries.managed(request.actor):
        if card.ref == organisation:
            return card
    raise NotFound(N_("There is no such site."))


def _own_url(ref: UUID) -> str:
    return f"/provider/organisation/?organisation={ref}"


def _whole(request: Request, card: ApplicationCard) -> dict[str, Any]:
    """An application with everything that happened to it."""
    on = timezone.localdate(request.at)
    said = {(decision.move, decision.at): decision.reasons for decision in card.decisions}
    moves = {"organisations.ApplicationReturned": "return", "organisations.ApplicationRefused": "refuse",
             "organisations.OrganisationSuspended": "suspend"}
    line: list[dict[str, Any]] = [
        {"title": speak(TELLINGS[entry.fact].text, **entry.payload), "at": entry.at,
         "who": gettext("you") if entry.by == request.actor.ref else "",
         "note": said.get((moves.get(entry.fact, ""), entry.at), ""),
         "tone": "wait" if entry.fact in moves else ""}
        for entry in journal.history([card.ref]) if entry.fact in TELLINGS
    ]
    duty = queries.deadlines([card.ref], on=on).get(card.ref)
    if duty:
        words, tone = _deadline(duty)
        line.append({"title": gettext("An answer is due"), "at": duty.due_on, "tone": tone,
                     "note": words if tone == "late" else "",
                     "upcoming": True})
    one = card.organisation
    return {
        "card": card, "one": one, "label": speak(one.label), "tone": TONES[one.state], "facts": _facts(one),
        "timeline": line, "deadline": _deadline(duty)[0], "can_amend": any(move.name == "amend" for move in card.moves),
    }


def _deadline(duty: DutyCard | None) -> tuple[str, str]:
    """How an answer's deadline stands, in words, and the tone of its tag."""
    if duty is None:
        return "", "plain"
    if duty.days_late:
        return ngettext("{days} day late", "{days} days late", duty.days_late).format(days=duty.days_late), "late"
    due = written.day(duty.due_on, weekday=False)
    return (gettext("by {day} (provisional)") if duty.provisional else gettext("by {day}")).format(day=due), "wait"


def _facts(card: OrganisationCard) -> list[tuple[str, str]]:
    rows = [
        (gettext("Full name"), card.name), (gettext("Kind of organisation"), speak(card.kind_label)),
        (gettext("Unified social credit code"), card.uscc), (gettext("Region"), _region_name(card.region)),
        (gettext("Registered address"), card.address), (gettext("Public phone number"), card.phone),
        (gettext("Short name"), card.short_name), (gettext("English name"), card.english_name),
    ]
    return [(label, value) for label, value in rows if value]


def _site(site: SiteCard, regions: dict[str, str]) -> dict[str, Any]:
    return {
        "ref": site.ref, "name": site.name, "address": site.address, "region": regions.get(site.region, site.region),
        "phone": site.phone, "accessibility": [speak(ACCESSIBILITY[word]) for word in site.accessibility],
    }


def _site_regions(card: OrganisationCard) -> dict[str, str]:
    return places.called([site.region for site in card.sites])


def _region_name(code: str) -> str:
    return places.called([code]).get(code, code)


def _regions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Districts with their streets, for a select."""
    whole = gettext("all of {region}")
    return [
        (name, [(code, whole.format(region=name)), *streets]) for code, name, streets in places.streets()
    ]


def _ref(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
