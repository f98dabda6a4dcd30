from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from secrets import randbelow
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action, attempt
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.geometry import Point, cell, looks_swapped
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.people import queries as people
from linli.registers.places import queries as places
from linli.work.needs import access, events, queries
from linli.work.needs.models import Need, Offer
from linli.work.needs.rules import wishes
from linli.work.needs.rules.triage import SOCIAL_WORK, Reason, Triage, Urgency
from linli.work.needs.rules.wishes import Channel, Window
from linli.work.needs.states import LIFE, OFFERS, OWN, POST, OfferState, State

EXPIRY = "needs.expire_days"
_CHOSEN = Reason("chosen", N_("You chose this kind of help."), "")
_UNTOLD = Reason("untold", N_("The words name no kind of help: a social worker looks at it first."), "")


@action
def post(
    *, text: str, person: UUID | None = None, region: str | None = None, point: Point | None = None,
    category: str | None = None, urgency: str | None = None, windows: Iterable[Window] = (), repeat: str = "",
    requires: Mapping[str, Any] | None = None, mode: str | None = None, channel: str | None = None,
    consented: bool = True, by: Actor, at: datetime,
) -> UUID:
    """Post a need, for oneself or for `person`. Triage says category and urgency where they are not given.

    `point` in WGS-84, or a region; neither: where the person is registered. `repeat` is a weekly RRULE with an end.
    Refuses: NotAllowed (nobody signed in, no consent of a caller); NotFound (a person for whom the actor does not act);
    RuleBroken naming the field.
    """
    whom = person or by.person
    if by.ref == ANONYMOUS.ref or whom is None:
        raise NotAllowed(N_("Sign in first, or call us: we write it down for you."))
    home = people.regions([whom]).get(whom)
    held = by.held(f"person:{whom}", f"region:{home}") if home and by != SYSTEM else frozenset({POST} if home else ())
    if home is None or POST not in held:
        raise NotFound(N_("There is nobody of this name for whom you act."))
    through = Channel(channel) if channel and by == SYSTEM else _channel(whom, by=by)
    if through == Channel.AGENT and not consented:
        raise NotAllowed(N_("Ask the caller for their consent first, and note that they gave it."))
    words, today = wishes.text(text), timezone.localdate(at)
    where = _where(region, point, home=home)
    read = queries.triage(words)
    expires = rulebook.rule(EXPIRY, on=today, region=where)
    row = Need(
        number=_free_number(at), state=LIFE.check("post", state=START, held=held | {POST}), person_id=whom,
        channel=through, consented=consented, region_code=where, cell=cell(point) if point else None,
        windows=wishes.windows(windows, at=at), repeat=wishes.repeat(repeat, on=today), requires=_requires(requires),
        mode=wishes.mode(mode), posted_at=at, posted_by=by.ref,
        expires_on=today + timedelta(days=int(expires.amount or 30)),
    )
    _understand(row, read, words, category=category, urgency=urgency)
    row.point_sealed = people.seal(whom, str(point), context=access.point(row)) if point else None
    row.save()
    fact = events.NeedPosted(row.ref, whom, where, row.category, row.urgency, tuple(row.flags), through)
    journal.record(fact, about=row.ref, by=by, at=at)
    return row.ref


@action
def change(
    ref: UUID, *, text: str | None = None, category: str | None = None, urgency: str | None = None,
    windows: Iterable[Window] | None = None, repeat: str | None = None, requires: Mapping[str, Any] | None = None,
    mode: str | None = None, region: str | None = None, point: Point | None = None, by: Actor, at: datetime,
) -> None:
    """Correct an open need; what is not given stays. Refuses: NotFound, NotAllowed, Conflict, RuleBroken (a field)."""
    row = access.need(ref, by=by, lock=True)
    LIFE.check("change", state=row.state, held=access.held(row, by))
    if windows is not None:
        row.windows = wishes.windows(windows, at=at)
    if repeat is not None:
        row.repeat = wishes.repeat(repeat, on=timezone.localdate(at))
    if requires is not None:
        row.requires = _requires(requires)
    if mode is not None:
        row.mode = wishes.mode(mode)
    if region or point:
        row.region_code = _where(region, point, home=row.region_code)
        row.cell = cell(point) if point else None
        row.point_sealed = people.seal(row.person_id, str(point), context=access.point(row)) if point else None
    if text is not None:
        words = wishes.text(text)
        _understand(row, queries.triage(words), words, category=category, urgency=urgency)
    elif category or urgency:
        row.category = _category(category) if category else row.category
        row.urgency = _urgency(urgency) if urgency else row.urgency
    row.save()
    journal.record(events.NeedChanged(ref, row.person_id, row.category, row.urgency), about=ref, by=by, at=at)


