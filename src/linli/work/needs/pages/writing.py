"""A need is written: first the words, then what was understood of them, where, when and who should come.

Nothing is kept until it is posted; everything typed travels along in the form, never in the address.
"""
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from linli.engines.journal import actions as journal
from linli.kernel.actor import ANONYMOUS
from linli.kernel.crypto import Keyring, Unreadable
from linli.kernel.doors import Request, say
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.people import queries as people
from linli.registers.places import queries as places
from linli.work.needs import actions, forms, queries
from linli.work.needs.pages import pointing, words
from linli.work.needs.queries import NeedCard
from linli.work.needs.rules import wishes
from linli.work.needs.states import POST

_FORM = ("GET", "HEAD", "POST")
_FIELDS = {"windows": "day1", "repeat": "weeks", "at": "lon", "region": "district", "requires": "language"}
"""Under which field of the form a refusal about a part of the wish is shown."""


@dataclass(frozen=True)
class Whom:
    """For whom one may write. `caller` where an agent writes for somebody on the line, who is then the only one."""

    choices: list[tuple[str, str]]
    homes: dict[str, str]
    caller: str = ""

    @property
    def first(self) -> str:
        return self.choices[0][0]


@require_http_methods(_FORM)
def write(request: Request) -> HttpResponse:
    """The words first; sent, they come back as what was understood; sent again, the need is posted."""
    sent = request.POST if request.method == "POST" else QueryDict()
    if request.actor.ref == ANONYMOUS.ref:
        return _before_signing_in(request, sent)
    whom = _whom(request, sent.get("person", ""))
    step = sent.get("step", "understand")
    if request.method != "POST":
        return _first(request, whom, sent)
    if step == "post":
        return _posted(request, whom, sent)
    left = pointing.step(request, back=reverse("needs:write")) if step == "map" else {}
    if isinstance(left, HttpResponse):
        return left
    if step in ("look", "map"):
        return _second(request, whom, _posting(request, whom, initial=_typed(sent) | left), sent.get("text", ""))
    return _understood(request, whom, sent)


@require_http_methods(_FORM)
def change(request: Request, ref: UUID) -> HttpResponse:
    """Correct an open need: the same questions, with what is known filled in."""
    card = queries.need(ref, by=request.actor)
    if "change" not in {move.name for move in card.moves}:
        raise Conflict(N_("This need can no longer be changed. Write a new one."))
    known, sent = _known(card), request.POST if request.method == "POST" else None
    kept = "" if forms.initial_times(card.windows) else words.when(card.windows)
    here = places.full_names([card.region]).get(card.region, card.region)
    if sent is not None and (step := sent.get("step")) in ("look", "map"):
        left = pointing.step(request, back=reverse("needs:change", args=[ref])) if step == "map" else {}
        if isinstance(left, HttpResponse):
            return left
        known, sent = _typed(request.POST) | left, None
    form = forms.Wish(sent, at=request.at, here=here, kept=kept, initial=known)
    if sent is not None and form.is_valid():
        try:
            actions.change(ref, **_changes(form, card), by=request.actor, at=request.at)
            return redirect("needs:need", ref)
        except (RuleBroken, Conflict) as why:
            _blame(form, why)
    return render(request, "needs/change.html", {
        "form": form, "card": card, "latest": forms.latest(request.at), "spot": _spot(form),
        "emergency": words.emergency(card.flags, card.why),
    }, status=422 if form.is_bound else 200)


# Who writes, and for whom


def _whom(request: Request, asked: str) -> Whom:
    """Oneself and those one acts for; where an agent names a caller, that one alone. Refuses: NotAllowed, NotFound."""
    by, ref = request.actor, _uuid(asked)
    mine = list(dict.fromkeys(([by.person] if by.person else []) + list(by.refs(POST, "person"))))
    if ref and ref not in mine:
        card = people.people([ref], by=by).get(ref)
        if card is None or POST not in by.held(f"region:{card.region}"):
            raise NotFound(N_("There is nobody of this name for whom you act."))
        return Whom([(str(ref), card.name)], {str(ref): card.region}, card.name)
    if not mine:
        if by.scopes(POST, "region"):
            raise NotAllowed(N_("Find the caller first, on the hotline desk: a need is written for somebody."))
        raise NotAllowed(N_("Needs are written by residents, and for callers by the hotline."))
    others = [one for one in mine if one != by.person]
    names = people.names(others, by=by) if others else {}
    return Whom([(str(one), names.get(one) or gettext("Myself")) for one in mine],
                {str(one): code for one, code in people.regions(mine).items()})


