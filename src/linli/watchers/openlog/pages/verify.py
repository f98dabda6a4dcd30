"""One page that stands alone: style and script are part of it, so that it can be saved and used without any server.

What may run in it is bound by digests in its policy, in its header and in the page itself; the file is the same for
everyone.
"""
import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from linli.engines.journal.events import Visibility
from linli.engines.journal.registry import TELLINGS
from linli.kernel.doors import speak
from linli.watchers.openlog.rules import facts, words

_PARTS = Path(__file__).parents[1] / "static" / "openlog"
_LANGUAGES = {"zh-hans": ("en", "English"), "en": ("zh-hans", "中文")}


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Check a receipt in the browser. What is checked never comes here: it stands behind the # of the address."""
    asked = request.GET.get("language", get_language() or "")
    language = "en" if asked.startswith("en") else "zh-hans"
    answer = HttpResponse(whole(language))
    answer["Content-Security-Policy"] = f"{policy()}; frame-ancestors 'none'"
    answer["Content-Language"] = language
    answer["Cache-Control"] = "no-cache"
    return answer


@cache
def whole(language: str) -> str:
    """The page in `zh-hans` or `en`, as it is also written to a file by `./linli verify --page`."""
    other, other_name = _LANGUAGES[language]
    with override(language):
        return render_to_string("openlog/verify.html", {
            "policy": policy(), "style": _tag("style", "verify.css"), "script": _tag("script", "verify.js"),
            "other": other, "other_name": other_name, "number": settings.HOTLINE, "words": _words(), "facts": _facts(),
        })


@cache
def policy() -> str:
    """Only this script and this style; nothing from elsewhere, nothing sent but questions to the own server."""
    return (f"default-src 'none'; script-src {_digest('verify.js')}; style-src {_digest('verify.css')}; img-src data:;"
            " connect-src 'self'; base-uri 'none'; form-action 'none'")


def _part(name: str) -> str:
    return (_PARTS / name).read_text()


def _digest(name: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(_part(name).encode()).digest()).decode()}'"


def _tag(tag: str, name: str) -> SafeString:
    return mark_safe(f"<{tag}>{_part(name)}</{tag}>")  # our own file


def _words() -> dict[str, str]:
    return {code: speak(text) for code, text in (words.WORDS | words.PAGE).items()} | {
        f"{kind}_{name}": speak(text) for kind, known in (("field", words.FIELDS), ("series", words.SERIES))
        for name, text in known.items()}


def _facts() -> dict[str, str]:
    """What each public fact says, its values still in braces."""
    return {label: speak(telling.text) for label, telling in TELLINGS.items()
            if (fact := facts.named(label)) and fact.visibility is Visibility.PUBLIC}
