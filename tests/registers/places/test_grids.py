from datetime import date

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM
from linli.kernel.geometry import Point
from linli.kernel.refusals import Conflict, FileRefused, NotAllowed, RuleBroken
from linli.registers.places import actions, queries
from tests.actors import AT, actor

pytestmark = pytest.mark.usefixtures("regions")
VILLAGE, OFFICER = "340104003001", actor("region:340104003000", "places.manage")
SQUARE = {"type": "Polygon", "coordinates": [
    [[117.24, 31.85], [117.26, 31.85], [117.26, 31.87], [117.24, 31.87], [117.24, 31.85]]]}
ROW = {"cell": "G02", "name": "第二网格", "region": VILLAGE, "households": "300", "officer": "吴晓兰",
       "phone": "0551-60030002", "from_on": "2026-10-01"}


def cell() -> queries.CellCard:
    return queries.grid_cells(region=VILLAGE)[0]


def test_a_cell_has_one_officer_at_a_time_and_who_left_is_named_no_more() -> None:
    ref = actions.add_grid_cell("G01", name="第一网格", region=VILLAGE, households=280, boundary=SQUARE, by=OFFICER,
                                at=AT)
    assert (cell().officer, cell().households) == ("", 280)
    actions.appoint(ref, called="郑国平", phone="0551-60030001", from_on=date(2026, 1, 5), by=OFFICER, at=AT)
    actions.appoint(ref, called="孙丽华", phone="0551-60030009", from_on=date(2026, 6, 1), by=OFFICER, at=AT)
    assert (cell().officer, cell().phone, cell().since) == ("孙丽华", "0551-60030009", date(2026, 6, 1))
    assert queries.posts(ref) == [(date(2026, 6, 1), None, "孙丽华"), (date(2026, 1, 5), date(2026, 6, 1), "")]
    actions.relieve(ref, until_on=date(2026, 9, 1), by=OFFICER, at=AT)
    assert cell().officer == cell().phone == ""
    with pytest.raises(Conflict):
        actions.relieve(ref, until_on=date(2026, 9, 2), by=OFFICER, at=AT)
    told = Entry.objects.filter(about=ref)
    assert told.count() == 5 and not any("郑" in str(entry.payload) or "孙" in str(entry.payload) for entry in told)


def test_the_drawn_cell_about_a_point_is_found() -> None:
    ref = actions.add_grid_cell("G01", name="第一网格", region=VILLAGE, boundary=SQUARE, by=OFFICER, at=AT)
    found = queries.grid_cell_at(Point(117.25, 31.86), region="340104000000")
    assert found and found.ref == ref
    assert queries.grid_cell_at(Point(117.27, 31.86), region="340104000000") is None


def test_what_cannot_be_is_refused() -> None:
    def add(code: str = "G01", name: str = "第一网格", region: str = VILLAGE, **more: object) -> None:
        actions.add_grid_cell(code, name=name, region=region, by=OFFICER, at=AT, **more)  # type: ignore[arg-type]

    far = {"type": "Point", "coordinates": [117.2, 31.8]}
    for wrong in ({"code": "G 1"}, {"name": " "}, {"region": "340104003000"}, {"boundary": far}):
        with pytest.raises(RuleBroken):
            add(**wrong)
    with pytest.raises(NotAllowed):
        add(region="340103006001")
    add()
    with pytest.raises(Conflict, match="G01"):
        add()
    with pytest.raises(RuleBroken):
        actions.appoint(cell().ref, called=" ", phone="1", from_on=date(2026, 1, 1), by=OFFICER, at=AT)
    actions.appoint(cell().ref, called="郑国平", phone="1", from_on=date(2026, 1, 1), by=OFFICER, at=AT)
    with pytest.raises(RuleBroken, match="predecessor"):
        actions.appoint(cell().ref, called="孙丽华", phone="1", from_on=date(2025, 1, 1), by=OFFICER, at=AT)
    with pytest.raises(NotAllowed):
        actions.relieve(cell().ref, until_on=date(2026, 2, 1), by=actor("region:340103000000", "places.manage"), at=AT)


def test_a_table_of_cells_can_come_again_and_another_officer_takes_over() -> None:
    assert actions.import_grid_cells([ROW], by=SYSTEM, at=AT).new == 1
    assert actions.import_grid_cells([ROW], by=SYSTEM, at=AT).same == 1
    assert actions.import_grid_cells([ROW | {"officer": "何志强"}], by=SYSTEM, at=AT).changed == 1
    assert cell().officer == "何志强" and cell().households == 300


def test_what_was_written_of_a_refused_row_goes_with_it() -> None:
    bad = ROW | {"cell": "G03", "from_on": "soon"}
    early = ROW | {"cell": "G04", "officer": "x" * 50}
    with pytest.raises(FileRefused):
        actions.import_grid_cells([ROW, bad], by=SYSTEM, at=AT)
    assert queries.count_grid_cells() == 0
    done = actions.import_grid_cells([early, ROW, bad], partial=True, by=SYSTEM, at=AT)
    assert (done.new, len(done.refused)) == (1, 2) and [c.code for c in queries.grid_cells()] == ["G02"]