def _before_signing_in(request: Request, sent: QueryDict) -> HttpResponse:
    """Somebody whom nobody knows yet: the numbers to call at once; the words stay in the box until they signed in."""
    text = sent.get("text", "").replace("\x00", "")
    alerts, numbers = [], []
    if request.method == "POST":
        try:
            read = queries.triage(wishes.text(text))
            numbers = words.emergency(read.flags, read.why)
        except RuleBroken as why:
            alerts = [say(why)]
    sign_in = words.address("accounts:sign_in", fallback="/")
    return render(request, "needs/sign_in.html", {
        "text": text, "alerts": alerts, "emergency": numbers, "written": bool(text) and not alerts,
        "kept": bool(text) and not alerts and _keep(request, text),
        "sign_in_url": f"{sign_in}?{urlencode({'next': reverse('needs:write')})}", "hotline": settings.HOTLINE,
    }, status=422 if alerts else 200)


# Words that wait until somebody has signed in: with the session, sealed, since they may tell of an illness

_DRAFT = "needs:draft"


def _keep(request: Request, text: str) -> bool:
    if not hasattr(request, "session"):
        return False
    ring = Keyring(settings.MASTER_KEY, cipher=settings.CIPHER)
    wrapped = ring.new_key()
    request.session[_DRAFT] = [wrapped.hex(), ring.seal(wrapped, text, context=_DRAFT).hex()]
    return True


def _waiting(request: Request) -> str:
    wrapped, sealed = request.session.get(_DRAFT, ["", ""]) if hasattr(request, "session") else ["", ""]
    try:
        return Keyring(settings.MASTER_KEY).open(bytes.fromhex(wrapped), bytes.fromhex(sealed), context=_DRAFT) \
            if sealed else ""
    except Unreadable:
        return ""


def _forget(request: Request) -> None:
    if hasattr(request, "session"):
        request.session.pop(_DRAFT, None)


# The two steps


def _first(request: Request, whom: Whom, sent: QueryDict, form: Any = None) -> HttpResponse:
    kind = forms.Consent if whom.caller else forms.Written
    form = form or kind(people=whom.choices, initial={"person": whom.first, "text": _waiting(request)})
    return render(request, "needs/write.html", {"form": form, "whom": whom, "hotline": settings.HOTLINE},
                  status=422 if form.is_bound else 200)


def _understood(request: Request, whom: Whom, sent: QueryDict) -> HttpResponse:
    """What triage reads in the words, as the second step shows it; what else was typed stays."""
    kind = forms.Consent if whom.caller else forms.Written
    given = sent.copy()
    given["person"] = given.get("person") or whom.first
    form = kind(given, people=whom.choices)
    if not form.is_valid():
        return _first(request, whom, sent, form)
    text = form.cleaned_data["text"]
    read = queries.triage(text)
    initial = _typed(given) | {"text": text, "category": read.category or "", "urgency": read.urgency.value}
    posting = _posting(request, whom, initial=_defaults() | initial)
    return _second(request, whom, posting, text)


def _second(request: Request, whom: Whom, form: forms.Posting, text: str) -> HttpResponse:
    read = queries.triage(text[:wishes.LONGEST_TEXT])
    person = str(form["person"].value())
    return render(request, "needs/understood.html", {
        "form": form, "whom": whom, "text": text, "emergency": words.emergency(read.flags, read.why),
        "why": words.reasons(read.why), "flags": words.flags(read.flags), "hotline": settings.HOTLINE,
        "kind": words.kind(read.category) if read.category else "", "latest": forms.latest(request.at),
        "spot": _spot(form),
        "for_whom": dict(whom.choices).get(person, "") if len(whom.choices) > 1 or whom.caller else "",
    }, status=422 if form.is_bound else 200)


