from datetime import date

import pytest

from linli.work.registration import queries
from linli.work.registration.rules import Figures, Kind, naming
from linli.work.registration.rules.naming import Check, Standing, Taken

TODAY = date(2026, 11, 22)
SHUSHAN = ("安徽省", "合肥市", "蜀山区")
CHANGFENG = ("安徽省", "合肥市", "长丰县")
CITY = ("安徽省", "合肥市")


def figures(region: str = "340104000000", on: date = TODAY) -> Figures:
    return queries.figures(naming.RULES, on=on, region=region)


def checked(name: str, kind: Kind = Kind.AGENCY, line: tuple[str, ...] = SHUSHAN, taken: tuple[Taken, ...] = (),
            on: date = TODAY, *, ministry: bool = False) -> Check:
    return naming.check(name, kind=kind, line=line, taken=taken, on=on, figures=figures(), ministry=ministry)


def rules(check: Check) -> set[str]:
    return {one.rule for one in check.unmet if one.bars}


@pytest.mark.parametrize(("line", "fronts"), [
    (SHUSHAN, {"安徽省合肥市蜀山区", "安徽合肥蜀山区", "合肥市蜀山区", "合肥蜀山区"}),
    (CHANGFENG, {"安徽省合肥市长丰县", "安徽合肥长丰县", "合肥市长丰县", "合肥长丰县", "长丰县"}),
    (CITY, {"安徽省合肥市", "安徽省合肥", "安徽合肥市", "安徽合肥", "合肥市", "合肥"}),
    (("内蒙古自治区",), {"内蒙古自治区", "内蒙古"}),
])
def test_a_district_is_named_with_its_city_a_county_alone(line: tuple[str, ...], fronts: set[str]) -> None:
    assert set(naming.prefixes(line)) == fronts


@pytest.mark.parametrize(("name", "kind", "line", "parts"), [
    ("合肥市蜀山区乐龄养老服务中心", Kind.AGENCY, SHUSHAN, ("合肥市蜀山区", "乐龄", "养老", "服务中心")),
    ("合肥市蜀山区向阳社会工作服务中心", Kind.AGENCY, SHUSHAN, ("合肥市蜀山区", "向阳", "社会工作", "服务中心")),
    ("安徽省微光助学慈善基金会", Kind.FOUNDATION, ("安徽省",), ("安徽省", "微光", "助学慈善", "基金会")),
    ("合肥市社会工作者协会", Kind.SOCIETY, CITY, ("合肥市", "", "社会工作者", "协会")),
    ("合肥市温州商会", Kind.SOCIETY, CITY, ("合肥市", "", "温州", "商会")),  # a chamber of people from elsewhere
])
def test_a_name_is_read_from_both_ends(
    name: str, kind: Kind, line: tuple[str, ...], parts: tuple[str, str, str, str],
) -> None:
    found = naming.Grammar.of(kind, line, figures()).read(name)
    read = (found.region, found.trade_name, found.field, found.form)
    assert read == parts


@pytest.mark.parametrize(("name", "kind", "line"), [
    ("合肥市蜀山区乐龄养老服务中心", Kind.AGENCY, SHUSHAN),
    ("长丰县晨曦幼儿园", Kind.AGENCY, CHANGFENG),
    ("合肥市社会工作者协会", Kind.SOCIETY, CITY),
    ("合肥温州商会", Kind.SOCIETY, CITY),
    ("安徽省微光助学基金会", Kind.FOUNDATION, ("安徽省",)),
    ("合肥市　蜀山区乐龄养老服务中心\u200b", Kind.AGENCY, SHUSHAN),  # blanks and invisible signs of pasting
])
def test_good_names_pass(name: str, kind: Kind, line: tuple[str, ...]) -> None:
    check = checked(name, kind, line)
    assert check.good, check.unmet


@pytest.mark.parametrize(("name", "kind", "line", "rule"), [
    ("", Kind.AGENCY, SHUSHAN, "naming.agency"),
    ("乐龄养老服务中心", Kind.AGENCY, SHUSHAN, "naming.agency"),  # no region
    ("蜀山区乐龄养老服务中心", Kind.AGENCY, SHUSHAN, "naming.agency"),  # a district without its city
    ("合肥市乐龄养老服务中心", Kind.AGENCY, SHUSHAN, "naming.agency"),  # another registrar's region
    ("合肥市蜀山区中心", Kind.AGENCY, SHUSHAN, "naming.agency"),  # nothing between region and form
    ("合肥市蜀山区养老服务中心", Kind.AGENCY, SHUSHAN, "naming.agency"),  # no trade name
    ("合肥市协会", Kind.SOCIETY, CITY, "naming.society"),
    ("中国乐龄养老服务中心", Kind.AGENCY, SHUSHAN, "naming.national_words"),
    ("合肥市中华文化研究会", Kind.SOCIETY, CITY, "naming.national_words"),
    ("合肥市蜀山区" + "长" * 100 + "养老中心", Kind.AGENCY, SHUSHAN, "naming.agency"),
])
def test_what_the_order_bars_is_refused_by_its_rule(name: str, kind: Kind, line: tuple[str, ...], rule: str) -> None:
    check = checked(name, kind, line)
    assert not check.good and rule in rules(check)


