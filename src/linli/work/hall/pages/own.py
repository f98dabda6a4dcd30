"""What applicants do: my applications, the form section by section, papers, handing in."""
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.engines.archive import queries as archive
from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, say, speak
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken, Several
from linli.kernel.text import N_
from linli.registers.places import queries as places
from linli.work.hall import actions, forms, queries, rules
from linli.work.hall.pages import office, words
from linli.work.hall.queries import ApplicationFile
from linli.work.hall.registry import TRUSTS, Section, Trust
from linli.work.hall.states import State


@require_GET
def mine(request: Request) -> HttpResponse:
    if request.actor == ANONYMOUS:
        raise NotAllowed(N_("Sign in to see your applications."))
    on = timezone.localdate(request.at)
    cards = queries.mine(by=request.actor, at=request.at)
    desks = places.named({card.desk for card in cards})
    lines = [words.line(card, on=on, desks=desks) | {"open": card.state in {State.DRAFT, State.INCOMPLETE}}
             for card in cards]
    return render(request, "hall/mine.html", {
        "yours": [line for line in lines if line["open"]], "others": [line for line in lines if not line["open"]]})


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: Request, ref: UUID, key: str) -> HttpResponse:
    """One section of the form. What is typed is kept, right or not; with `check`, what is wrong stands beside it."""
    one = _draft(request, ref, judge=request.method != "POST" and "check" in request.GET)
    chosen = next((s for s in one.matter.sections if s.key == key), None)
    if chosen is None:
        raise NotFound(N_("There is no such part of the form."))
    if request.method == "POST":
        return _saved(request, one, chosen)
    form = _form(one, chosen, checked="check" in request.GET)
    return _section(request, one, chosen, form)


def _saved(request: Request, one: ApplicationFile, chosen: Section) -> HttpResponse:
    form = forms.Typed(request.POST, asked=_asked(one, chosen))
    version, typed = _version(request), form.typed()
    try:
        actions.save(one.card.ref, version=version, answers=typed, by=request.actor, at=request.at)
    except Conflict as why:
        if one.card.state not in {State.DRAFT, State.INCOMPLETE}:
            raise
        return _section(request, one, chosen, form, alert=say(why), typed=typed, status=409)
    except RuleBroken as why:
        return _section(request, one, chosen, form, alert=say(why), status=422)
    if "more" in request.POST:
        return redirect("hall:section", one.card.ref, chosen.key)
    keys = [s.key for s in one.matter.sections]
    after = keys[keys.index(chosen.key) + 1:]
    return redirect("hall:section", one.card.ref, after[0]) if after else redirect("hall:fill", one.card.ref)


def _section(request: Request, one: ApplicationFile, chosen: Section, form: forms.Typed, *, alert: str = "",
             typed: Mapping[str, Any] | None = None, status: int = 200) -> HttpResponse:
    stored = one.content.answers
    other = [(speak(f.label), words.answer(f, stored.get(f.key)), words.answer(f, typed.get(f.key)))
             for f in form.asked if (stored.get(f.key) or "") != (typed.get(f.key) or "")] if typed else []
    held = [(speak(f.label), words.answer(f, one.content.held[f.key])) for f in chosen.fields
            if one.content.held.get(f.key) not in (None, "", [])]
    keys = [s.key for s in one.matter.sections]
    place = keys.index(chosen.key)
    return render(request, "hall/section.html", {
        "card": one.card, "title": speak(one.matter.title), "section": speak(chosen.title),
        "hint": speak(chosen.hint) if chosen.hint else "", "form": form, "version": one.version, "held": held,
        "other": other, "alerts": [alert] if alert else [], "number": place + 1, "count": len(keys),
        "asked": one.asked if one.card.state is State.INCOMPLETE else "",
        "back": reverse("hall:section", args=[one.card.ref, keys[place - 1]]) if place else "",
    }, status=status)


@require_GET
def fill(request: Request, ref: UUID) -> HttpResponse:
    """The parts of the form and the papers, each with how far it is; and handing in."""
    return _fill(request, _draft(request, ref))


