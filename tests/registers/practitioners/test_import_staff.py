from typing import Any

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.refusals import FileRefused, NotAllowed, RuleBroken
from linli.registers.people.models import Person
from linli.registers.practitioners import actions, commands, queries, rules
from linli.registers.practitioners.models import Credential, Practitioner
from tests.actors import AT
from tests.registers.practitioners.conftest import ID, ID_2, Scene

HEAD = "姓名,身份证号,手机号,性别,岗位,语言,健康证编号,健康证有效期至,从业禁止查询有效期至"
LI = f"李强,{ID_2},13900139000,男,护工,普通话、合肥话,JK-77,2027-05-01,2027-05-01"
WANG = f"王敏,{ID},,女,护士长,,JK-12,2027-05-01,2027-05-01"


def send(scene: Scene, *lines: str, partial: bool = False, consented: bool = True) -> actions.Imported:
    rows = rules.read_staff("\n".join((HEAD, *lines)).encode())
    return actions.import_staff(scene.organisation, rows=rows, consented=consented, partial=partial, by=scene.manager,
                                at=AT)


def test_a_file_adds_and_changes_and_again_changes_nothing(scene: Scene) -> None:
    done = send(scene, LI, WANG)
    assert (done.new, done.changed, done.same, done.refused) == (1, 1, 0, ())
    li = next(card for card in queries.of_organisation(scene.organisation) if card.name == "李强")
    assert (li.title, li.gender, li.languages) == ("护工", "male", ("zh", "zh-x-hefei"))
    assert queries.practitioner(scene.carer).title == "护士长"
    paper = Credential.objects.get(practitioner__ref=li.ref, kind="health_certificate")
    assert str(paper.valid_until) == "2027-05-02"  # the last day in the file still holds
    assert queries.colours([li.ref], on=AT.date())[li.ref].colour == "yellow"  # no insurance
    before = Entry.objects.count(), Credential.objects.count(), Person.objects.count()
    again = send(scene, LI, WANG)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    assert (Entry.objects.count(), Credential.objects.count(), Person.objects.count()) == before


BAD = [
    (LI.replace("2027-05-01", "2027-02-30", 1), "health_certificate_until", "is no date"),
    (LI.replace(",2027-05-01,", ",,"), "health_certificate_until", "has a last day"),
    (LI.replace("2027-05-01", "2025-05-01", 1), "health_certificate_until", "ended already"),
    (LI.replace(ID_2, ID_2[:-1] + "1"), "id_number", "last digit"), (LI.replace(ID_2, ""), "id_number", "Give the ID"),
    (LI.replace("护工", ""), "title", "needed"), (LI.replace("男", "女"), "gender", "another gender"),
    (LI.replace("合肥话", "火星话"), "languages", "火星话"), (LI.replace("李强", "123"), "name", "letters"),
    (LI.replace("13900139000", "12"), "phone", "no phone number"),
    (LI.replace(ID_2, ID).replace("男", "女"), "name", "another name"),
]


@pytest.mark.parametrize("end", ["长期", "9999-12-31"])
def test_a_paper_without_an_end_is_written_in_two_ways(scene: Scene, end: str) -> None:
    def rows(heading: str) -> list[rules.StaffRow]:
        columns, line = f"姓名,身份证号,岗位,{heading}起始日期,{heading}有效期至", f"王敏,{ID},护理员,2026-01-01,{end}"
        return rules.read_staff(f"{columns}\n{line}".encode())

    taken: dict[str, Any] = {"consented": True, "by": scene.manager, "at": AT}
    actions.import_staff(scene.organisation, rows=rows(rules.kinds()["carer_certificate"].name.zh), **taken)
    assert Credential.objects.get(kind="carer_certificate").valid_until is None
    with pytest.raises(FileRefused) as why:
        actions.import_staff(scene.organisation, rows=rows(rules.kinds()["insurance"].name.zh), **taken)
    assert "has a last day" in str(why.value.rows[0].why)


def test_a_file_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(RuleBroken, match="larger than 2 MB"):
        rules.read_staff(f"{HEAD}\n{LI}\n".encode() * 20_000)


@pytest.mark.parametrize(("line", "column", "sentence"), BAD, ids=lambda part: part if part.isidentifier() else "")
def test_a_bad_row_refuses_the_whole_file(scene: Scene, line: str, column: str, sentence: str) -> None:
    before = Entry.objects.count(), Practitioner.objects.count(), Person.objects.count()
    with pytest.raises(FileRefused) as why:
        send(scene, WANG, line)
    (error,) = why.value.rows
    assert (error.row, error.column) == (3, column) and sentence in str(error.why)
    assert (Entry.objects.count(), Practitioner.objects.count(), Person.objects.count()) == before


def test_the_good_rows_alone(scene: Scene) -> None:
    done = send(scene, BAD[0][0], WANG, LI, LI, partial=True)
    assert (done.new, done.changed) == (1, 1)
    assert [(error.row, error.column) for error in done.refused] == [(2, "health_certificate_until"), (5, "id_number")]
    assert "twice" in str(done.refused[1].why) and Practitioner.objects.count() == 2


def test_who_left_is_not_taken_back_by_a_file(scene: Scene) -> None:
    actions.leave(scene.carer, by=scene.manager, at=AT)
    with pytest.raises(FileRefused) as why:
        send(scene, WANG)
    assert "has left" in str(why.value.rows[0].why)


def test_consent_and_right_come_first(scene: Scene) -> None:
    with pytest.raises(RuleBroken, match="Ask everybody"):
        send(scene, LI, consented=False)
    with pytest.raises(NotAllowed):
        actions.import_staff(scene.organisation, rows=[], consented=True, by=scene.elsewhere, at=AT)


def test_the_command_reads_the_same_file(scene: Scene, tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "staff.csv"
    file.write_bytes(f"{HEAD}\n{LI}\n".encode("gb18030"))
    assert commands.import_staff(file, organisation=scene.organisation, by=scene.manager, at=AT).new == 1
