"""The desks: who has which, where each begins, and what its rail shows; places without a page here are left out."""
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor
from linli.kernel.text import N_, Text
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.workforce import queries as workforce
from linli.work.hall import queries as hall
from linli.work.orders import queries as orders

Waiting = Callable[[Actor], QuerySet[Any]]


@dataclass(frozen=True)
class Place:
    """One entry of a rail. `needs` is the permission without which the page refuses; empty where the desk is enough."""

    label: Text
    name: str
    icon: str
    needs: str = ""
    waiting: Waiting | None = None
    """What asks there for something to be done; the rail shows how many."""


@dataclass(frozen=True)
class Desk:
    """`kind` and `any_of` say who has it: a grant over such a thing with one of these permissions (any if empty)."""

    key: str
    label: Text
    start: str
    prefixes: tuple[str, ...]
    kind: str
    any_of: frozenset[str]
    rail: tuple[tuple[Text, tuple[Place, ...]], ...]

    def holds(self, path: str) -> int:
        """How much of an address says that the page belongs here."""
        return max((len(prefix) for prefix in self.prefixes if path.startswith(prefix)), default=0)

    def open_to(self, actor: Actor) -> bool:
        return any(grant.scope.startswith(f"{self.kind}:") and (not self.any_of or self.any_of & grant.permissions)
                   for grant in actor.grants)


PROVIDER = Desk("provider", N_("Provider's desk"), "provider", ("/provider/",), "organisation", frozenset(), (
    (N_("Today"), (
        Place(N_("Overview"), "provider", "home"),
        Place(N_("Incoming"), "orders:incoming", "inbox", "orders.accept", orders.waiting),
        Place(N_("Calendar"), "orders:calendar", "calendar"),
        Place(N_("Queues"), "queueing:own", "users", "queueing.serve"),
        Place(N_("Venues"), "venues:own", "building", "venues.keep"),
        Place(N_("Waiting lists"), "orders:demand", "clock", "orders.accept"),
        Place(N_("Open needs"), "needs:open", "hand", "needs.see_open"),
    )),
    (N_("What we offer"), (
        Place(N_("Services and prices"), "directory:listing", "list"),
        Place(N_("Bundles"), "directory:own_bundles", "grid", "directory.manage"),
        Place(N_("Staff and credentials"), "practitioners:staff", "users"),
        Place(N_("Ratings"), "quality:provider", "star"),
        Place(N_("Our stations"), "workforce:staffing", "pin", "workforce.recruit"),
        Place(N_("Our posts"), "workforce:advertised", "users", "workforce.recruit"),
        Place(N_("Allowances of our staff"), "workforce:claimed", "wallet", "workforce.recruit"),
        Place(N_("Disputes"), "orders:own_disputes", "flag", "orders.dispute"),
    )),
    (N_("Organisation"), (
        Place(N_("Our organisation"), "organisations:own", "building", "organisations.manage"),
        Place(N_("Who keeps the entry"), "accounts:keepers", "users", "organisations.manage"),
        Place(N_("Hall of matters"), "hall:mine", "document", "hall.apply"),
        Place(N_("Documents"), "documents:mine", "document", "documents.hold"),
    )),
))
OFFICER = Desk("officer", N_("Officer's desk"), "officer", ("/officer/",), "region", frozenset({"rulebook.see"}), (
    (N_("My region"), (
        Place(N_("Overview"), "officer", "home"),
        Place(N_("Supply and needs"), "insight:coverage", "chart", "insight.see"),
        Place(N_("Unmet needs"), "needs:unmet", "hand", "needs.see_unmet"),
        Place(N_("Duties and deadlines"), "rulebook:duties", "clock", "rulebook.see", rulebook.overdue),
        Place(N_("Applications in the hall"), "hall:desk", "inbox", "hall.process", hall.waiting),
        Place(N_("Bad ratings"), "quality:officer", "star", "quality.see"),
        Place(N_("Disputes"), "orders:disputes", "flag", "orders.decide", orders.deciding),
    )),
    (N_("Places"), (
        Place(N_("Coverage"), "places:coverage", "map", "places.see"),
        Place(N_("Facilities"), "places:facilities", "home", "places.see"),
        Place(N_("Grid cells"), "places:grids", "grid", "places.see"),
        Place(N_("Use of venues"), "venues:overseen", "building", "venues.see"),
    )),
    (N_("Register"), (
        Place(N_("Organisations"), "organisations:officer_list", "building", "organisations.see",
              organisations.waiting),
        Place(N_("Claims"), "organisations:officer_claims", "flag", "organisations.see", organisations.claims_waiting),
        Place(N_("Files of the register"), "organisations:intakes", "upload", "organisations.see",
              organisations.open_doubts),
        Place(N_("Freshness of the listings"), "directory:listings", "check", "directory.check"),
        Place(N_("Not confirmed in time"), "insight:freshness", "bell", "insight.see"),
        Place(N_("Social workers"), "workforce:register", "users", "workforce.see", workforce.waiting),
        Place(N_("Trade news"), "workforce:overseen_news", "bell", "workforce.see", workforce.reported),
        Place(N_("Open a person's data"), "people:find", "eye", "people.open"),
        Place(N_("Openings to allow"), "people:permits", "lock", "people.allow", people.waiting_permits),
        Place(N_("Special groups"), "people:groups", "users", "people.see_care_groups"),
        Place(N_("Special groups not reached"), "insight:unreached", "heart", "people.see_care_groups"),
        Place(N_("Requests about data"), "people:requests", "shield", "people.decide", people.asked_waiting),
        Place(N_("Audits of personal data"), "people:audits", "scale", "people.audit"),
    )),
))
AGENT = Desk("agent", N_("Hotline desk"), "needs:agent", ("/agent/",), "region", frozenset({"people.find"}), (
    (N_("On the line"), (
        Place(N_("Caller"), "needs:agent", "phone"),
    )),
))
PRACTITIONER = Desk("practitioner", N_("My day"), "orders:day", ("/work/",), "practitioner", frozenset(), (
    (N_("My work"), (
        Place(N_("My day"), "orders:day", "calendar"),
        Place(N_("My profession"), "workforce:profession", "book"),
        Place(N_("Trade news"), "workforce:news_list", "bell"),
    )),
))
ADMINISTRATION = Desk(
    "administration", N_("Administration"), "administration", ("/admin-desk/", "/officer/accounts/"), "region",
    frozenset({"accounts.see"}), (
        (N_("Node"), (
            Place(N_("Overview"), "administration", "home"),
            Place(N_("Accounts"), "accounts:officials", "users", "accounts.see"),
        )),
    ))
DESKS = (PROVIDER, PRACTITIONER, AGENT, OFFICER, ADMINISTRATION)


def of(actor: Actor) -> tuple[Desk, ...]:
    """The desks that this actor has."""
    return tuple(desk for desk in DESKS if desk.open_to(actor))


def at_path(path: str, actor: Actor) -> Desk | None:
    """The desk that a page belongs to: by its address, else the first one that the actor has."""
    return max(of(actor), key=lambda desk: desk.holds(path), default=None)