def _fill(request: Request, one: ApplicationFile, *, alerts: list[str] | None = None, status: int = 200,
          against: list[tuple[str, str]] | None = None, unread: str = "") -> HttpResponse:
    content, ref = one.content, one.card.ref
    lacking = queries.lacking(one.fetched)
    gaps = rules.gaps(one.matter, content.answers, content.held, content.there, lacking)
    left = {gap.key for gap in gaps}
    known = {**content.held, **content.answers}
    parts = [{
        "title": speak(s.title), "url": reverse("hall:section", args=[ref, s.key]),
        "left": sum(f.key in left for f in s.fields),
        "begun": any(content.answers.get(f.key) or content.held.get(f.key) for f in s.fields),
    } for s in one.matter.sections if any(f.when is None or f.when(known) for f in s.fields)]
    whole = rules.whole(one.matter, content.answers, content.held)
    stands = {signed.material: words.signed(signed) for signed in content.signed}
    whys = {found["material"]: found["source"] for found in words.fetched(one) if not found["held"]}
    levels = {m.key: Trust.C if m.trust is Trust.A else m.trust for m in one.matter.materials}  # fetched by nobody
    papers = [{
        "why": whys.get(m.key, ""),
        "key": m.key, "title": speak(m.title), "hint": speak(m.hint) if m.hint else "", "trust": levels[m.key].value,
        "told": speak(TRUSTS[levels[m.key]]), "required": m.required,
        "promised": words.promised(m), "promise": stands.get(m.key), "accept": ",".join(f".{kind}" for kind in m.kinds),
        "kinds": ", ".join(kind.upper() for kind in m.kinds), "most": f"{m.most_bytes // 1_000_000} MB",
        "files": [(p.file, p.name, archive.link(UUID(p.file), by=request.actor, at=request.at))
                  for p in content.papers if p.material == m.key],
    } for m in rules.needed(one.matter, whole, lacking)]
    return render(request, "hall/fill.html", {
        "card": one.card, "title": speak(one.matter.title), "parts": parts, "papers": papers,
        "fetched": [found for found in words.fetched(one) if found["held"]],
        "version": one.version, "ready": not gaps, "left": len(gaps), "alerts": alerts or [],
        "against": against or [], "asked": one.asked, "incomplete": one.card.state is State.INCOMPLETE,
        "moment": one.card.saved_at,
        "unread": unread, "barred": words.day(one.barred_until.isoformat()) if one.barred_until else "",
    }, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: Request, ref: UUID) -> HttpResponse:
    """Everything once more, and the button; what stands against it is listed at once, each with its place."""
    one = queries.application(ref, by=request.actor, at=request.at, judge=request.method != "POST")
    if one.card.state not in {State.DRAFT, State.INCOMPLETE}:
        return redirect("hall:application", ref)  # handed in already: sent twice is sent once
    _require_own(one)
    if request.method == "POST":
        act = actions.complete if one.card.state is State.INCOMPLETE else actions.submit
        try:
            act(ref, version=_version(request), by=request.actor, at=request.at)
        except Several as why:
            return _fill(request, one, against=[(say(w), _place(one, w.field or "")) for w in why.whys], status=422)
        except (Conflict, RuleBroken) as why:
            return _fill(request, one, alerts=[say(why)], status=409 if isinstance(why, Conflict) else 422)
        return redirect("hall:application", ref)
    if one.judged.whys:
        return _fill(request, one, against=[(say(why), _place(one, why.field or "")) for why in one.judged.whys])
    names = {m.key: speak(m.title) for m in one.matter.materials}
    return render(request, "hall/hand_in.html", {
        "card": one.card, "title": speak(one.matter.title), "version": one.version,
        "sections": words.sections(one.matter, one.content.answers, one.content.held),
        "papers": [(names.get(p.material, p.material), p.name) for p in one.content.papers],
        "promises": [names.get(key, key) for key in one.content.promises],
        "fetched": [found for found in words.fetched(one) if found["held"]],
        "incomplete": one.card.state is State.INCOMPLETE, "notes": [say(why) for why in one.judged.notes],
        "limit": speak(queries.answered_within(one.matter, region=one.card.region,
                                               on=timezone.localdate(request.at))),
    })