@pytest.mark.parametrize(("name", "kind", "line", "rule"), [
    ("合肥市社会工作者联盟", Kind.SOCIETY, CITY, "naming.society_forms"),
    ("合肥市蜀山区星养老服务中心", Kind.AGENCY, SHUSHAN, "naming.trade_name"),  # one character
    ("合肥市蜀山区长丰县养老服务中心", Kind.AGENCY, SHUSHAN, "naming.trade_name"),  # a region
    ("合肥市蜀山区阳光集团养老服务中心", Kind.AGENCY, SHUSHAN, "naming.reserved_words"),
    ("合肥市蜀山区ABC养老服务中心", Kind.AGENCY, SHUSHAN, "naming.characters"),
    ("安徽省助学基金会", Kind.FOUNDATION, ("安徽省",), "naming.no_trade_name"),
    ("合肥市蜀山区乐龄翻译中心", Kind.AGENCY, SHUSHAN, "naming.agency"),  # no field that we know
    ("合肥市传统中华诗词学会", Kind.SOCIETY, CITY, "naming.national_words"),  # only describes the field
])
def test_what_was_read_in_no_order_warns_and_bars_nobody(
    name: str, kind: Kind, line: tuple[str, ...], rule: str,
) -> None:
    check = checked(name, kind, line)
    assert check.good and rule in {one.rule for one in check.unmet}


def test_the_ministry_registers_names_for_the_whole_country() -> None:
    assert checked("中国社会工作联合会", Kind.SOCIETY, (), ministry=True).good


NAME = "合肥市蜀山区乐龄养老服务中心"


@pytest.mark.parametrize(("standing", "since", "on", "free"), [
    (Standing.REGISTERED, None, "2026-11-22", False),
    (Standing.GIVEN_UP, "2025-11-23", "2026-11-22", False),  # one year less a day
    (Standing.GIVEN_UP, "2025-11-22", "2026-11-22", True),
    (Standing.GIVEN_UP, "2024-02-29", "2025-02-27", False),
    (Standing.GIVEN_UP, "2024-02-29", "2025-02-28", True),
    (Standing.REVOKED, "2024-11-22", "2026-11-22", False),
    (Standing.REVOKED, "2024-05-02", "2027-05-01", False),
    (Standing.REVOKED, "2024-05-02", "2027-05-02", True),
])
def test_a_name_is_barred_one_year_after_its_end_and_three_after_a_revocation(
    standing: Standing, since: str | None, on: str, free: bool,
) -> None:
    taken = Taken(NAME, Kind.AGENCY, standing, date.fromisoformat(since) if since else None)
    assert checked(NAME, taken=(taken,), on=date.fromisoformat(on)).good is free


@pytest.mark.parametrize(("name", "kind", "barred"), [
    ("合肥市蜀山区乐龄养老服务中心", Kind.AGENCY, True),
    ("安徽合肥蜀山区乐龄养老服务中心", Kind.AGENCY, True),  # the same trade name, field and form, written otherwise
    ("合肥市蜀山区乐龄助残服务中心", Kind.AGENCY, False),  # another field
    ("合肥市蜀山区乐龄养老服务站", Kind.AGENCY, False),  # another form
    ("合肥市蜀山区悦龄养老服务中心", Kind.AGENCY, False),  # another trade name
    ("合肥市蜀山区乐龄养老服务中心", Kind.SOCIETY, False),  # borne by another kind
])
def test_only_the_same_name_or_trade_name_in_field_and_form_is_barred(name: str, kind: Kind, barred: bool) -> None:
    check = checked(name, taken=(Taken(NAME, kind),))
    assert ("naming.taken" in rules(check)) is barred


def test_a_name_barred_says_when_it_is_free_again() -> None:
    check = checked(NAME, taken=(Taken(NAME, Kind.AGENCY, Standing.GIVEN_UP, date(2026, 3, 1)),))
    (one,) = check.unmet
    assert one.values["free_on"] == date(2027, 3, 1) and one.rule == "naming.reuse_after_end"


@pytest.mark.parametrize(("theirs", "why"), [
    ("合肥市蜀山区乐灵养老服务中心", "sounds the same"),
    ("合肥市蜀山区乐灵助残服务中心", "a trade name that sounds the same"),
    ("合肥市蜀山区乐龄托养服务站", "the same trade name"),
    ("合肥市蜀山区乐龄养老协会", "the same but for the form"),
    ("合肥市蜀山区乐龄居养老服务中心", "nearly the same characters"),
])
def test_names_that_look_or_sound_alike_are_shown_and_bar_nobody(theirs: str, why: str) -> None:
    kind = Kind.SOCIETY if theirs.endswith("协会") else Kind.AGENCY
    check = checked(NAME, taken=(Taken(theirs, kind), Taken("合肥市蜀山区翠微书法艺术馆", Kind.AGENCY)))
    assert check.good and [(one.name, one.why) for one in check.alike] == [(theirs, why)]


def test_the_nearest_come_first_and_few_are_shown() -> None:
    taken = tuple(Taken(f"合肥市蜀山区乐龄养老{n}服务中心", Kind.AGENCY) for n in "甲乙丙丁戊己庚辛壬癸子丑寅卯")
    alike = checked(NAME, taken=(*taken, Taken("合肥市蜀山区乐灵养老服务中心", Kind.AGENCY))).alike
    assert len(alike) == 12 and [one.score for one in alike] == sorted((one.score for one in alike), reverse=True)


def test_a_province_adds_words_of_its_own() -> None:
    sichuan = figures("510100000000")
    found = naming.check("成都市巴蜀文化研究会", kind=Kind.SOCIETY, line=("四川省", "成都市"), taken=(), on=TODAY,
                         figures=sichuan)
    assert "naming.reserved_words" in {one.rule for one in found.unmet}
    assert not naming.check("合肥市巴蜀文化研究会", kind=Kind.SOCIETY, line=CITY, taken=(), on=TODAY,
                            figures=figures()).unmet
