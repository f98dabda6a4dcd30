"""Ways in and around."""

from collections.abc import Iterable
from typing import Any

import segno
from django import template
from django.core.paginator import Page
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from linli.ui import written
from linli.ui.templatetags.ui import library


@library.register.inclusion_tag("ui/components/pager.html", takes_context=True)
def pager(context: template.Context, page: Page[Any], label: str = "") -> library.Item:
    """Links to the other pages of a list; every other parameter of the address stays."""
    request = context.get("request")
    query = request.GET.copy() if request else None

    def address(number: int) -> str:
        if query is None:
            return f"?page={number}"
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    paginator = page.paginator
    begin, end = page.start_index(), page.end_index()
    return {
        "several": paginator.num_pages > 1,
        "label": label,
        "number": page.number,
        "pages": paginator.num_pages,
        "count": paginator.count,
        "begin": begin,
        "end": end,
        "before": address(page.number - 1) if page.has_previous() else "",
        "after": address(page.number + 1) if page.has_next() else "",
        "links": [
            {
                "number": number,
                "url": address(number) if isinstance(number, int) else "",
                "current": number == page.number,
            }
            for number in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ],
    }


@library.register.inclusion_tag("ui/components/crumbs.html")
def crumbs(items: Iterable[Any]) -> library.Item:
    return {"items": library.items(items, "label url")}


@library.register.inclusion_tag("ui/components/doors.html")
def doors(items: Iterable[Any]) -> library.Item:
    return {"items": library.items(items, "icon title text url")}


@library.register.inclusion_tag("ui/components/onebox.html", takes_context=True)
def onebox(
    context: template.Context,
    action: str,
    name: str = "q",
    value: str = "",
    label: str = "",
    placeholder: str = "",
    button: str = "",
    method: str = "get",
    long: bool = False,
) -> library.Item:
    return {
        "action": action,
        "name": name,
        "value": value,
        "label": label or gettext("What do you need?"),
        "placeholder": placeholder or label,
        "button": button or gettext("Search"),
        "method": method,
        "long": long,
        "csrf_token": context.get("csrf_token", ""),
    }


@library.register.inclusion_tag("ui/components/call_box.html")
def call_box(title: str, text: str = "", numbers: Iterable[Any] = ()) -> library.Item:
    return {"title": title, "text": text, "numbers": library.items(numbers, "number label")}


@library.register.simple_tag
def initial(name: str) -> SafeString:
    """The first character in a circle; decoration beside a name that is written out."""
    return format_html('<span class="initial" aria-hidden="true">{}</span>', name[:1].upper())


@library.register.simple_tag
def qr(address: str, size: int = 200) -> SafeString:
    """A code to scan, dark on white on any ground; `size` in pixels. The address should stand beside it in letters."""
    code = segno.make(address, error="m", micro=False, mask=2)  # trying all eight takes a third of a page's time
    drawn = code.svg_inline(
        scale=6, border=4, light="#fff", omitsize=True, title=gettext("Code to scan"))
    return mark_safe(drawn.replace("<svg ", f'<svg width="{size}" height="{size}" role="img" ', 1))  # drawn here


@library.register.inclusion_tag("ui/components/read_aloud.html")
def read_aloud(target: str = "main") -> library.Item:
    return {"target": target, "language": "zh-CN" if written.chinese() else "en"}


@library.register.inclusion_tag("ui/components/locate.html")
def locate(lon: str = "id_lon", lat: str = "id_lat") -> library.Item:
    return {"lon": lon, "lat": lat}
