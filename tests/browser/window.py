"""Windows on the demo as somebody, at a width, in a language, plain or as elders and the dark have it."""
import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from bench.node import Visitor
from tests.node import Node

PHONE, DESK = (390, 844), (1280, 860)
PATIENCE = 20_000  # milliseconds that a busy machine may take over a page
REF = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class Windows:
    def __init__(self, browser: Browser, node: Node) -> None:
        self._browser, self._node, self._open = browser, node, list[BrowserContext]()

    def open(self, persona: str | Visitor | None = None, *, size: tuple[int, int] = PHONE, language: str = "zh-hans",
             scripts: bool = True, preferences: dict[str, str] | None = None) -> Page:
        """A fresh window: nothing cached, signed in as that persona, or as who signed in elsewhere; preferences are
        cookies (elder, theme)."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=self._node.url, java_script_enabled=scripts,
            reduced_motion="reduce", locale="zh-CN" if language.startswith("zh") else "en-GB",
        )
        context.set_default_timeout(PATIENCE)
        cookies = {**(preferences or {}), "django_language": language}
        if persona:
            known = self._node.visitor(persona, language=language) if isinstance(persona, str) else persona
            cookies |= known._cookies | {"django_language": language}
        context.add_cookies([{"name": name, "value": value, "url": self._node.url} for name, value in cookies.items()])
        self._open.append(context)
        return context.new_page()

    def close(self) -> None:
        for context in self._open:
            context.close()


def links(page: Page, pattern: str) -> list[str]:
    """Addresses on this page that are wholly of this pattern, in their order, each once."""
    found = page.eval_on_selector_all("main a[href]", "all => all.map(one => one.href)")
    paths = (urlsplit(one)._replace(scheme="", netloc="", fragment="").geturl() for one in found)
    return list(dict.fromkeys(path for path in paths if re.fullmatch(pattern, path)))


def alone(page: Page) -> Page:
    """Without the site's worker, behind which the wire would not be seen; before the first page."""
    page.context.add_init_script("delete Navigator.prototype.serviceWorker")
    return page


def weighed(page: Page, path: str) -> int:
    """Bytes over the wire for this page and all that it fetches: compressed, heads included; cached counts nothing."""
    wire: Any = page.context.new_cdp_session(alone(page))
    wire.send("Network.enable")
    sums: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sums.append(event["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    wire.detach()
    return round(sum(sums))