@require_POST
def attach(request: Request, ref: UUID) -> HttpResponse:
    sent, material = request.FILES.get("file"), request.POST.get("material", "")
    one = queries.application(ref, by=request.actor, at=request.at)
    mends = any(given.material == material and "answer_mending" in given.moves for given in one.promises)
    one = one if mends else _draft(request, ref)
    try:
        if not isinstance(sent, UploadedFile):
            raise RuleBroken(N_("Choose a file first."), field="file", rule="hall.materials")
        actions.attach(ref, material=material, name=sent.name or "", stream=sent, by=request.actor, at=request.at)
    except (Conflict, RuleBroken) as why:
        if mends:
            return office.shown(request, ref, alert=say(why), status=422)
        return _fill(request, one, alerts=[say(why)], status=422)
    return redirect(reverse("hall:application", args=[ref]) + "#promises") if mends else redirect(
        reverse("hall:fill", args=[ref]) + "#papers")


@require_POST
def letter(request: Request, ref: UUID, kind: str) -> HttpResponse:
    """A letter of the office about one's own application, signed and with a number; its page has the file."""
    return redirect("documents:document", actions.take_letter(ref, letter=kind, by=request.actor, at=request.at))


@require_POST
def detach(request: Request, ref: UUID, file: UUID) -> HttpResponse:
    actions.detach(ref, file=file, by=request.actor, at=request.at)
    return redirect(reverse("hall:fill", args=[ref]) + "#papers")


@require_POST
def promise(request: Request, ref: UUID) -> HttpResponse:
    """Promise in writing that it is so, in place of a paper; or take the promise back."""
    one = _draft(request, ref)
    material, kept = request.POST.get("material", ""), set(one.content.promises)
    kept = kept | {material} if "promise" in request.POST else kept - {material}
    try:
        rules.promise.agreed("promise" not in request.POST or "agreed" in request.POST)
        actions.save(ref, version=_version(request), answers={}, promises=kept, by=request.actor, at=request.at)
    except (Conflict, RuleBroken) as why:
        return _fill(request, one, alerts=[say(why)], status=409 if isinstance(why, Conflict) else 422, unread=material)
    return redirect(reverse("hall:fill", args=[ref]) + "#papers")


def _draft(request: Request, ref: UUID, *, judge: bool = False) -> ApplicationFile:
    one = queries.application(ref, by=request.actor, at=request.at, judge=judge)
    _require_own(one)
    if one.card.state not in {State.DRAFT, State.INCOMPLETE}:
        raise Conflict(N_("This application was handed in. What stands in it can no longer be changed."))
    return one


def _require_own(one: ApplicationFile) -> None:
    if not one.own:
        raise NotAllowed(N_("Only who applies fills this in."))


def _asked(one: ApplicationFile, chosen: Section) -> list[Any]:
    keys = {f.key for f in chosen.fields}
    return [f for f in rules.asked(one.matter, one.content.answers, one.content.held) if f.key in keys]


def _form(one: ApplicationFile, chosen: Section, *, checked: bool) -> forms.Typed:
    asked, answers = _asked(one, chosen), one.content.answers
    if not checked:
        return forms.Typed(asked=asked, answers=answers)
    whys: dict[str, list[str]] = {}
    for why in one.judged.whys:
        whys.setdefault(why.field or "", []).append(say(why))
    return forms.Typed(forms.typed_as(asked, answers), asked=asked, whys=whys)


def _place(one: ApplicationFile, key: str) -> str:
    """Where something that stands against handing in is put right."""
    for chosen in one.matter.sections:
        if any(f.key == key for f in chosen.fields):
            return f"{reverse('hall:section', args=[one.card.ref, chosen.key])}?check=1#id_{key}-field"
    return "#papers"


def _version(request: Request) -> int:
    said = request.POST.get("version", "")
    if not said.isdecimal() or len(said) > 9:
        raise RuleBroken(N_("The form was sent without its version. Reload the page and send it again."),
                         rule="hall.form")
    return int(said)
