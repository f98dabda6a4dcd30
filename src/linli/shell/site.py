"""What every page's frame shows: who is signed in, where one can go, how it looks."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language

from linli.kernel.actor import ANONYMOUS, Actor
from linli.kernel.database import Tally, counting, tallied
from linli.kernel.doors import speak
from linli.kernel.text import N_, Text
from linli.registers.accounts import queries as accounts
from linli.registers.places import queries as places
from linli.shell import desks, remembered
from linli.shell.desks import Place
from linli.watchers.notices import queries as notices

T = TypeVar("T")
FRESH = timedelta(seconds=20)
NAV: tuple[tuple[Text, str, str], ...] = (
    (N_("Find a service"), "directory:services", "search"),
    (N_("Ask for help"), "needs:write", "hand"),
    (N_("Hall of matters"), "hall:matters", "document"),
    (N_("Verify a passport"), "practitioners:check", "shield"),
    (N_("Help"), "help", "info"),
)
BOTTOM: tuple[tuple[Text, str, str], ...] = (
    (N_("Home"), "home", "home"), (N_("Services"), "directory:services", "grid"),
    (N_("My matters"), "orders:mine", "list"), (N_("Me"), "accounts:me", "person"),
)


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    icon: str = ""
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Group:
    title: str
    items: list[Item]


def address(name: str, *args: object) -> str:
    """Where a page is; empty where this node has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@cache
def region_name() -> str:
    """What the region that this node serves is called; asked once, for a running node's region stays the same."""
    packaged = (row.name for row in places.packaged() if row.code == settings.REGION)
    return next(packaged, "") or places.root().name


class Site:
    """Lazy where it costs a query; what may be some seconds old is remembered for so long."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._actor: Actor = getattr(request, "actor", ANONYMOUS)
        self._at: datetime = getattr(request, "at", None) or timezone.now()
        self.demo: bool = settings.DEMO
        self.hotline: str = settings.HOTLINE
        self.language = "zh" if (get_language() or "zh").startswith("zh") else "en"
        self.elder = request.COOKIES.get("elder") == "1"
        chosen = request.COOKIES.get("theme", "auto")
        self.theme = chosen if chosen in {"light", "dark"} else "auto"
        self.path = request.get_full_path()

    @property
    def region_name(self) -> str:
        return region_name()

    @cached_property
    def nav(self) -> list[Item]:
        return self._items(NAV)

    @cached_property
    def bottom(self) -> list[Item]:
        return self._items(BOTTOM)

    @cached_property
    def signed_in_as(self) -> str | None:
        account = getattr(self._request, "account", None)
        if account is None:
            return None
        own: str = getattr(self._request, "called", "")
        return own or self._recent("name", lambda: accounts.name_of(self._actor))

    @cached_property
    def unread(self) -> int:
        """Notices not read yet."""
        if getattr(self._request, "account", None) is None:
            return 0
        return self._figures.get(_UNREAD, 0)

    @cached_property
    def desks(self) -> list[Item]:
        """The desks of whoever is signed in, but for the one that this page belongs to."""
        found = ((desk, address(desk.start)) for desk in desks.of(self._actor))
        return [Item(speak(desk.label), url) for desk, url in found if url and not desk.holds(self._request.path)]

    @cached_property
    def rail(self) -> list[Group]:
        """The desk's places, with the figures that ask for something to be done."""
        desk = desks.at_path(self._request.path, self._actor)
        if desk is None:
            return []
        held = self._actor.permissions
        found = [(title, [(place, address(place.name)) for place in places if not place.needs or place.needs in held])
                 for title, places in desk.rail]
        current = self._nearest([url for _, places in found for _, url in places])
        groups = (Group(speak(title), [self._item(place, url, current) for place, url in places if url])
                  for title, places in found)
        return [group for group in groups if group.items]

    def _item(self, place: Place, url: str, current: str) -> Item:
        return Item(speak(place.label), url, place.icon, url == current, self._count(place))

    def _nearest(self, urls: list[str]) -> str:
        """The entry under which this page lies: the longest address that its own begins with."""
        own = self._request.path
        return max((url for url in urls if url and (own == url or own.startswith(url))), key=len, default="")

    def _count(self, place: Place) -> int | None:
        return None if place.waiting is None else self._figures.get(place.name, 0)

    @cached_property
    def _figures(self) -> Mapping[str, int]:
        found: Mapping[str, int] | None = getattr(self._request, "figures", None)
        if found is None:
            counted(self._request, self._actor, at=self._at)
            found = self._request.figures  # type: ignore[attr-defined]  # just made
        return found or {}

    def _recent(self, what: str, make: Callable[[], T]) -> T:
        return remembered.recent((self._actor.ref, what), make, at=self._at, age=FRESH)

    def _items(self, rows: tuple[tuple[Text, str, str], ...]) -> list[Item]:
        path = self._request.path
        found = ((speak(label), address(name), icon) for label, name, icon in rows)
        return [Item(label, url, icon, path == url or url != "/" and path.startswith(url))
                for label, url, icon in found if url]


def counted(request: HttpRequest, actor: Actor, *more: Tally, at: datetime) -> dict[str, int]:
    """The frame's figures, counted anew only where they are not remembered, and `more` in the same statement."""
    desk = desks.at_path(request.path, actor)
    key = actor.ref, "figures", desk.key if desk else ""
    kept: dict[str, int] | None = remembered.known(key, at=at, age=FRESH)
    found = tallied(*(_frame(actor, desk, account=getattr(request, "account", None)) if kept is None else ()), *more)
    if kept is None:
        kept = remembered.keep(key, {name: found.get(name, 0) for name in (_UNREAD, *_waiting(desk))}, at=at)
    request.figures = kept  # type: ignore[attr-defined]  # for the frame of this page
    return found


_UNREAD = "notices:unread"


def _frame(actor: Actor, desk: desks.Desk | None, *, account: UUID | None) -> list[Tally]:
    """What the frame counts: unread notices of who is signed in, and what waits at the places of the desk."""
    unread = [counting(_UNREAD, notices.unread_rows(actor))] if account else []
    return unread + [counting(name, waiting(actor)) for name, waiting in _waiting(desk).items()]


def _waiting(desk: desks.Desk | None) -> dict[str, desks.Waiting]:
    found = (place for _, places in desk.rail for place in places) if desk else ()
    return {place.name: place.waiting for place in found if place.waiting}


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site": Site(request)}
