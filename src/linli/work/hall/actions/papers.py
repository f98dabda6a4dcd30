"""The papers of an application: handed in, taken out, compared with the original, and packed for good."""
import json
import logging
from dataclasses import asdict, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.utils import timezone

from linli.engines.archive import actions as archive
from linli.engines.archive import queries as kept_files
from linli.engines.archive.actions import Section
from linli.engines.documents import queries as documents
from linli.engines.journal import actions as journal
from linli.engines.journal import queries as history
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refusals import NotFound, Refusal, RuleBroken
from linli.kernel.text import N_
from linli.work.hall import access, events, rules
from linli.work.hall.actions import course, promising
from linli.work.hall.models import Application, Hearing, Opinion
from linli.work.hall.queries import content, offering
from linli.work.hall.queries.content import Paper
from linli.work.hall.registry import Material, NotHeld, Trust
from linli.work.hall.states import LIFE, State

log = logging.getLogger("linli.hall")
MOST = 10  # files of one material


class Readable(Protocol):
    """What a file is read from."""

    def read(self, size: int, /) -> bytes: ...


def attach(ref: UUID, *, material: str, name: str, stream: Readable, by: Actor, at: datetime) -> UUID:
    """Hand in a paper; the ref of the file. What it is, is seen from what is in it, not from its name; the same file
    sent twice is there once.

    Nothing of the database is held while it is read. Refuses: NotFound, NotAllowed, Conflict (not a draft),
    RuleBroken (not a material of this matter, ten files already, and whatever the archive refuses).
    """
    row = access.application(ref, by=by)
    one = _asked(row, material, by=by, at=at)
    kept = archive.keep(name, stream, kinds=[kept_files.Kind(kind) for kind in one.kinds], most_bytes=one.most_bytes,
                        owner=f"person:{row.person_id}", by=by, at=at)
    try:
        there = _attached(ref, one, kept, by=by, at=at)
    except Refusal:
        archive.discard(kept.ref, by=by, at=at)
        raise
    if there != kept.ref:
        archive.discard(kept.ref, by=by, at=at)
    return there


@action
def _attached(ref: UUID, one: Material, kept: kept_files.Kept, *, by: Actor, at: datetime) -> UUID:
    row = access.application(ref, by=by, lock=True)
    was = content.opened(row)
    there = kept_files.kept_all([UUID(paper.file) for paper in was.papers if paper.material == one.key])
    if same := next((file for file, card in there.items() if card.sha256 == kept.sha256), None):
        return same
    _asked(row, one.key, by=by, at=at)
    paper = Paper(str(kept.ref), one.key, kept.name, kept.kind, kept.size,
                  Trust.C if one.trust is Trust.A else one.trust)
    _keep(row, was, (*was.papers, paper))
    journal.record(events.PaperAdded(*course.key(row), one.key), about=ref, by=by, at=at)
    return kept.ref


@action
def detach(ref: UUID, *, file: UUID, by: Actor, at: datetime) -> None:
    """Take a paper out. Refuses: NotFound (no such paper), NotAllowed, Conflict (not a draft)."""
    row = access.application(ref, by=by, lock=True)
    LIFE.check("save", state=row.state, held=access.held(row, by))
    was, paper = _paper(row, file)
    _keep(row, was, tuple(one for one in was.papers if one != paper))
    archive.discard(file, by=by, at=at)
    journal.record(events.PaperRemoved(*course.key(row), paper.material), about=ref, by=by, at=at)


@action
def compare(ref: UUID, *, file: UUID, by: Actor, at: datetime) -> None:
    """Say that the original was seen at the desk. Refuses: NotFound, NotAllowed, Conflict (not at a desk).

    Source: 国办函〔2016〕108号, level B.
    """
    row = access.application(ref, by=by, lock=True)
    LIFE.check("take", state=row.state, held=access.held(row, by))
    was, paper = _paper(row, file)
    if not paper.compared:
        seen = replace(paper, compared=True, trust=Trust.B)
        _keep(row, was, tuple(seen if one == paper else one for one in was.papers))


