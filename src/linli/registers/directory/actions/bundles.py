from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.machine import START
from linli.kernel.refusals import NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import events, queries
from linli.registers.directory.actions.slots import day
from linli.registers.directory.models import Bundle, BundlePart, Service
from linli.registers.directory.rules import bundles as rules
from linli.registers.directory.rules.taxonomy import taxonomy
from linli.registers.directory.states import BUNDLE_LIFE, MANAGE, BundleState, State
from linli.registers.organisations import queries as organisations


@dataclass(frozen=True)
class Chosen:
    """A service for a bundle: how often it is given, and its role."""

    service: UUID
    times: int = 1
    role: str = "main"


@action
def draft_bundle(
    organisation: UUID, *, kind: str, name: str, summary: str, services: Sequence[Chosen], price_fen: int | None = None,
    is_demo: bool = False, by: Actor, at: datetime,
) -> UUID:
    """Put services of several fields together as one offer, led by this organisation; partners are asked to agree.

    Refuses: NotFound (organisation or service), NotAllowed, RuleBroken (one field only, dearer than its parts, none of
    the services its own).
    """
    provider = organisations.organisation(organisation)
    held = by.held(f"organisation:{organisation}")
    if MANAGE not in held and not provider.active:
        raise NotFound(N_("There is no such organisation."))
    state = BUNDLE_LIFE.check("draft_bundle", state=START, held=held)
    row = Bundle(provider_id=organisation, kind=kind, state=state, region_code=provider.region, is_demo=is_demo)
    _write(row, name=name, summary=summary, services=services, price_fen=price_fen, by=by, at=at)
    journal.record(events.BundleDrafted(row.ref, organisation), about=row.ref, by=by, at=at)
    _ask(row, by=by, at=at)
    return row.ref


@action
def change_bundle(
    ref: UUID, *, kind: str, name: str, summary: str, services: Sequence[Chosen], price_fen: int | None = None,
    by: Actor, at: datetime,
) -> None:
    """Change a drafted bundle; partners whose service stays need not agree again.

    Refuses: NotFound, NotAllowed, Conflict (listed already), RuleBroken.
    """
    row = _moved(ref, "change_bundle", by=by)
    row.kind = kind
    _write(row, name=name, summary=summary, services=services, price_fen=price_fen, by=by, at=at)
    journal.record(events.BundleChanged(ref, row.provider_id), about=ref, by=by, at=at)
    _ask(row, by=by, at=at)


@action
def agree_to_bundle(ref: UUID, *, by: Actor, at: datetime) -> None:
    """A partner agrees that its services are part of the bundle.

    Refuses: NotFound (not asked), NotAllowed, Conflict (withdrawn).
    """
    row = _found(ref, by=by)
    own = set(by.refs(MANAGE, "organisation"))
    parts = [part for part in row.parts.select_related("service").filter(agreed_at=None)
             if part.service.provider_id in own]
    BUNDLE_LIFE.check("agree_to_bundle", state=row.state, held=frozenset({MANAGE}) if parts else frozenset())
    for part in parts:
        part.agreed_at, part.agreed_by = at, by.ref
        part.save(update_fields=["agreed_at", "agreed_by"])
    for provider in {part.service.provider_id for part in parts}:
        journal.record(events.BundleAgreed(ref, provider, row.provider_id), about=ref, by=by, at=at)


@action
def list_bundle(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Let residents find the bundle. Refuses: NotFound, NotAllowed, Conflict, RuleBroken (a partner has not agreed,
    or one of its services cannot be had)."""
    row = _moved(ref, "list_bundle", by=by)
    parts = list(row.parts.select_related("service"))
    if any(part.agreed_at is None for part in parts):
        raise RuleBroken(N_("A partner has not agreed yet. The bundle can be listed as soon as all have."),
                         rule="directory.bundle_agreed")
    for part in parts:
        if part.service.state != State.LISTED or not part.service.provider_open:
            raise RuleBroken(N_("“{name}” cannot be had at present. Take it out, or wait until it can."),
                             rule="directory.bundle_open", name=part.service.name)
    row.save(update_fields=["state"])
    journal.record(events.BundleListed(ref, row.provider_id, len(parts)), about=ref, by=by, at=at)


@action
def withdraw_bundle(ref: UUID, *, by: Actor, at: datetime) -> None:
    """End the bundle for good; its services stay as they are. Refuses: NotFound, NotAllowed, Conflict."""
    row = _moved(ref, "withdraw_bundle", by=by)
    row.save(update_fields=["state"])
    journal.record(events.BundleWithdrawn(ref, row.provider_id), about=ref, by=by, at=at)


def _found(ref: UUID, *, by: Actor) -> Bundle:
    row = Bundle.objects.select_for_update().filter(ref=ref).first()
    card = queries.bundle(ref, by=by)  # whoever may not know of it, is told that it is not there
    if row is None or card.ref != ref:
        raise NotFound(N_("There is no such bundle."))
    return row


def _moved(ref: UUID, move: str, *, by: Actor) -> Bundle:
    row = _found(ref, by=by)
    row.state = BundleState(BUNDLE_LIFE.check(move, state=row.state, held=by.held(f"organisation:{row.provider_id}")))
    return row


def _write(
    row: Bundle, *, name: str, summary: str, services: Sequence[Chosen], price_fen: int | None, by: Actor, at: datetime
) -> None:
    known = {one.ref: one for one in Service.objects.filter(
        ref__in=[one.service for one in services], state=State.LISTED, provider_open=True)}
    missing = [one for one in services if one.service not in known]
    if missing or len({one.service for one in services}) != len(services):
        raise RuleBroken(N_("Choose services that are listed, each once."), field="services")
    if row.provider_id not in {known[one.service].provider_id for one in services}:
        raise RuleBroken(N_("Whoever leads a bundle gives at least one of its services."), field="services",
                         rule="directory.bundle_lead")
    kinds = taxonomy().categories
    rules.check_bundle(row.kind, name, summary, price_fen, [
        rules.Part(found.category, kinds[found.category].domain.key, found.price_fen, one.times, one.role)
        for one in services for found in [known[one.service]]],
        most=queries.most_visits(row.region_code, on=day(at)))
    row.name, row.summary, row.price_fen = name.strip(), summary.strip(), price_fen
    row.save()
    agreed = {part.service_id: (part.agreed_at, part.agreed_by) for part in row.parts.all()}
    row.parts.all().delete()
    own = set(by.refs(MANAGE, "organisation")) | {row.provider_id}
    for place, one in enumerate(services):
        service = known[one.service]
        when, who = agreed.get(service.pk) or ((at, by.ref) if service.provider_id in own else (None, None))
        BundlePart.objects.create(bundle=row, service=service, place=place, role=one.role, times=one.times,
                                  agreed_at=when, agreed_by=who)


def _ask(row: Bundle, *, by: Actor, at: datetime) -> None:
    """Tell each partner who has not agreed."""
    waiting = row.parts.select_related("service").filter(agreed_at=None).order_by("place")
    for provider, service in {part.service.provider_id: part.service.ref for part in waiting}.items():
        journal.record(events.BundlePartAsked(row.ref, service, provider), about=row.ref, by=by, at=at)
