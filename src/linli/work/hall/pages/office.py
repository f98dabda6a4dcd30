"""One application, for who applies and at the desk, with every move that is open; and the desk's queue."""
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from linli.engines.archive import queries as archive
from linli.engines.journal.registry import TELLINGS, EntryCard
from linli.kernel.doors import Request, blame, say, speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.kernel.text import N_
from linli.registers.places import queries as places
from linli.ui import written
from linli.work.hall import actions, forms, queries, rules
from linli.work.hall.pages import promising, words
from linli.work.hall.queries import ApplicationFile, OpinionCard
from linli.work.hall.registry import KINDS, MATTERS, STOPS, TRUSTS, Kind
from linli.work.hall.states import HEARD, HEARING_LABELS, OPINION_LABELS, PROCESS, HearingState, OpinionState, State

PAGE = 50
BATCHES: dict[str, Callable[..., list[tuple[UUID, Refusal | None]]]] = {
    "take": actions.take_many, "accept": actions.accept_many, "grant": actions.grant_many}


def shown(request: Request, ref: UUID, *, alert: str, status: int) -> HttpResponse:
    """An application with why something of it was refused."""
    return _application(request, ref, alert=alert, status=status)


@require_GET
def application(request: Request, ref: UUID) -> HttpResponse:
    return _application(request, ref)


def _application(request: Request, ref: UUID, sent: dict[str, Form] | None = None, *, alert: str = "",
                 status: int = 200, clear: bool = False) -> HttpResponse:
    one = queries.application(ref, by=request.actor, at=request.at, clear=clear, judge=True)
    on = timezone.localdate(request.at)
    if one.own and one.card.state is State.DRAFT:
        return redirect("hall:fill", ref)
    entries = queries.timeline(ref, office=one.office)
    desks = places.named({one.card.desk, one.card.region, *(opinion.desk for opinion in one.opinions)})
    names = {m.key: speak(m.title) for m in one.matter.materials}
    against = [say(why) for why in one.judged.whys] if one.office else []
    given = {**_forms(one, against, on), **(sent or {})}
    said, tone = words.due(one.card, on)
    return render(request, "hall/application.html", {
        "base": "ui/desk.html" if one.office else "ui/base.html", "one": one, "card": one.card, "office": one.office,
        "title": speak(one.matter.title), "label": speak(one.card.label), "tone": one.card.tone, "due": said,
        "due_tone": tone, "desk": desks.get(one.card.desk, one.card.desk), "steps": words.progress(one),
        "facts": _facts(one, desks), "sections": words.sections(one.matter, one.content.answers, one.content.held),
        "papers": [(names.get(p.material, p.material), p.name, archive.link(
            UUID(p.file), by=request.actor, at=request.at), speak(TRUSTS[_trust(p.trust)]), p.file,
            not p.compared) for p in one.content.papers],
        "given": promising.cards(one, sent or {}), "fetched": words.fetched(one),
        "notes": _notes(one, on) if one.office else [],
        "ground": _ground(one, one.ground),
        "remedies": words.remedies(one),
        "stages": [(speak(s.step.title), s) for s in one.stages if s.finding],
        "readings": [(r, _ground(one, r.ground)) for r in one.readings],
        "products": [(speak(p.title), p.number, p.link) for p in one.products],
        "timeline": [{"title": _telling(one, e), "at": e.at} for e in entries if e.fact not in _SMALL],
        "letters": [(letter.value, speak(rules.LETTERS[letter])) for letter in rules.letters(
            one.card.state, asked=one.asked_at is not None, accepted=one.accepted_at is not None)] if one.own else [],
        "ahead": "" if one.office else words.ahead(one, on),
        "again": one.card.matter if one.card.state in _ENDED else "",
        "moves": one.moves, "forms": given, "against": against,
        "next": _next_steps(one, (sent or {}).get("finish_step")),
        "alerts": [alert] if alert else [],
        "open": set(sent or {}), "may_rate": "rate" in one.moves and one.grade is None,
        "rating": words.put_right(one, on) if "rate" in one.moves else "",
        "may_answer": "answer_rating" in one.moves and bool(one.grade) and (one.grade or 5) <= rules.BAD
        and not one.answered_at, "grade": str(dict(forms.GRADES)[one.grade]) if one.grade else "",
        "back": reverse("hall:desk") if one.office else reverse("hall:mine"),
        "ready": "grant" in one.moves and not any(
            stage.finished_at is None and (stage.begun_at or not stage.step.optional) for stage in one.stages
            if stage.step.kind not in {Kind.ACCEPTANCE, Kind.DECISION, Kind.DELIVERY}),
        **_hearing(one), **_opinions(one, sent or {}, desks),
        "may_fill": one.card.state is State.INCOMPLETE and "complete" in one.moves,
    }, status=status)


