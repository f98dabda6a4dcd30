"""Hard conditions: what makes a service unfit for a need, whatever else it has."""
from collections.abc import Iterable, Sequence

from linli.kernel.actor import prefix
from linli.kernel.text import N_
from linli.work.matching.rules.values import Bar, Candidate, NeedFacts, Reason, Refused


def bars(need: NeedFacts, c: Candidate) -> Iterable[Reason]:
    """The hard conditions that this service fails, in the order of `Bar`."""
    if c.category != need.category:
        yield Reason(Bar.CATEGORY, N_("It offers {has}, and you asked for {wanted}."), c.category,
                     {"has": c.category_name, "wanted": need.category_name}, False)
    if need.mode and need.mode not in c.modes:
        yield Reason(Bar.MODE, N_("It is not offered this way: {mode}."), need.mode,
                     {"mode": need.mode_name or need.mode}, False)
    if need.region and c.area and not any(need.region.startswith(prefix(code)) for code in c.area):
        yield Reason(Bar.AREA, N_("It does not serve {region}."), need.region, {"region": need.region_name}, False)
    yield from _who(need, c)
    if not c.green:
        plain = N_("Nobody there holds valid papers for this on that day.")
        yield c.lapsed or Reason(Bar.CREDENTIAL, plain, 0, {}, False)
    if need.language and need.language not in c.languages:
        yield Reason(Bar.LANGUAGE, N_("Nobody there speaks {language}."), need.language,
                     {"language": need.language_name or need.language}, False)
    if need.gender and c.genders is not None and need.gender not in c.genders:
        yield Reason(Bar.GENDER, N_("You asked for {gender}, and nobody of that gender can go."), need.gender,
                     {"gender": need.gender_name or need.gender}, False)
    for lack in sorted(need.accessibility - c.accessibility):
        yield Reason(Bar.ACCESSIBILITY, N_("It does not have this: {what}."), lack,
                     {"what": c.accessibility_names.get(lack, lack)}, False)
    if c.slot is None and c.full:
        yield Reason(Bar.CAPACITY, N_("Every place within the times you asked for is taken."), 0, {}, False)
    elif c.slot is None:
        text = N_("It has no time within those you asked for.") if need.windows else N_("It has no free time.")
        yield Reason(Bar.NO_SLOT, text, None, {}, False)
    elif c.slot.free < need.seats:
        yield Reason(Bar.CAPACITY, N_("Only {free} of the {seats} places you need are left."), c.slot.free,
                     {"free": c.slot.free, "seats": need.seats}, False)


def _who(need: NeedFacts, c: Candidate) -> Iterable[Reason]:
    if c.min_age is not None and need.age is not None and need.age < c.min_age:
        yield Reason(Bar.AGE, N_("It is for people of {years} and older."), need.age, {"years": c.min_age}, False)
    if c.max_age is not None and need.age is not None and need.age > c.max_age:
        yield Reason(Bar.AGE, N_("It is for people up to {years} years of age."), need.age, {"years": c.max_age}, False)
    if c.groups and need.groups and not c.groups & need.groups:
        if len(c.group_names) == 1:
            yield Reason(Bar.GROUP, N_("It is only for this group: {group}."), None, {"group": c.group_names[0]}, False)
        else:
            yield Reason(Bar.GROUP, N_("It is only for some groups of people."), None, {}, False)
    if c.for_gender and need.person_gender and c.for_gender != need.person_gender:
        yield Reason(Bar.FOR_GENDER, N_("It is only for {whom}."), c.for_gender,
                     {"whom": c.for_gender_name or c.for_gender}, False)


def counted(refused: Sequence[Refused]) -> dict[str, int]:
    """How many services each hard condition refused, the commonest first; each service once, under its first."""
    counts: dict[str, int] = {}
    for one in refused:
        counts[one.reasons[0].code] = counts.get(one.reasons[0].code, 0) + 1
    order = list(Bar)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], order.index(Bar(item[0])))))