@action
def withdraw(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Take an open need back; standing offers end. Refuses: NotFound, NotAllowed, Conflict."""
    row = access.need(ref, by=by, lock=True)
    row.state = LIFE.check("withdraw", state=row.state, held=access.held(row, by))
    row.save(update_fields=["state"])
    _end_offers(row, by=by, at=at)
    journal.record(events.NeedWithdrawn(ref, row.person_id, row.region_code), about=ref, by=by, at=at)


# What providers offer


@action
def offer(need: UUID, *, service: UUID, slot: UUID, note: str = "", by: Actor, at: datetime) -> UUID:
    """Offer one of one's own services at a free time to an open need.

    Refuses: NotFound (need, service, time), NotAllowed, Conflict (no longer open, offered already, time taken),
    RuleBroken (another kind of help, a note too long).
    """
    queries.need_for(need, by=by, at=at)
    row = Need.objects.select_for_update(of=("self",)).get(ref=need)
    card = directory.service_for(service, by=by)
    OFFERS.check("offer", state=START, held=by.held(f"organisation:{card.provider}"))
    if row.state != State.OPEN:
        raise Conflict(N_("This need no longer looks for help."))
    if card.category != row.category or not card.open:
        raise RuleBroken(N_("Offer a service of the kind that is asked for, and that is open."), rule="needs.offer",
                         field="service")
    time = directory.slot(slot)
    if time.service != service or time.free < 1 or time.from_ <= at:
        raise Conflict(N_("This time is no longer free. Choose another."), field="slot")
    made = Offer(need=row, service=service, slot=slot, provider=card.provider, state=OfferState.OPEN, made_at=at,
                 made_by=by.ref)
    said = wishes.note(note)
    made.note_sealed = people.seal(row.person_id, said, context=access.note(made)) if said else None
    try:
        with attempt():
            made.save()
    except IntegrityError:
        raise Conflict(N_("This service is offered to this need already. Take the offer back to change it.")) from None
    fact = events.OfferMade(made.ref, need, row.person_id, card.provider, service)
    journal.record(fact, about=need, by=by, at=at)
    return made.ref


@action
def withdraw_offer(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Take an offer back before it is chosen. Refuses: NotFound, NotAllowed, Conflict."""
    row = access.offer(ref, by=by, lock=True)
    row.state = OFFERS.check("withdraw_offer", state=row.state, held=by.held(f"organisation:{row.provider}"))
    row.save(update_fields=["state"])
    fact = events.OfferTakenBack(ref, row.need.ref, row.need.person_id, row.provider)
    journal.record(fact, about=row.need.ref, by=by, at=at)


# What follows from orders and from the clock


@action
def mark_booked(ref: UUID, *, order: UUID, service: UUID | None = None, by: Actor, at: datetime) -> None:
    """An order was booked for it: no more offers; the offer of that service, if it was one, is the chosen one."""
    row = _followed(ref)
    first = row.state == State.OPEN
    row.state = LIFE.check("mark_booked", state=row.state, held=OWN)
    row.save(update_fields=["state"])
    if first:
        _end_offers(row, chosen=service, by=by, at=at)
        journal.record(events.NeedBooked(ref, row.person_id, order), about=ref, by=by, at=at)


@action
def reopen(ref: UUID, *, by: Actor, at: datetime) -> None:
    """The order fell through: it looks for help again. Nothing happens where it does not wait for a visit."""
    row = _followed(ref)
    if row.state != State.BOOKED:
        return
    row.state = LIFE.check("reopen", state=row.state, held=OWN)
    expires = rulebook.rule(EXPIRY, on=timezone.localdate(at), region=row.region_code)
    row.expires_on = timezone.localdate(at) + timedelta(days=int(expires.amount or 30))
    row.save(update_fields=["state", "expires_on"])
    journal.record(events.NeedReopened(ref, row.person_id, row.region_code), about=ref, by=by, at=at)


@action
def mark_met(ref: UUID, *, by: Actor, at: datetime) -> None:
    """It was served and confirmed. Nothing happens where that is known, or where it was withdrawn meanwhile."""
    row = _followed(ref)
    if row.state != State.BOOKED:
        return
    row.state = LIFE.check("mark_met", state=row.state, held=OWN)
    row.save(update_fields=["state"])
    journal.record(events.NeedMet(ref, row.person_id, row.region_code), about=ref, by=by, at=at)


@action
def expire(*, at: datetime, by: Actor = SYSTEM, most: int = 500) -> int:
    """Close open needs that nobody has met within the days of the rule; how many."""
    rows = list(Need.objects.select_for_update(of=("self",)).filter(
        state=State.OPEN, expires_on__lte=timezone.localdate(at)).order_by("pk")[:most])
    for row in rows:
        row.state = LIFE.check("expire", state=row.state, held=OWN)
        row.save(update_fields=["state"])
        _end_offers(row, by=by, at=at)
        journal.record(events.NeedExpired(row.ref, row.person_id, row.region_code), about=row.ref, by=by, at=at)
    return len(rows)


# Inside


def _followed(ref: UUID) -> Need:
    row = Need.one(ref=ref, lock=True)
    if row is None:
        raise access.no_need()
    return row


def _channel(whom: UUID, *, by: Actor) -> Channel:
    if by.person == whom:
        return Channel.SELF
    return Channel.FAMILY if POST in by.held(f"person:{whom}") else Channel.AGENT


def _where(region: str | None, point: Point | None, *, home: str) -> str:
    """The most exact region that is told. Refuses: RuleBroken (unknown, outside the node, a point that contradicts)."""
    if point and looks_swapped(point.lon, point.lat):
        raise RuleBroken(N_("Longitude and latitude look swapped: give the longitude first, such as 117.22,31.82."),
                         rule="places.swapped", field="at")
    if point and not region:
        found = places.locate(point)
        if found is None:
            raise RuleBroken(N_("This place lies outside {region}, which we serve. Choose a place inside."),
                             rule="places.inside", field="at", region=places.root().name)
        return found if not home.startswith(found[:6]) else home
    code = region or home
    if places.region(code) is None or not code.startswith(places.under(settings.REGION)):
        raise RuleBroken(N_("There is no such region here. Choose one from the list."), rule="needs.region",
                         field="region")
    if point and not places.inside(point, code):
        raise RuleBroken(N_("This place lies outside {region}, which you named. Correct one of the two."),
                         rule="places.inside", field="at", region=places.full_names([code]).get(code, code))
    return code


def _understand(row: Need, read: Triage, words: str, *, category: str | None, urgency: str | None) -> None:
    """Keep what triage read; what a person said counts more, but a danger stays flagged whoever chose the category."""
    why = read.why
    if category and category != read.category:
        why = (*(reason for reason in why if reason.code != "category"), _CHOSEN)
    elif not (category or read.category):
        why = (*why, _UNTOLD)
    row.category = _category(category or read.category or SOCIAL_WORK)
    row.urgency = _urgency(urgency) if urgency else read.urgency
    row.flags = [flag.value for flag in read.flags]
    row.text_sealed = people.seal(row.person_id, words, context=access.words(row))
    row.why_sealed = people.seal(row.person_id, queries.sealed_reasons(why), context=access.why(row))


def _category(key: str) -> str:
    try:
        return directory.category(key).key
    except NotFound:
        raise RuleBroken(N_("There is no such category. Choose one from the list."), rule="needs.category",
                         field="category") from None


def _urgency(word: str) -> Urgency:
    if word not in set(Urgency):
        raise RuleBroken(N_("Choose how soon: not urgent, soon or urgent."), rule="needs.urgency", field="urgency")
    return Urgency(word)


def _requires(wanted: Mapping[str, Any] | None) -> dict[str, Any]:
    return wishes.requirements(wanted or {}, languages=directory.LANGUAGES, accessibility=directory.ACCESSIBILITY)


def _free_number(at: datetime) -> str:
    while True:
        number = f"N{timezone.localdate(at):%y%m%d}-{randbelow(10**6):06d}"
        if not Need.one(number=number):
            return number


def _end_offers(row: Need, *, chosen: UUID | None = None, by: Actor, at: datetime) -> None:
    for one in row.offers.filter(state=OfferState.OPEN):
        won = one.service == chosen
        one.state = OFFERS.check("choose" if won else "decline", state=one.state, held=OWN)
        one.save(update_fields=["state"])
        journal.record(events.OfferDecided(one.ref, row.ref, one.provider, won), about=row.ref, by=by, at=at)