def _notes(one: ApplicationFile, on: date) -> list[tuple[str, str]]:
    """What the desk looks at, as it stood at handing in and as it stands today, each once with its rule."""
    said = {note.zh if written.chinese() else note.en: note.rule for note in one.content.notes}
    said |= {say(why): why.rule or "" for why in one.judged.notes}
    return [(text, reverse("rulebook:rule", args=[rule]) if queries.rule_of(
        rule, region=one.card.region, on=on) else "") for text, rule in said.items()]


def _hearing(one: ApplicationFile) -> dict[str, Any]:
    """The hearing in words; nothing of it where there is none."""
    found = one.hearing
    if found is None:
        return {"hearing": False}
    tones = {HearingState.OFFERED: "wait", HearingState.ASKED: "wait", HearingState.CALLED: "wait",
             HearingState.HELD: "ok"}
    open_ = one.card.state in HEARD
    said = [
        (gettext("It can be asked for until"), words.day(found.ask_until.isoformat())
         if open_ and found.state is HearingState.OFFERED else ""),
        (gettext("Asked for on"), written.moment(found.asked_at) if found.asked_at else ""),
        (gettext("It takes place on") if found.state is HearingState.CALLED else gettext("It took place on"),
         written.moment(found.sits_from) if found.sits_from and found.state is not HearingState.WAIVED else ""),
        (gettext("Place"), found.place if found.state is not HearingState.WAIVED else ""),
    ]
    return {"hearing": True, "hearing_label": speak(HEARING_LABELS[found.state]),
            "hearing_tone": tones.get(found.state, "plain") if open_ else "plain",
            "hearing_facts": [pair for pair in said if pair[1]],
            "hearing_yours": one.own and open_ and found.state in {HearingState.OFFERED, HearingState.CALLED}}


def _opinions(one: ApplicationFile, sent: dict[str, Form], names: dict[str, str]) -> dict[str, Any]:
    """What the bodies were asked, with a form for those for whom the actor may answer."""
    tones = {True: "ok", False: "late", None: "wait"}
    typed = sent.get("give_opinion")
    return {"out": sum(opinion.state is OpinionState.ASKED for opinion in one.opinions), "opinions": [{
        "title": speak(opinion.title), "body": opinion.body, "desk": names.get(opinion.desk, opinion.desk),
        "due": words.day(opinion.due_on.isoformat()), "given_at": opinion.given_at, "finding": opinion.finding,
        "label": _opinion(opinion, office=one.office),
        "tone": tones[opinion.favourable] if one.office or opinion.favourable is None else "plain",
        "late": words.days_late(opinion.days_late),
        "open": typed is not None and typed.data.get("body") == opinion.body,
        "form": (typed if typed is not None and typed.data.get("body") == opinion.body else forms.Opinion(
            prefix=opinion.body)) if opinion.mine else None,
    } for opinion in one.opinions]}


def _opinion(one: OpinionCard, *, office: bool) -> str:
    """Whether a body has answered; what it answered for the offices alone."""
    if one.state is not OpinionState.GIVEN or not office:
        return speak(OPINION_LABELS[one.state])
    return gettext("nothing stands against it") if one.favourable else gettext("something stands against it")


def _ground(one: ApplicationFile, key: str) -> str:
    """A ground in words, of the law for a refusal or of why it was not accepted; empty for none."""
    found = {**dict(one.matter.legal_grounds), **rules.RETURNS}.get(key)
    return speak(found) if found else ""


def _trust(said: str) -> Any:
    return next(one for one in TRUSTS if one.value == said)


_SMALL = {"hall.PaperAdded", "hall.PaperRemoved"}
"""What is not told one by one: the papers are listed."""
_ENDED = {State.REFUSED, State.RETURNED, State.REVOKED}


def _telling(one: ApplicationFile, entry: EntryCard) -> str:
    """What happened, with the name of the step or body where it was one."""
    step = next((s.step for s in one.stages if s.step.key == entry.payload.get("step")), None)
    title = speak(step.title) if step else ""
    body = next((speak(o.title) for o in one.opinions if o.body == entry.payload.get("body")), "")
    if body:
        return gettext("{body}: {told}").format(body=body, told=speak(TELLINGS[entry.fact].text, **_day(entry.payload)))
    if step and entry.fact == "hall.StepBegun" and step.kind not in STOPS:
        return gettext("{step}: begun.").format(step=title)
    if title and entry.fact == "hall.StepBegun":
        return gettext("{step}: begun. The clock of the decision stands meanwhile.").format(step=title)
    if entry.fact == "hall.NumbersOpened":
        return gettext("The desk had the numbers shown in full: {why}.").format(
            why=speak(rules.OPENINGS[entry.payload["why"]]))
    if title and entry.fact == "hall.StepFinished":
        return gettext("{step}: finished.").format(step=title)
    return speak(TELLINGS[entry.fact].text, **_day(entry.payload))


