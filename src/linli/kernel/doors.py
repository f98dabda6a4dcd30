"""What every door gives an action (who acts, and when), and how it puts texts into the reader's language."""
from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext
from django_htmx.middleware import HtmxDetails

from linli.kernel.actor import Actor
from linli.kernel.refusals import Refusal
from linli.kernel.text import Both, Text


class Request(HttpRequest):
    """A request as the doors see it: `actor`, how they are `called`, and `at` are set by the middleware."""

    actor: Actor
    at: datetime
    account: UUID | None
    called: str
    htmx: HtmxDetails
    afterwards: list[Callable[[], object]]


def afterwards(request: HttpRequest, do: Callable[[], object]) -> None:
    """Have an action called once the answer stands and was no refusal. A page that is read writes nothing itself; what
    has to be kept of the reading is kept so."""
    request.__dict__.setdefault("afterwards", []).append(do)


def speak(text: str, **values: object) -> str:
    """A marked text in the reader's language, its values too, be they texts or refusals."""
    spoken = {name: speak(value) if isinstance(value, Text) else say(value) if isinstance(value, Refusal) else value
              for name, value in values.items()}
    said = text.zh if isinstance(text, Both) and (get_language() or "").startswith("zh") else str(text)
    said = gettext(said) if isinstance(text, Text) and not isinstance(text, Both) else said
    return said.format(**spoken) if spoken else said


def say(why: Refusal) -> str:
    """A refusal in the reader's language."""
    return speak(why.message, **why.values)


def blame(form: BaseForm, why: Refusal) -> None:
    """Put a refusal into the form that caused it: beside its field where it names one of the form's, else on top."""
    form.add_error(why.field if why.field in form.fields else None, say(why))


def to_be_saved(pieces: Iterable[bytes], *, name: str, mime: str, size: int) -> StreamingHttpResponse:
    """A file for its reader alone, to be saved: nothing that somebody sent is opened as a page of ours."""
    return StreamingHttpResponse(pieces, content_type=mime, headers={
        "Content-Disposition": content_disposition_header(True, name) or "attachment", "Content-Length": str(size),
        "Content-Encoding": "identity",  # not packed again on the way: how far it is can be shown
        "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"})
