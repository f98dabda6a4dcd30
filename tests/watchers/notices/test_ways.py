"""Being told outside the app: a real mail server, a text-message gateway, and a push service that can be read."""
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import UUID

import http_ece
import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.test import override_settings
from py_vapid import Vapid02

from linli.engines.journal import actions as journal
from linli.engines.journal import registry
from linli.engines.journal.events import Fact, Visibility
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotFound, RuleBroken
from linli.kernel.text import N_, Both
from linli.registers.accounts.models import Account, GrantRow
from linli.watchers.notices import actions, jobs, queries
from linli.watchers.notices.models import Channel, Letter
from linli.watchers.notices.rules import letters, topics
from linli.watchers.notices.rules.topics import Kind, Topic
from tests.actors import AT
from tests.registers.visiting import text, visit
from tools.postgres import free_port

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Booked(Fact):
    visibility = Visibility.PRIVATE
    region: str
    price_fen: int


class Kept:
    """What came in over SMTP, and over HTTP with its headers; `status` is what the gateway answers."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.posts: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.url, self.refuse = 201, "", False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            return "451 try again later"
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def net(settings: Any) -> Iterator[Kept]:
    kept = Kept()

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.posts.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(kept.status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    port = free_port()
    mail = Controller(kept, hostname="127.0.0.1", port=port)
    mail.start()
    web = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    kept.url = f"http://127.0.0.1:{web.server_port}"
    settings.MAIL_URL, settings.SMS_URL, settings.SMS_TOKEN = f"smtp://127.0.0.1:{port}", f"{kept.url}/sms", "t0ken"
    settings.MAIL_FROM, settings.SITE = "linli@hefei.example.cn", "https://hefei.example.cn"
    yield kept
    mail.stop()
    web.shutdown()
    web.server_close()


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Booked, "label", classmethod(lambda cls: "orders.Booked"))
    monkeypatch.setitem(registry.TELLINGS, "orders.Booked", registry.Telling(
        N_("Booked."), Both("Booked for {price_fen}.", "已预约，{price_fen}。"),
        lambda payload: [f"region:{payload['region']}"], lambda payload: "/orders/1/"))


@pytest.fixture
def officer() -> Actor:
    """Watches over 蜀山区."""
    row = Account.objects.create(username="w", region_code="340104000000", opened_at=AT, opened_by=SYSTEM.ref)
    GrantRow.objects.create(account=row, role="officer", scope="region:340104000000", since=AT - timedelta(days=1),
                            granted_at=AT, granted_by=SYSTEM.ref)
    return Actor(row.ref)


@action
def happen(region: str, at: datetime) -> None:
    journal.record(Booked(region, 12300), about=new_ref(), by=SYSTEM, at=at)


def happened(region: str = "340104003000") -> datetime:
    """Something of now: what is older than a day is told in the app only."""
    at = datetime.now(UTC)
    happen(region, at)
    journal.run()
    return at + timedelta(minutes=1)


def code_of(sent: Any) -> str:
    found = re.search(r"\b\d{6}\b", sent)
    assert found
    return found[0]


def by_mail(officer: Actor, net: Kept, *, language: str = "en", wanted: tuple[str, ...] = tuple(Topic)) -> UUID:
    ref = actions.add_channel(kind=Kind.EMAIL, address="Wang@Example.CN", language=language, by=officer, at=AT)
    jobs.send(AT)
    assert actions.confirm_channel(ref, code=code_of(net.mails[-1][1].get_content()), by=officer, at=AT)
    actions.choose({ref: wanted}, language=language, by=officer, at=AT)
    net.mails.clear()
    return ref


def test_a_mail_is_sent_once_to_whoever_watches_over_the_place_in_their_language(officer: Actor, net: Kept) -> None:
    by_mail(officer, net, language="zh-hans")
    at = happened()
    assert jobs.send(at) == 1 and jobs.send(at) == 0
    to, mail = net.mails[0]
    assert to == ["Wang@example.cn"] and "已预约，¥123.00" in mail["Subject"]
    assert "https://hefei.example.cn/orders/1/" in mail.get_content()
    assert mail["List-Unsubscribe"] == "<https://hefei.example.cn/notices/ways/>" and mail["Auto-Submitted"]
    happened("340103006000")
    assert jobs.send(at) == 0, "another district's"


def test_reading_the_journal_again_sends_nothing_again(officer: Actor, net: Kept) -> None:
    by_mail(officer, net)
    at = happened()
    jobs.send(at)
    journal.rebuild("notices")
    journal.run()
    with pytest.raises(ValueError, match="never done twice"):
        journal.rebuild("letters")
    from linli.engines.journal.models import Reader

    Reader.objects.filter(name="letters").delete()  # as a restored backup might have it
    journal.run()
    assert jobs.send(at) == 0 and len(net.mails) == 1


def test_nothing_goes_to_an_address_before_its_code_came_back(officer: Actor, net: Kept) -> None:
    ref = actions.add_channel(kind=Kind.EMAIL, address="w@example.cn", language="en", by=officer, at=AT)
    actions.choose({ref: tuple(Topic)}, language="en", by=officer, at=AT)
    at = happened()
    assert jobs.send(at) == 1 and "Your code is" in net.mails[0][1].get_content(), "only the code"
    code = code_of(net.mails[0][1].get_content())
    assert not Letter.objects.filter(values__code=code).exists(), "it is not kept once it is gone"
    for _ in range(topics.CODE_TRIES):
        assert not actions.confirm_channel(ref, code="x", by=officer, at=AT)
    with pytest.raises(Conflict):
        actions.confirm_channel(ref, code=code, by=officer, at=AT)


def test_a_code_is_good_for_half_an_hour(officer: Actor, net: Kept) -> None:
    ref = actions.add_channel(kind=Kind.EMAIL, address="w@example.cn", language="en", by=officer, at=AT)
    jobs.send(AT)
    with pytest.raises(Conflict):
        actions.confirm_channel(ref, code=code_of(net.mails[0][1].get_content()), by=officer,
                                at=AT + timedelta(minutes=31))


def test_only_what_was_chosen_is_sent(officer: Actor, net: Kept) -> None:
    by_mail(officer, net, wanted=("duties",))
    assert jobs.send(happened()) == 0
    assert topics.wanted("orders.Booked", urgent=True, topics=["urgent"])
    assert not topics.wanted("orders.Booked", urgent=False, topics=["urgent"])
    assert topics.wanted("places.RegionsImported", urgent=False, topics=["other"])


def test_a_server_that_refuses_is_tried_again_later_and_then_no_more(officer: Actor, net: Kept) -> None:
    by_mail(officer, net)
    at, net.refuse = happened(), True
    tried = []
    for _ in range(topics.TRIES):
        assert jobs.send(at) == 0
        due = Letter.objects.get().due
        tried.append(due and round((due - at).total_seconds() / 60))
        at = due or at
    assert tried == [1, 5, 25, 125, 625, None]
    assert queries.channels(officer)[0].failure
    net.refuse = False
    assert jobs.send(at) == 0


def test_a_text_message_goes_to_the_gateway_by_its_token(officer: Actor, net: Kept) -> None:
    ref = actions.add_channel(kind=Kind.SMS, address="+86 138-0013-8000", language="zh-hans", by=officer, at=AT)
    jobs.send(AT)
    told = json.loads(net.posts[0][2])
    assert told["to"] == "13800138000" and net.posts[0][1]["authorization"] == "Bearer t0ken"
    assert actions.confirm_channel(ref, code=code_of(told["text"]), by=officer, at=AT)
    assert queries.channels(officer)[0].shown == "138****8000"
    at = happened()
    noon = at.astimezone(topics.HERE).replace(hour=12) + timedelta(days=1)
    assert jobs.send(noon) == 1 and json.loads(net.posts[1][2])["text"] == "【邻里】已预约，¥123.00。"


@dataclass(frozen=True)
class Browser:
    """One that lets us tell it: keys of its own, as RFC 8291 wants them."""

    key: ec.EllipticCurvePrivateKey
    auth: bytes

    def told(self, endpoint: str) -> dict[str, Any]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": endpoint, "expirationTime": None, "keys": {
            "p256dh": urlsafe_b64encode(point).decode().rstrip("="),
            "auth": urlsafe_b64encode(self.auth).decode().rstrip("=")}}


@pytest.fixture
def browser() -> Browser:
    return Browser(ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef")


def test_only_the_browser_can_read_what_is_pushed_and_the_service_knows_the_sender(
    officer: Actor, net: Kept, browser: Browser,
) -> None:
    told = browser.told(f"{net.url}/push/abc")
    ref = actions.add_browser(told, name="Firefox", language="en", by=officer, at=AT)
    assert actions.add_browser(told, name="Firefox", language="en", by=officer, at=AT) == ref, "once"
    at = happened()
    assert jobs.send(at.astimezone(topics.HERE).replace(hour=12) + timedelta(days=1)) == 1
    path, headers, body = net.posts[0]
    plain = http_ece.decrypt(body, private_key=browser.key, auth_secret=browser.auth, version="aes128gcm")
    assert json.loads(plain)["body"] == "Booked for ¥123.00." and json.loads(plain)["url"] == "/orders/1/"
    assert path == "/push/abc" and headers["content-encoding"] == "aes128gcm" and int(headers["ttl"]) > 0
    signed = re.fullmatch(r"vapid t=([^,]+),\s*k=(.+)", headers["authorization"])
    assert signed
    token, key = signed.groups()
    assert key == queries.push_key() and Vapid02.verify(headers["authorization"])
    claims = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["aud"] == net.url and claims["sub"].startswith("mailto:")


def test_a_browser_that_is_gone_is_forgotten(officer: Actor, net: Kept, browser: Browser) -> None:
    actions.add_browser(browser.told(f"{net.url}/push/abc"), name="Firefox", language="en", by=officer, at=AT)
    net.status = 410
    jobs.send(happened() + timedelta(days=1))
    assert queries.channels(officer) == [] and not Letter.objects.exists()


@pytest.mark.parametrize("endpoint", [
    "http://push.example.com/x", "https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "ftp://a.b/x", "",
    "https://10.0.0.1:8000/admin", "x" * 2000,
])
def test_an_address_within_our_own_network_is_no_push_service(browser: Browser, endpoint: str) -> None:
    with pytest.raises(RuleBroken):
        letters.subscription(browser.told(endpoint))
    assert letters.subscription(browser.told("https://push.example.com/x"))["endpoint"]


@pytest.mark.parametrize("told", [None, {}, [], "x", {"endpoint": "https://a.example.com"}, {
    "endpoint": "https://a.example.com", "keys": {"p256dh": "AAAA", "auth": "AAAA"}}])
def test_what_no_browser_tells_is_refused(told: Any) -> None:
    with pytest.raises(RuleBroken):
        letters.subscription(told, local=True)


@pytest.mark.parametrize(("kind", "given"), [
    (Kind.EMAIL, "wang"), (Kind.EMAIL, "a@b"), (Kind.EMAIL, "a b@example.cn"), (Kind.EMAIL, "a@example.cn\nBcc: x@y.z"),
    (Kind.EMAIL, "<a@example.cn>"), (Kind.EMAIL, ""), (Kind.EMAIL, "a@.cn"), (Kind.SMS, "12345"),
    (Kind.SMS, "23800138000"), (Kind.SMS, "138001380001"), (Kind.SMS, "１３８００１３８０００"),
])
def test_what_is_no_address_is_refused_with_what_one_looks_like(kind: Kind, given: str) -> None:
    with pytest.raises(RuleBroken):
        topics.address(kind, given)


def test_at_night_only_what_cannot_wait_rings() -> None:
    night, morning = datetime(2026, 11, 16, 15, 30, tzinfo=UTC), datetime(2026, 11, 16, 23, 0, tzinfo=UTC)
    assert topics.due(Kind.SMS, urgent=False, at=night) == morning == topics.due(
        Kind.PUSH, urgent=False, at=datetime(2026, 11, 16, 20, 0, tzinfo=UTC))
    for kind, urgent in ((Kind.SMS, True), (Kind.EMAIL, False)):
        assert topics.due(kind, urgent=urgent, at=night) == night
    assert topics.due(Kind.SMS, urgent=False, at=morning) == morning


def test_addresses_are_sealed_and_belong_to_their_account(officer: Actor, net: Kept) -> None:
    ref = by_mail(officer, net)
    row = Channel.objects.get()
    assert b"example" not in bytes(row.sealed) and "Wang" not in row.shown and row.shown == "W***@example.cn"
    with pytest.raises(NotFound):
        actions.remove_channel(ref, by=Actor(new_ref()), at=AT)
    with pytest.raises(Conflict):
        actions.add_channel(kind=Kind.EMAIL, address="Wang@example.cn", language="en", by=officer, at=AT)
    actions.remove_channel(ref, by=officer, at=AT)
    assert not Channel.objects.exists()


def test_whoever_is_erased_is_reached_no_more(officer: Actor, net: Kept) -> None:
    ref = by_mail(officer, net)
    Channel.objects.filter(ref=ref).update(person=officer.ref)
    assert [str(row["address"]) for row in queries.channels_held(officer.ref)] == ["Wang@example.cn"], "in their copy"
    actions.forget_people([officer.ref])
    assert queries.channels(officer) == []


# The page


def test_the_page_tells_a_story_from_an_address_to_its_choice(officer: Actor, net: Kept) -> None:
    page = text(visit("/notices/ways/", by=officer))
    assert 'name="email"' in page and 'name="phone"' in page and f'data-key="{queries.push_key()}"' in page
    wrong = visit("/notices/ways/add/", {"email": "nobody"}, by=officer, method="POST")
    assert wrong.status_code == 422 and 'value="nobody"' in text(wrong) and "name@example.cn" in text(wrong)
    assert visit("/notices/ways/add/", {"email": "w@example.cn"}, by=officer, method="POST").status_code == 302
    ref = queries.channels(officer)[0].ref
    jobs.send(max(AT, datetime.now(UTC)))
    no = visit(f"/notices/ways/{ref}/confirm/", {"code": "nonsense"}, by=officer, method="POST")
    assert no.status_code == 422 and "not the code" in text(no)
    code = code_of(net.mails[0][1].get_content())
    assert visit(f"/notices/ways/{ref}/confirm/", {"code": code}, by=officer, method="POST").status_code == 302
    assert visit("/notices/ways/", {f"topics-{ref}": ["duties"]}, by=officer, method="POST").status_code == 302
    assert queries.channels(officer)[0].topics == ("duties",)
    page = text(visit("/notices/ways/", by=officer, language="zh"))
    assert "w***@example.cn" in page and "w@example.cn" not in page
    assert visit(f"/notices/ways/{ref}/remove/", {}, by=officer, method="POST").status_code == 302
    assert queries.channels(officer) == []


def test_ways_that_the_node_cannot_go_are_not_offered(officer: Actor) -> None:
    with override_settings(MAIL_URL="", SMS_URL=""):
        page = text(visit("/notices/ways/", by=officer))
    assert 'name="email"' not in page and 'name="phone"' not in page
    assert settings.MAIL_URL == ""