def _day(payload: dict[str, Any]) -> dict[str, Any]:
    return payload | {name: words.day(payload[name]) for name in ("due_on", "until") if payload.get(name)}


def _facts(one: ApplicationFile, desks: dict[str, str]) -> list[tuple[str, str]]:
    card = one.card
    found = [(gettext("Number"), card.number), (gettext("Applicant"), card.applicant),
             (gettext("Where"), desks.get(card.region, card.region)),
             (gettext("Handed in on"), written.moment(card.submitted_at) if card.submitted_at else "")]
    if one.accepted_at:
        found.append((gettext("Accepted on"), gettext("{moment}, because nobody answered in time").format(
            moment=written.moment(one.accepted_at)) if one.silent else written.moment(one.accepted_at)))
    if card.waits_on:
        found += [(gettext("Lies with"), gettext("{desk}: {step}").format(
            desk=desks.get(card.desk, card.desk), step=speak(card.step))),
            (gettext("Due"), words.day(card.waits_on.isoformat()))]
    if one.extended_at:
        found.append((gettext("Time limit extended on"), written.moment(one.extended_at)))
    if one.office:
        found.append((gettext("Officer"), card.officer_name or gettext("not taken over yet")))
    return [(label, value) for label, value in found if value]


def _call(one: ApplicationFile, on: date) -> dict[str, Any]:
    """Day and place as they are set; to begin with, the first morning that leaves notice enough."""
    found = one.hearing
    first = datetime.combine(queries.first_hearing(region=one.card.region, on=on), time(9))
    return {"sits_from": found.sits_from if found and found.sits_from else timezone.make_aware(first),
            "place": found.place if found else ""}


def _forms(one: ApplicationFile, against: list[str], on: date) -> dict[str, Form]:
    """The forms of the moves that are open to the actor; what stands against it is what is asked for, to begin with."""
    made: dict[str, Callable[[], Form]] = {
        "ask_completion": lambda: forms.Words(label=gettext("Everything that is missing"), hint=gettext(
            "Name all of it: it can be asked for once only."), prefix="ask", initial={"text": "\n".join(against)}),
        "propose_return": lambda: forms.Return(prefix="return"),
        "object_return": lambda: forms.Words(label=gettext("Why it goes back to the desk"), prefix="object"),
        "open_numbers": lambda: forms.Opening(prefix="open"),
        "transfer": lambda: forms.Transfer(regions=words.region_choices(settings.REGION, settings.REGION),
                                           prefix="transfer"),
        "extend": lambda: forms.Extension(most=one.extension, prefix="extend"),
        "offer_hearing": lambda: forms.Words(label=gettext("What is meant to be decided, and why"), prefix="offer"),
        "ask_hearing": lambda: forms.Asking(prefix="hearing"), "call_hearing": lambda: forms.Call(
            prefix="call", initial=_call(one, on)),
        "file_hearing": lambda: forms.Record(prefix="record"),
        "propose_refusal": lambda: forms.Refusal(grounds=_grounds(one), prefix="refuse"),
        "object": lambda: forms.Words(label=gettext("Why it goes back to review"), prefix="object"),
        "rate": forms.Rating,
        "answer_rating": lambda: forms.Words(label=gettext("What was put right"), prefix="answer"),
    }
    return {name: make() for name, make in made.items() if name in one.moves and (name != "extend" or one.extension)}


def _grounds(one: ApplicationFile) -> list[tuple[str, str]]:
    return [(key, speak(label)) for key, label in one.matter.legal_grounds]


