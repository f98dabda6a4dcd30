"""What stands, what happened, why, and what comes next."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext, pgettext

from linli.ui import written
from linli.ui.templatetags.ui import library


@library.register.inclusion_tag("ui/components/steps.html")
def steps(items: Iterable[Any], label: str = "") -> library.Item:
    found = library.items(items, "label state at", state="next", at=None)
    words = {
        "done": pgettext("step", "done"),
        "now": pgettext("step", "now"),
        "next": pgettext("step", "still to come"),
    }
    for item in found:
        item["word"] = words[item["state"]]
        if isinstance(item["at"], datetime):
            item["at"] = written.moment(item["at"])
    return {"items": found, "label": label or gettext("Progress")}


@library.register.inclusion_tag("ui/components/timeline.html")
def timeline(items: Iterable[Any]) -> library.Item:
    found = library.items(items, "title at who note url link tone upcoming", at=None, upcoming=False)
    for item in found:
        item["timed"] = isinstance(item["at"], datetime)
    return {"items": found}


@library.register.inclusion_tag("ui/components/facts.html")
def facts(pairs: Iterable[Any]) -> library.Item:
    return {"pairs": library.items(pairs, "label value url link")}


@library.register.inclusion_tag("ui/components/why.html")
def why(summary: str, reasons: Iterable[Any], open: bool = False, about: str = "") -> library.Item:
    """`about` tells it from others of its name to who only listens."""
    found = library.items(reasons, "text good url link", good=True)
    return {"summary": summary, "about": about, "reasons": found, "open": open}


@library.register.inclusion_tag("ui/components/empty.html", takes_context=True)
def empty(
    context: template.Context,
    title: str,
    text: str = "",
    action_url: str = "",
    action_label: str = "",
    icon: str = "list",
    carry: str = "",
) -> library.Item:
    """`carry` goes along with the action as `text`, by POST: what somebody typed stands in no address."""
    return {
        "title": title,
        "text": text,
        "action_url": action_url,
        "action_label": action_label,
        "icon": icon,
        "carry": carry,
        "csrf_token": context.get("csrf_token"),
    }


@library.register.inclusion_tag("ui/components/notice.html")
def notice(text: str, tone: str = "calm", title: str = "") -> library.Item:
    symbols = {"ok": "check", "wait": "info", "late": "warning", "calm": "info", "plain": "info"}
    return {"text": text, "tone": library.known(tone), "title": title, "icon": symbols[tone]}


@library.register.inclusion_tag("ui/components/confirmation.html")
def confirmation(title: str, reference: str = "", next: Iterable[Any] = ()) -> library.Item:
    return {"title": title, "reference": reference, "steps": [next] if isinstance(next, str) else list(next)}


@library.register.inclusion_tag("ui/components/progress.html", takes_context=True)
def progress(context: template.Context, done: int, total: int, label: str = "", cancel_url: str = "") -> library.Item:
    percent = min(100, round(100 * done / total)) if total else 0
    return {
        "done": done,
        "total": max(total, 1),
        "label": label,
        "percent": percent,
        "cancel_url": cancel_url,
        "csrf_token": context.get("csrf_token", ""),
    }