def pack_next(*, by: Actor, at: datetime, most: int = 20) -> int:
    """Put what was decided into the archive, content, structure and metadata, frozen; how many packages.

    What cannot be packed (a paper that is no longer what was sent) keeps nothing else from the archive, and is tried
    again after pauses that grow; after so many tries as the rule says its desk is told, once. Kept for ever: no date is
    needed for it. Source: 档案法实施条例 Art. 39, GB/T 42727-2023.
    """
    decided = (State.GRANTED, State.FROZEN, State.DELIVERED, State.REFUSED, State.RETURNED, State.REVOKED)
    rows = Application.objects.filter(Q(pack_after=None) | Q(pack_after__lte=at), package=None,
                                      closed_at__isnull=False, state__in=decided)
    made = 0
    for key in list(rows.order_by("closed_at", "pk").values_list("pk", flat=True)):
        row = Application.objects.get(pk=key)
        try:
            made += _packed(row, by=by, at=at)
        except Refusal as why:
            log.error("application %s cannot be packed: %s", row.ref, why)
            _not_packed(row.ref, by=by, at=at)
        if made == most:
            break
    return made


@action
def _not_packed(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Count the try, and wait longer for the next one; its desk is told at the last try of the rule."""
    row = Application.objects.select_for_update(of=("self",)).get(ref=ref)
    if row.package is not None:
        return
    row.pack_tries += 1
    row.pack_after = at + rules.pack_pause(row.pack_tries)
    row.save(update_fields=["pack_tries", "pack_after"])
    if row.pack_tries == offering.pack_tries(on=timezone.localdate(at), region=row.desk_code):
        journal.record(events.PackingFailed(*course.key(row)), about=ref, by=by, at=at)


def _packed(row: Application, *, by: Actor, at: datetime) -> bool:
    said, one = content.opened(row), content.matter_of(row)
    (reasons,) = content.words(row, reasons=row.reasons_sealed)
    entries = [{"fact": e.fact, "at": e.at, "by": e.by, "payload": e.payload} for e in history.history([row.ref])]
    parts: dict[str, UUID | bytes] = {
        "application.json": _json({"answers": said.answers, "held": said.held, "erased": said.erased,
                                   "signed": [asdict(one) for one in said.signed]}),
        "decision.json": _json({"state": row.state, "ground": row.ground, "reasons": reasons, "at": row.closed_at,
                                "products": row.products}),
        "process.json": _json(entries),
        "steps.json": _json(_taken(row)),
    }
    fetched = _extracts(said)
    papers = {f"papers/{place:03}-{paper.material}.{paper.kind}": UUID(paper.file)
              for place, paper in enumerate(said.papers, start=1)}
    made = archive.pack(
        f"{row.number} {one.title}", files={**parts, **fetched, **papers},
        metadata={"origin": {"desk": row.desk_code, "region": row.region_code, "application": row.ref},
                  "process": {"matter": row.matter, "number": row.number, "submitted_at": row.submitted_at,
                              "accepted_at": row.accepted_at, "closed_at": row.closed_at, "state": row.state},
                  "basis": [str(basis) for basis in one.basis],
                  "papers": {path: {"material": paper.material, "trust": paper.trust}
                             for path, paper in zip(papers, said.papers, strict=True)},
                  "fetched": [{"material": one.material, "at": one.at, "held": one.held, "source": one.en,
                               "sha256": one.sha256} for one in said.fetched]},
        structure=[Section("application", ("application.json",)), Section("decision", ("decision.json",)),
                   Section("process", ("process.json", "steps.json")),
                   *([Section("fetched", tuple(fetched))] if fetched else ()),
                   *([Section("papers", tuple(papers))] if papers else ())],
        by=by, at=at)
    return _say_packed(row.ref, made.ref, by=by, at=at)


def _extracts(said: content.Content) -> dict[str, UUID | bytes]:
    """What we fetched ourselves, as it was then; a document with its file, where nobody's erasure took that away."""
    found: dict[str, UUID | bytes] = {}
    for place, one in enumerate(said.fetched, start=1):
        found[f"fetched/{place:03}-{one.material}.json"] = _json(asdict(one))
        if one.document and f"fetched/{one.material}-{one.number}.pdf" not in found:
            try:
                found[f"fetched/{one.material}-{one.number}.pdf"] = documents.pdf(UUID(one.document))
            except Refusal as why:
                log.warning("document %s is not in the package: %s", one.document, type(why).__name__)
    return found


def _taken(row: Application) -> dict[str, object]:
    """What the desks asked for, found, proposed and objected, and what was said at a hearing, in their words."""
    asked, extended = content.words(row, asked=row.asked_sealed, extended=row.extended_sealed)
    taken = []
    for stage in row.stages.order_by("pk"):
        found, remark = content.words(row, **{
            "proposed" if stage.reading else f"finding.{stage.step}": stage.finding_sealed,
            "sent_back": stage.remark_sealed})
        taken.append({"step": stage.step, "desk": stage.desk_code, "second_reading": stage.reading,
                      "ground": stage.ground, "begun_at": stage.begun_at, "begun_by": stage.begun_by,
                      "finished_at": stage.finished_at, "finished_by": stage.finished_by,
                      "favourable": stage.favourable, "found": found, "remark": remark})
    return {"asked_at": row.asked_at, "asked_by": row.asked_by, "asked": asked, "taken": taken,
            "extended_at": row.extended_at, "extended_by": row.extended_by, "extended": extended,
            "hearings": [_heard(row, one) for one in row.hearings.order_by("pk")],
            "opinions": [_answered(row, one) for one in row.opinions.order_by("pk")]}


def _answered(row: Application, one: Opinion) -> dict[str, object]:
    (found,) = content.words(row, **{f"opinion.{one.step}.{one.body}": one.finding_sealed})
    return {"step": one.step, "body": one.body, "desk": one.desk_code, "state": one.state, "due_on": one.due_on,
            "asked_at": one.asked_at, "asked_by": one.asked_by, "given_at": one.given_at, "given_by": one.given_by,
            "favourable": one.favourable, "found": found}


def _heard(row: Application, one: Hearing) -> dict[str, object]:
    told, asked, record = content.words(row, **{
        "hearing.told": one.told_sealed, "hearing.asked": one.asked_sealed, "hearing.record": one.record_sealed})
    return {"state": one.state, "told_at": one.told_at, "told_by": one.told_by, "told": told,
            "asked_at": one.asked_at, "asked_by": one.asked_by, "asked": asked, "sits_from": one.sits_from,
            "place": one.place, "ended_at": one.ended_at, "ended_by": one.ended_by, "record": record}


@action
def _say_packed(ref: UUID, package: UUID, *, by: Actor, at: datetime) -> bool:
    row = Application.objects.select_for_update(of=("self",)).get(ref=ref)
    if row.package:  # another process was first
        return False
    row.package = package
    row.save(update_fields=["package"])
    journal.record(events.PackageMade(*course.key(row), package), about=ref, by=by, at=at)
    return True


def _json(said: object) -> bytes:
    return json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _asked(row: Application, material: str, *, by: Actor, at: datetime) -> Material:
    if not promising.mends(row, material, by=by):
        LIFE.check("save", state=row.state, held=access.held(row, by))
    one = next((one for one in content.matter_of(row).materials if one.key == material), None)
    if one is None or one.trust is Trust.A and one.fetch is None:
        raise RuleBroken(N_("This matter asks for no such paper."), field="material", rule="hall.materials")
    if one.fetch and not isinstance(one.fetch(
            person=row.person_id, organisation=row.organisation_id, at=at), NotHeld):
        raise RuleBroken(N_("There is nothing to hand in: {paper} is fetched from our register."), field="material",
                         rule="gov.ask_only_once", paper=one.title)
    if sum(paper.material == material for paper in content.opened(row).papers) >= MOST:
        raise RuleBroken(N_("There are {most} files of this paper already. Take one out, or put several into one"
                            " file."), field="file", rule="hall.materials", most=MOST)
    return one


def _paper(row: Application, file: UUID) -> tuple[content.Content, Paper]:
    was = content.opened(row)
    found = next((one for one in was.papers if one.file == str(file)), None)
    if found is None:
        raise NotFound(N_("There is no such paper in this application."))
    return was, found


def _keep(row: Application, was: content.Content, papers: tuple[Paper, ...]) -> None:
    row.content_sealed = content.sealed(row, replace(was, papers=papers))
    row.save(update_fields=["content_sealed"])