def _next_steps(one: ApplicationFile, sent: Form | None) -> list[dict[str, Any]]:
    """The steps that can be taken now: the next one in order, and those at the desk's choice."""
    if one.card.state is not State.ACCEPTED:
        return []
    found, first = [], True
    for stage in one.stages:
        if stage.step.kind in {Kind.ACCEPTANCE, Kind.DECISION, Kind.DELIVERY} or stage.finished_at:
            continue
        if stage.step.optional or first or stage.begun_at:
            found.append({"key": stage.step.key, "title": speak(stage.step.title), "begun": bool(stage.begun_at),
                          "stops": stage.step.kind in STOPS, "joint": stage.step.kind is Kind.JOINT,
                          "bodies": [speak(body.title) for body in stage.step.bodies],
                          "kind": speak(KINDS[stage.step.kind]),
                          "hint": speak(stage.step.hint) if stage.step.hint else "",
                          "form": sent if sent and sent.data.get("step-step") == stage.step.key
                          else forms.Finding(prefix="step", auto_id=f"id_{stage.step.key}_%s")})
        first = first and stage.step.optional
    return found


MOVES = ("take", "open_numbers", "accept", "grant", "confirm_refusal", "resume", "withdraw", "begin_step", "compare",
         "ask_completion", "propose_return", "confirm_return", "object_return", "transfer", "finish_step",
         "propose_refusal", "object", "rate",
         "answer_rating", "extend", "offer_hearing", "ask_hearing", "waive_hearing", "call_hearing", "file_hearing",
         "give_opinion", *promising.MOVES)


@require_POST
def move(request: Request, ref: UUID, name: str) -> HttpResponse:
    """One move of an application. A refusal is said on the page, with what was typed still there."""
    name = name.replace("-", "_")
    if name not in MOVES:
        raise NotFound(N_("There is no such step. Go back to the application."))
    one = queries.application(ref, by=request.actor, at=request.at)
    form = _sent(request, one, name)
    if form is not None and not form.is_valid():
        return _application(request, ref, {name: form}, status=422)
    try:
        _do(request, ref, name, form.cleaned_data if form is not None else {})
    except (Conflict, NotAllowed, RuleBroken) as why:
        if form is not None:
            blame(form, why)
        status = 409 if isinstance(why, Conflict) else 403 if isinstance(why, NotAllowed) else 422
        return _application(request, ref, {name: form} if form is not None else None, alert=say(why), status=status)
    if name == "open_numbers":  # shown this once: the next look asks again
        return _application(request, ref, clear=True)
    return redirect("hall:mine") if name == "withdraw" and one.card.state is State.DRAFT else redirect(
        "hall:application", ref)


def _sent(request: Request, one: ApplicationFile, name: str) -> Form | None:
    if name in promising.MOVES:
        return promising.sent(request.POST, name)
    match name:
        case "ask_completion":
            return forms.Words(request.POST, label=gettext("Everything that is missing"), prefix="ask")
        case "object":
            return forms.Words(request.POST, label=gettext("Why it goes back to review"), prefix="object")
        case "answer_rating":
            return forms.Words(request.POST, label=gettext("What was put right"), prefix="answer")
        case "open_numbers":
            return forms.Opening(request.POST, prefix="open")
        case "propose_return":
            return forms.Return(request.POST, prefix="return")
        case "object_return":
            return forms.Words(request.POST, label=gettext("Why it goes back to the desk"), prefix="object")
        case "transfer":
            return forms.Transfer(request.POST, regions=words.region_choices(settings.REGION, settings.REGION),
                                  prefix="transfer")
        case "finish_step":
            return forms.Finding(request.POST, prefix="step")
        case "propose_refusal":
            return forms.Refusal(request.POST, grounds=_grounds(one), prefix="refuse")
        case "rate":
            return forms.Rating(request.POST)
        case "extend":
            return forms.Extension(request.POST, most=one.extension, prefix="extend")
        case "offer_hearing":
            return forms.Words(request.POST, label=gettext("What is meant to be decided, and why"), prefix="offer")
        case "ask_hearing":
            return forms.Asking(request.POST, prefix="hearing")
        case "call_hearing":
            return forms.Call(request.POST, prefix="call")
        case "give_opinion":
            return forms.Opinion(request.POST, prefix=request.POST.get("body", "")[:40])
        case "file_hearing":
            return forms.Record(request.POST, prefix="record")
    return None


def _do(request: Request, ref: UUID, name: str, said: dict[str, Any]) -> None:
    by, at = request.actor, request.at
    if name == "finish_step":
        said = said | {"favourable": said["favourable"] == "yes"}
    elif name == "give_opinion":
        said = said | {"favourable": said["favourable"] == "yes", "body": request.POST.get("body", "")[:40]}
    elif name in promising.MOVES:
        said = said | {"material": promising.material(request.POST)}
    elif name == "begin_step":
        said = {"step": request.POST.get("step", "")}
    elif name == "compare":
        file = words.uuid(request.POST.get("file", ""))
        if file is None:
            raise NotFound(N_("There is no such paper in this application."))
        said = {"file": file}
    act = getattr(actions, {"object": "object_"}.get(name, name))
    act(ref, **said, by=by, at=at)


