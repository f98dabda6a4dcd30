"""What every page's frame shows: who is signed in, where one can go, how it looks."""
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from linli.kernel.doors import speak
from linli.kernel.text import N_, Text
from linli.registers.accounts import queries as accounts
from linli.registers.places import queries as places


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    icon: str = ""
    current: bool = False
    count: int | None = None


NAV: tuple[tuple[Text, str, str], ...] = (
    (N_("Find a service"), "directory:services", "search"),
    (N_("Ask for help"), "needs:write", "hand"),
    (N_("Verify a passport"), "practitioners:check", "shield"),
    (N_("Help"), "help", "info"),
)
BOTTOM: tuple[tuple[Text, str, str], ...] = (
    (N_("Home"), "home", "home"), (N_("Services"), "directory:services", "grid"),
    (N_("My matters"), "orders:mine", "list"), (N_("Me"), "accounts:me", "person"),
)


def _items(rows: tuple[tuple[Text, str, str], ...], path: str) -> list[Item]:
    items = []
    for label, name, icon in rows:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        items.append(Item(speak(label), url, icon, path == url or url != "/" and path.startswith(url)))
    return items


class Site:
    """Lazy where it costs a query."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.demo: bool = settings.DEMO
        self.hotline: str = settings.HOTLINE
        self.language = "zh" if (get_language() or "zh").startswith("zh") else "en"
        self.elder = request.COOKIES.get("elder") == "1"
        chosen = request.COOKIES.get("theme", "auto")
        self.theme = chosen if chosen in {"light", "dark"} else "auto"
        self.nav = _items(NAV, request.path)
        self.bottom = _items(BOTTOM, request.path)
        self.path = request.get_full_path()

    @property
    def region_name(self) -> str:
        return places.root().name

    @property
    def signed_in_as(self) -> str | None:
        account = getattr(self._request, "account", None)
        return accounts.account_name(account) if account else None


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site": Site(request)}
