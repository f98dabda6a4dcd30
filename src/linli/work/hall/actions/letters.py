"""What the office said of an application as a signed letter: made when who applied asks for it, the same one each time.

Source: 行政许可法 Art. 32 (a written receipt with seal and date), 38 (reasons and remedies of a refusal).
"""
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils import dateformat, timezone, translation

from linli.engines.documents import actions as documents
from linli.engines.documents import queries as issued
from linli.engines.documents.registry import DECISION
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.doors import speak
from linli.kernel.refusals import NotAllowed, NotFound
from linli.kernel.text import N_
from linli.registers.people import queries as people
from linli.work.hall import access, rules
from linli.work.hall.actions import course
from linli.work.hall.models import Application
from linli.work.hall.queries import content, offering
from linli.work.hall.registry import Matter
from linli.work.hall.rules import Letter
from linli.work.hall.states import APPLY

Lines = Callable[[Application, Matter, Mapping[str, str]], list[str]]
_LAW = "《中华人民共和国行政许可法》"


def _accepted(row: Application, one: Matter, said: Mapping[str, str]) -> list[str]:
    begun, when = _begun(row, one), _day(row.accepted_at)
    found = (f"{begun}，经审查，申请材料齐全、符合法定形式。依照{_LAW}第三十二条第一款第五项的规定，"
             f"决定自{when}起予以受理。")
    if row.silent:
        found = (f"{begun}，本机关未在规定期限内告知需要补正的内容。依照{_LAW}第三十二条第一款第四项的规定，"
                 "自收到申请材料之日起即为受理。")
    return [found, "本机关将在法定期限内作出决定。依法需要听证、专家评审、现场核查的，所需时间不计算在期限内。"]


def _incomplete(row: Application, one: Matter, said: Mapping[str, str]) -> list[str]:
    found = (f"{_begun(row, one)}，经审查，申请材料不齐全或者不符合法定形式。"
             f"依照{_LAW}第三十二条第一款第四项的规定，现一次告知需要补正的全部内容：")
    return [found, *said["asked"].splitlines(), "请在网上办事大厅补正后重新提交。"]


def _returned(row: Application, one: Matter, said: Mapping[str, str]) -> list[str]:
    with translation.override("zh-hans"):
        why = speak(rules.RETURNS[row.ground]) if row.ground in rules.RETURNS else ""
    return [f"{_begun(row, one)}，经审查，依照{_LAW}第三十二条的规定，决定不予受理。",
            f"理由：{why}。" if why else "理由：", *said["reasons"].splitlines()]


def _refused(row: Application, one: Matter, said: Mapping[str, str]) -> list[str]:
    with translation.override("zh-hans"):
        ground = next((speak(label) for key, label in one.legal_grounds if key == row.ground), "")
        basis = "、".join(speak(text) for text in one.basis)
    return [f"{_begun(row, one)}，经审查，依照{basis}，决定不予批准。", f"理由：{ground}。" if ground else "理由：",
            *said["reasons"].splitlines()]


def _revoked(row: Application, one: Matter, said: Mapping[str, str]) -> list[str]:
    found = (f"{_begun(row, one)}，以告知承诺方式准予。经核查，承诺内容与实际情况不符，在规定期限内未予整改。"
             f"依照{_LAW}第六十九条的规定，决定予以撤销。")
    return [found, "理由：", *said["reasons"].splitlines()]


_SAYS: dict[Letter, Lines] = {
    Letter.REVOKED: _revoked,
    Letter.ACCEPTED: _accepted, Letter.INCOMPLETE: _incomplete, Letter.RETURNED: _returned, Letter.REFUSED: _refused,
}
_KINDS = {letter: replace(DECISION, key=f"hall_{letter}", title=title) for letter, title in rules.LETTERS.items()}
TEMPLATES = tuple(_KINDS.values())


@action
def take_letter(ref: UUID, *, letter: str, by: Actor, at: datetime) -> str:
    """The number of a letter about one's own application; asked for again, it is the same one.

    Refuses: NotFound (no such application; nothing of the kind was said), NotAllowed (not who applies), and as a
    document is refused.
    """
    row = access.application(ref, by=by, lock=True)
    if APPLY not in access.held(row, by):
        raise NotAllowed(N_("Only who applied takes its letters."))
    if letter not in rules.letters(row.state, asked=row.asked_at is not None, accepted=row.accepted_at is not None):
        raise NotFound(N_("The office wrote no such letter about this application."))
    template = _KINDS[Letter(letter)]
    for card in issued.about([ref]):
        if card.template == template.key and card.state == "valid":
            return card.shown_number
    one = content.matter_of(row)
    asked, reasons = content.words(row, asked=row.asked_sealed, reasons=row.reasons_sealed)
    with translation.override("zh-hans"):
        title, remedies = speak(one.title), [speak(one.remedies, **offering.challenged_within(
            region=row.desk_code, on=timezone.localdate(row.closed_at or at)))]
    adverse = letter in (Letter.RETURNED, Letter.REFUSED, Letter.REVOKED)
    return documents.issue(template, {
        "reference": row.number, "to": _applicant(row), "matter": title[:100],
        "paragraphs": _SAYS[Letter(letter)](row, one, {"asked": asked, "reasons": reasons}),
        **({"remedies": remedies} if adverse else {}),
    }, about=ref, holder=course.applicant(row), valid_from=timezone.localdate(at), by=by, at=at).number


def _applicant(row: Application) -> str:
    """Whom it is to: the organisation, else the person in full."""
    found = access.called(Application.objects.filter(pk=row.pk)).first()
    return (found and access.body(found)) or people.known([row.person_id]).name(row.person_id, masked=False)


def _begun(row: Application, one: Matter) -> str:
    with translation.override("zh-hans"):
        title = speak(one.title)
    return f"您（贵单位）于{_day(row.submitted_at)}提交的“{title}”申请（办件编号{row.number}）"


def _day(moment: datetime | None) -> str:
    return dateformat.format(timezone.localtime(moment), "Y年n月j日") if moment else ""
