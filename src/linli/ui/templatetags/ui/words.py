"""Symbols, tags, figures and dates in the reader's words."""

from datetime import date, datetime
from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from linli.ui import written
from linli.ui.templatetags.ui import library


@library.register.filter
def tongue(text: object) -> SafeString:
    """On an English page the attribute that says of a Chinese passage that it is one, for whoever listens to it;
    nothing otherwise."""
    words = str(text)
    if written.chinese() or words.isascii():
        return SafeString()
    chinese = sum("\u3400" <= letter <= "\u9fff" for letter in words)
    return SafeString(' lang="zh-Hans"') if 2 * chinese > sum(map(str.isalpha, words)) else SafeString()


@library.register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """One symbol of the sprite; silent for screen readers unless it has a label."""
    return _symbol(f"{static('ui/icons.svg')}#{name}", f"icon icon-{size}" if size else "icon", str(label))


@lru_cache(maxsize=1000)
def _symbol(href: str, css: str, label: str) -> SafeString:
    if label:
        return format_html(
            '<svg class="{}" width="24" height="24" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href
        )
    return format_html(
        '<svg class="{}" width="24" height="24" aria-hidden="true" focusable="false"><use href="{}"/></svg>', css, href
    )


@library.register.simple_tag
def tag(label: object, tone: str = "calm") -> SafeString:
    return format_html('<span class="tag {}">{}</span>', library.known(tone), label)


@library.register.simple_tag
def money(fen: int | None, short: bool = False) -> SafeString:
    return format_html('<span class="num">{}</span>', written.money(fen, short=short))


def _time(shown: str, value: date | None) -> SafeString:
    if value is None:
        return format_html("{}", shown)
    machine = written.local(value) if isinstance(value, datetime) else value
    return format_html('<time datetime="{}">{}</time>', machine.isoformat(), shown)


@library.register.simple_tag
def day(value: date | None, weekday: bool = True) -> SafeString:
    return _time(written.day(value, weekday=weekday), value)


@library.register.simple_tag
def moment(value: datetime | None) -> SafeString:
    return _time(written.moment(value), value)


@library.register.simple_tag
def span(begin: date | None, end: date | None) -> SafeString:
    return _time(written.span(begin, end), begin)


@library.register.simple_tag
def distance(metres: float | None) -> SafeString:
    return format_html('<span class="num">{}</span>', written.distance(metres))


@library.register.inclusion_tag("ui/components/stars.html")
def stars(score: float | None, count: int = 0) -> library.Item:
    return {"text": written.stars(score, count), "rated": score is not None and count > 0}
