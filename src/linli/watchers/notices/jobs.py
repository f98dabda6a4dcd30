"""The clock's door: letters go out by mail, text message or web push."""
import json
import logging
import smtplib
import ssl
from datetime import datetime, timedelta
from ipaddress import ip_address
from socket import getaddrinfo
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from linli.kernel import calls
from linli.watchers.notices import actions, queries
from linli.watchers.notices.queries import LetterCard
from linli.watchers.notices.rules import letters
from linli.watchers.notices.rules.topics import Kind

log = logging.getLogger("linli.notices")
SECONDS = 15.0


class Gone(Exception):
    """Nobody is there any more; never try again."""


def send(at: datetime) -> int:
    """Send what is due; how many went. One that fails does not hold up the others."""
    gone = 0
    for letter in queries.due(at=at):
        try:
            _BY[letter.kind](letter, at)
        except Gone:
            actions.failed(letter.ref, why="", gone=True, at=at)
        except (OSError, ValueError, smtplib.SMTPException) as why:
            log.warning("a letter by %s could not be sent: %s", letter.kind, type(why).__name__)
            actions.failed(letter.ref, why=type(why).__name__, gone=False, at=at)
        else:
            actions.sent(letter.ref, at=at)
            gone += 1
    return gone


def _mail(letter: LetterCard, at: datetime) -> None:
    ways = settings.SITE + reverse("notices:ways")
    with override(letter.language):
        said = queries.said(letter)
        lines = [said, *([f"{settings.SITE}{letter.url}"] if letter.url else []),
                 "", gettext("You get this because you chose it. Change it here:"), ways]
        made = letters.mail(ref=str(letter.ref), sender=settings.MAIL_FROM, to=letter.address, at=at,
                            subject=gettext("Linli: {text}").format(text=said), text="\n".join(lines), leave=ways)
    parts = urlsplit(settings.MAIL_URL)
    make = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with make(parts.hostname or "localhost", parts.port or 0, timeout=SECONDS) as line:
        if parts.scheme == "smtp+starttls":
            line.starttls(context=ssl.create_default_context())
        if parts.username:
            line.login(unquote(parts.username), unquote(parts.password or ""))
        line.send_message(made)


def _sms(letter: LetterCard, at: datetime) -> None:
    with override(letter.language):
        text = gettext("[Linli] {text}").format(text=queries.said(letter))
    body = json.dumps({"id": str(letter.ref), "to": letter.address, "text": text}, ensure_ascii=False).encode()
    held = {"Authorization": f"Bearer {settings.SMS_TOKEN}"} if settings.SMS_TOKEN else {}
    answer = calls.post(settings.SMS_URL, body, kind="application/json", most=10_000, seconds=SECONDS, headers=held)
    if answer.status >= 300:
        raise calls.Unreachable(f"the gateway said {answer.status}")


def _push(letter: LetterCard, at: datetime) -> None:
    told = json.loads(letter.address)
    _on_the_open_net(told["endpoint"])
    with override(letter.language):
        message = {"title": gettext("Linli"), "body": queries.said(letter), "url": letter.url or "/notices/",
                   "tag": str(letter.ref)}
    body, headers = letters.pushed(told, message, key=letters.server_key(settings.MASTER_KEY),
                                   contact=f"mailto:{settings.MAIL_FROM}", urgent=letter.urgent, at=at)
    answer = calls.post(told["endpoint"], body, kind="application/octet-stream", most=10_000, seconds=SECONDS,
                        headers=headers)
    if answer.status in {404, 410}:
        raise Gone
    if answer.status >= 300:
        raise calls.Unreachable(f"the push service said {answer.status}")


def _on_the_open_net(endpoint: str) -> None:
    """Whoever names an address of our own network is not served: a browser said it, and anyone can be a browser."""
    parts = urlsplit(endpoint)
    if settings.TESTING:
        return
    for *_, place in getaddrinfo(parts.hostname or "", parts.port or 443):
        if not ip_address(str(place[0]).partition("%")[0]).is_global:
            raise ValueError("not on the open net")


_BY = {Kind.EMAIL: _mail, Kind.SMS: _sms, Kind.PUSH: _push}


def tidy(at: datetime) -> int:
    return actions.tidy(at=at)


JOBS = ((send, timedelta(seconds=3)), (tidy, timedelta(hours=6)))
