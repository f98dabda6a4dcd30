"""What a screen reader announces of a page: the browser's accessibility tree, and nothing else."""
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

LANDMARKS = ("banner", "contentinfo", "main")
PARTS = {*LANDMARKS, "navigation", "region"}
ACTED_ON = {"link", "button", "textbox", "searchbox", "combobox", "checkbox", "radio", "listbox", "slider",
            "spinbutton", "switch", "tab", "menuitem", "DisclosureTriangle", "Date", "DateTime", "InputTime"}
CHOSEN = ACTED_ON - {"link"}
NAMED_ROUND = {"group", "radiogroup", "form", "region", "dialog", "article", "DisclosureTriangle", "Date",
               "DateTime", "InputTime", *LANDMARKS}
"""A choice among others is told apart by what it stands in, if that has a name."""


@dataclass(frozen=True)
class Thing:
    """One thing that is announced: what it is, what it is called, what is said of it, and how it stands."""

    role: str
    name: str
    description: str
    states: dict[str, Any]
    within: tuple[str, ...]
    """What it stands in that has a name, and the page's parts, outermost first, as "role name"."""
    depth: int

    def __str__(self) -> str:
        return f"{self.role} “{self.name}”" + (f" ({self.description})" if self.description else "")


def announced(page: Page) -> list[Thing]:
    """Everything on the page that is not hidden from a screen reader, in reading order."""
    wire: Any = page.context.new_cdp_session(page)
    nodes = wire.send("Accessibility.getFullAXTree")["nodes"]
    wire.detach()
    known = {node["nodeId"]: node for node in nodes}

    def walk(node: dict[str, Any], within: tuple[str, ...], depth: int) -> Iterator[Thing]:
        if not node.get("ignored"):
            role, name = _said(node, "role"), _said(node, "name")
            states = {one["name"]: one["value"].get("value", one["value"].get("relatedNodes"))
                      for one in node.get("properties", ())}
            yield Thing(role, name, _said(node, "description"), states, within, depth)
            if (name or role in LANDMARKS) and role not in {"StaticText", "InlineTextBox"}:
                within = (*within, f"{role} {name}")
        for child in node.get("childIds", ()):
            if child in known:
                yield from walk(known[child], within, depth + 1)

    roots = [node for node in nodes if node.get("parentId") not in known]
    return [thing for root in roots for thing in walk(root, (), 0)]


def _said(node: dict[str, Any], what: str) -> str:
    return re.sub(r"\s+", " ", str(node.get(what, {}).get("value", ""))).strip()


def misheard(page: Page) -> list[str]:
    """What who only listens would miss on this page, each in a sentence."""
    things = announced(page)
    return [*_frame(page, things), *_headings(things), *_names(things), *_tables(things)]


def _frame(page: Page, things: list[Thing]) -> Iterator[str]:
    language = page.evaluate("document.documentElement.lang")
    if not re.match(r"(zh-hans|en)$", language, re.IGNORECASE):
        yield f"the page's language is {language!r}"
    if not page.title().strip() or page.title().startswith("·"):
        yield "the page has no title"
    for role in LANDMARKS:
        count = sum(one.role == role for one in things)
        if count > 1 or role == "main" and count != 1:
            yield f"{count} {role} landmarks"
    for role in ("navigation", "region", "complementary"):
        names = [one.name for one in things if one.role == role]
        if role != "region" and "" in names and (role == "navigation" or len(names) > 1):
            yield f"a {role} without a name"
        yield from (f"{role} “{name}” twice" for name in {name for name in names if name and names.count(name) > 1})


def _headings(things: list[Thing]) -> Iterator[str]:
    levels = [(int(one.states.get("level", 2)), one.name, one.within) for one in things if one.role == "heading"]
    if sum(level == 1 for level, _, _ in levels) != 1:
        yield f"{sum(level == 1 for level, _, _ in levels)} headings of the first level"
    inside = [(level, name) for level, name, within in levels if any(one.startswith("main") for one in within)
              or not any(one.startswith(("navigation", "banner")) for one in within)]
    before = 1
    for level, name in inside:
        if not name:
            yield f"a heading of level {level} without words"
        if level > before + 1:
            yield f"heading “{name}” of level {level} after level {before}"
        before = level


def _names(things: list[Thing]) -> Iterator[str]:
    alike: dict[tuple[str, ...], set[str]] = defaultdict(set)
    count: dict[tuple[str, ...], int] = defaultdict(int)
    for one in things:
        if one.role in ACTED_ON and not one.name:
            yield f"a {one.role} without a name, in {' > '.join(one.within[-2:])}"
        if one.role in {"image", "img", "graphics-document"} and not one.name:
            yield f"an image without words, in {' > '.join(one.within[-2:])}"
        if one.role in ACTED_ON and one.name:
            round_ = NAMED_ROUND if one.role in CHOSEN else PARTS
            key = (one.role, one.name, one.description, next(
                (where for where in reversed(one.within) if where.split(" ", 1)[0] in round_), ""))
            alike[key].add(str(one.states.get("url", "")).partition("#")[0])
            count[key] += 1
    for (role, name, description, *_), where in alike.items():
        plain = {url.partition("?")[0] for url in where}
        if description:
            continue  # lines that say the same in every word: who sees them cannot tell them apart either
        if role == "link" and len(where - plain if len(plain) == 1 else where) > 1:
            yield f"{len(where)} links to different places are all called “{name}”"
    for (role, name, *_), times in count.items():
        if role != "link" and times > 1:
            yield f"{times} of {role} “{name}” that nobody can tell apart"


def _tables(things: list[Thing]) -> Iterator[str]:
    for place, one in enumerate(things):
        if one.role not in {"table", "grid"}:
            continue
        inside = []
        for other in things[place + 1:]:
            if other.depth <= one.depth:
                break
            inside.append(other.role)
        if not one.name:
            yield "a table without a caption"
        if "columnheader" not in inside:
            yield f"table “{one.name}” has no column heads"
        if inside.count("row") > 2 and "rowheader" not in inside:
            yield f"table “{one.name}” has no row heads"


UNSPOKEN = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const here = document.documentElement.lang.slice(0, 2);
  while (walker.nextNode()) {
    const box = walker.currentNode.parentElement, words = walker.currentNode.textContent.trim();
    if (box.closest("script, style, option, [aria-hidden=true]") || !box.checkVisibility()) continue;
    const chinese = (words.match(/\\p{Script=Han}/gu) || []).length, letters = (words.match(/\\p{L}/gu) || []).length;
    const tongue = (box.closest("[lang]") || document.documentElement).lang.slice(0, 2);
    if (here === "en" && tongue === "en" && chinese >= 4 && chinese > .8 * letters) found.push(words.slice(0, 40));
  }
  return [...new Set(found)];
}"""


def unspoken(page: Page) -> list[str]:
    """Passages in Chinese on an English page that do not say so: a voice for English would stumble or skip them."""
    found: list[str] = page.evaluate(UNSPOKEN)
    return found