# The queue


@require_GET
def desk(request: Request) -> HttpResponse:
    """What lies at my desks by deadline, and how much with whom."""
    return _desk(request)


def _desk(request: Request, *, alerts: list[str] | None = None, done: str = "", status: int = 200) -> HttpResponse:
    _require_desk(request)
    on, ask = timezone.localdate(request.at), request.GET
    chosen = {"matter": ask.get("matter", ""), "whose": ask.get("whose", ""), "number": ask.get("number", "")[:20]}
    officer = request.actor.ref if chosen["whose"] == "mine" else words.uuid(chosen["whose"])
    loads = queries.loads(by=request.actor, at=request.at)
    found = queries.queue(
        by=request.actor, at=request.at, matter=chosen["matter"], officer=officer, untaken=chosen["whose"] == "nobody",
        late=chosen["whose"] == "late", number=chosen["number"], after=ask.get("after", "")[:60],
        most=PAGE)
    asked = queries.asked_of(by=request.actor, at=request.at)
    checks = queries.owed_of(by=request.actor, at=request.at)
    desks = places.named({card.desk for card in found.cards} | {one.desk for one in asked} | {
        check.desk for check in checks})
    return render(request, "hall/desk.html", {
        "asked": [{"url": reverse("hall:application", args=[one.ref]), "title": speak(one.matter),
                   "number": one.number, "body": speak(one.body), "desk": desks.get(one.desk, one.desk),
                   "due": words.days_late(one.days_late) or words.day(one.due_on.isoformat()),
                   "tone": "late" if one.days_late else "calm"} for one in asked],
        "checks": promising.lines(checks, on=on, desks=desks),
        "rows": [words.line(card, on=on, desks=desks) for card in found.cards], "chosen": chosen,
        "next": _page(ask, found.next) if found.next else "", "first": _page(ask, "") if ask.get("after") else "",
        "filtered": any(chosen.values()),
        "matters": [(one.key, speak(one.title)) for one in queries.matters()],
        "whose": [("mine", gettext("with me")), ("nobody", gettext("with nobody yet")), ("late", gettext("late"))],
        "tiles": [
            {"label": gettext("At these desks"), "value": sum(one.count for one in loads)},
            {"label": gettext("Late"), "value": sum(one.late for one in loads),
             "tone": "late" if any(one.late for one in loads) else "ok"},
            {"label": gettext("With me"), "value": sum(one.count for one in loads if one.officer == request.actor.ref)},
            {"label": gettext("With nobody yet"), "value": sum(one.count for one in loads if one.officer is None)},
        ],
        "loads": [[(one.name or gettext("not taken over yet"), f"?whose={one.officer or 'nobody'}"), str(one.count),
                   str(one.late)] for one in loads],
        "load_header": [(gettext("Officer"), "wide"), (gettext("Applications"), "num"), (gettext("Late"), "num")],
        "alerts": alerts or [], "done": done, "batch": any(one.batch for one in MATTERS.values()),
    }, status=status)


def _page(ask: QueryDict, after: str) -> str:
    """The address of another page of the same choice."""
    said = {key: value for key, value in ask.items() if key != "after" and value}
    return f"?{urlencode(said | {'after': after} if after else said)}"


def _require_desk(request: Request) -> None:
    if not request.actor.scopes(PROCESS, "region"):
        raise NotAllowed(N_("This page is for officers who look after a region."))


@require_POST
def batch(request: Request) -> HttpResponse:
    """The same move for several. What is refused is said by number; the others are done."""
    _require_desk(request)
    name, refs = request.POST.get("move", ""), [words.uuid(one) for one in request.POST.getlist("ref")[:100]]
    if name not in BATCHES:
        raise NotFound(N_("There is no such step. Go back to the application."))
    wanted = [ref for ref in refs if ref]
    if not wanted:
        return _desk(request, alerts=[gettext("Tick at least one application first.")], status=422)
    results = BATCHES[name](wanted, by=request.actor, at=request.at)
    refused = [(ref, why) for ref, why in results if why]
    done = gettext("{done} of {all} done.").format(done=len(results) - len(refused), all=len(results))
    numbers = {ref: request.POST.get(f"number-{ref}", "")[:20] for ref, _ in refused}
    return _desk(request, alerts=[f"{numbers[ref]} {say(why)}".strip() for ref, why in refused], done=done,
                 status=422 if refused and len(refused) == len(results) else 200)