def _posted(request: Request, whom: Whom, sent: QueryDict) -> HttpResponse:
    """Post it under the form's own key: sent twice it is one need."""
    form = _posting(request, whom, data=sent)
    if form.is_valid():
        said = form.cleaned_data
        person = UUID(said["person"])

        def do() -> UUID:
            return actions.post(
                text=said["text"], person=person, category=said["category"] or None, urgency=said["urgency"],
                region=form.region if said["where"] == "other" else None, point=form.point,
                windows=form.windows() or (), repeat=form.repeat(), requires=form.requires(), mode=said["mode"],
                consented=not whom.caller or sent.get("consented") == "on", by=request.actor, at=request.at,
            )

        body = ["needs_write", {name: value for name, value in said.items() if name not in ("key", "point")}]
        try:
            done = journal.once(f"page:{said['key']}", by=request.actor, at=request.at, body=body, do=do)
            _forget(request)
            return redirect(words.address("matching:matches", done.ref, fallback=f"/needs/{done.ref}/"))
        except Conflict:
            fresh = sent.copy()
            fresh["key"] = str(new_ref())
            form.data = fresh
            form.add_error(None, gettext(
                "This was posted already, with other words. Find it under “My needs” and change it there, or send this"
                " again to post it as a second need."))
        except RuleBroken as why:
            _blame(form, why)
    if "text" in form.errors:
        form.fields["text"].widget.attrs["autofocus"] = True
    return _second(request, whom, form, sent.get("text", ""))


def _posting(request: Request, whom: Whom, *, data: Any = None, initial: Any = None) -> forms.Posting:
    said = data if data is not None else initial
    chosen = said.get("person") or whom.first
    codes = whom.homes.get(chosen, "")
    home = places.full_names([codes]).get(codes, codes)
    here = gettext("Where {name} lives: {place}").format(name=dict(whom.choices)[chosen], place=home) \
        if chosen != str(request.actor.person) and chosen in dict(whom.choices) \
        else gettext("Where I live: {place}").format(place=home)
    if data is None:
        initial = initial | {"person": chosen, "key": str(said.get("key") or new_ref())}
    return forms.Posting(data, people=whom.choices, at=request.at, here=here, initial=initial)


# Between the form and the action


def _changes(form: forms.Wish, card: NeedCard) -> dict[str, Any]:
    """Only what differs from what is kept: what a form cannot show stays as it is."""
    said, found = form.cleaned_data, {}
    if said["text"] != card.text:
        found["text"] = said["text"]
    if said["category"] and (said["category"] != card.category or "text" in found):
        found["category"] = said["category"]
    if said["urgency"] != card.urgency or "text" in found:
        found["urgency"] = said["urgency"]
    if (windows := form.windows()) is not None:
        found["windows"] = windows
    if form.visits != card.weeks:
        found["repeat"] = form.repeat()
    if said["where"] == "other":
        found["region"] = form.region
    if form.point and (form.point != card.point or "region" in found):
        found["point"] = form.point
    kept = {key: value for key, value in card.requires.items() if key not in form.fields}
    return found | {"requires": kept | form.requires(), "mode": said["mode"]}


def _known(card: NeedCard) -> dict[str, Any]:
    times = forms.initial_times(card.windows) or {"when": "kept"}
    point = {"lon": f"{card.point.lon:.6f}", "lat": f"{card.point.lat:.6f}"} if card.point else {}
    return times | point | card.requires | {
        "text": card.text, "category": card.category, "urgency": card.urgency.value, "where": "here",
        "weeks": card.weeks, "mode": card.mode,
    }


def _defaults() -> dict[str, Any]:
    return {"where": "here", "when": "soon", "weeks": 1, "mode": "", "language": "", "gender": ""}


def _spot(form: forms.Wish) -> str:
    """The point that stands in the form, in words."""
    point = pointing.point_of(f"{form['lon'].value() or ''},{form['lat'].value() or ''}")
    return words.whereabouts(places.whereabouts(point, more=directory.landmarks)) if point else ""


def _typed(sent: QueryDict) -> dict[str, Any]:
    """Everything typed so far, to be shown again without being judged."""
    found: dict[str, Any] = {name: str(sent[name]).replace("\x00", "") for name in sent}
    return found | ({"accessibility": sent.getlist("accessibility")} if "accessibility" in sent else {})


def _blame(form: forms.Wish, why: Refusal) -> None:
    name = _FIELDS.get(why.field or "", why.field)
    form.add_error(name if name in form.fields else None, say(why))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
