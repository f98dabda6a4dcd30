from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor, prefix
from linli.kernel.geometry import cell
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, FileRefused, NotAllowed, NotFound, RowError, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import events
from linli.registers.directory.models import Service, ServiceArea
from linli.registers.directory.rules import facilities as rules
from linli.registers.directory.rules import offers
from linli.registers.directory.rules.facilities import Sheet
from linli.registers.directory.rules.taxonomy import taxonomy
from linli.registers.directory.states import State
from linli.registers.organisations import actions as organisations
from linli.registers.organisations import queries as standing
from linli.registers.organisations.actions import Known
from linli.registers.places import actions as premises
from linli.registers.places import queries as places

PLACES = premises.MANAGE
LIST = "organisations.approve"
"""Who may let organisations in, may take in what a public list says of them."""


@dataclass(frozen=True)
class Facilities:
    """How many facilities of a file were added, changed and found the same; refused rows; columns that nobody read."""

    added: int
    changed: int
    same: int
    services: int
    """Services that were listed with them, where the list or the name plainly says which."""
    refused: tuple[RowError, ...]
    ignored: tuple[str, ...]


class _Regions:
    """Where rows lie: each region's children are read once. Only who runs the node takes in what lies outside it."""

    def __init__(self, *, beyond: bool) -> None:
        self.beyond = beyond
        self.root, self.below, self.known = places.root(), dict[str, list[tuple[str, str]]](), dict[str, str]()

    def find(self, row: Mapping[str, str]) -> str:
        """The most local region that a row surely lies in. Refuses, RuleBroken: unknown, or outside this node."""
        code = rules.region_said(row) or self._named(row)
        if not code.startswith(places.under(self.root.code)):
            if self.root.code.startswith(places.under(code)):
                code = self.root.code
            elif not self.beyond:
                raise RuleBroken(N_("It lies outside {root}, which is what this site serves."), field="region_code",
                                 rule="organisations.inside", root=self.root.name)
        if code not in self.known:
            card = places.region(code)
            self.known[code] = card.name if card else ""
        if not self.known[code]:
            raise RuleBroken(N_("There is no region {code}."), field="region_code", code=code)
        return self._closer(code, row)

    def _named(self, row: Mapping[str, str]) -> str:
        code, given = self.root.code, [row[name] for name in ("province", "city", "county") if row.get(name)]
        if not given:
            raise RuleBroken(N_("Say in which region it lies: by its code, or by city and district."),
                             field="region_code")
        for name in given:
            if name in self.root.full_name or name == self.root.name:
                continue
            below = next((one for one, called in self.children(code) if name in (called, rules.short(called))), None)
            if below is None:
                raise RuleBroken(N_("There is no region “{name}” in {root}."), field="region_code", name=name[:20],
                                 root=self.root.name)
            code = below
        return code

    def _closer(self, code: str, row: Mapping[str, str]) -> str:
        """The district, and the street, that address or name surely say."""
        text = f"{row.get('county', '')} {row.get('address', '')} {row.get('name', '')}"
        while (digits := len(prefix(code))) <= 6:
            found = [one for one, called in self.children(code) if called in text]
            if not found and digits < 6:  # many districts give their names, cut short, to what lies in them
                name, above = row.get("name", ""), self.known.get(code, "")
                begin = name.removeprefix(above) if name.startswith(above) else name.removeprefix(rules.short(above))
                found = [one for one, called in self.children(code)
                         if rules.short(called) and begin.startswith(rules.short(called))]
            if len(found) != 1:  # several or none: nobody knows
                break
            code = found[0]
        return code

    def children(self, code: str) -> list[tuple[str, str]]:
        if code not in self.below:
            self.below[code] = [(card.code, card.name) for card in places.children(code)]
        return self.below[code]


@action
def import_facilities(
    sheet: Sheet, *, source: str, partial: bool = False, dry: bool = False, is_demo: bool = False, by: Actor,
    at: datetime,
) -> Facilities:
    """Take in a public list of facilities, as organisations with a site that nobody has confirmed yet, in one batch.

    `source` names the list. Who runs the node takes in what lies anywhere in the register of places, an office what
    lies in its region. The same file twice changes nothing. Where the list or the name plainly says which service it
    offers, that is listed too, without price or times. `dry` only says which rows would be refused. Refuses:
    NotAllowed; unless `partial` keeps the good rows, the whole file: FileRefused with each bad row and why.
    """
    if by != SYSTEM and not by.scopes(LIST, "region"):
        raise NotAllowed(N_("Your role does not let you take in a list of facilities."))
    if not source.strip():
        raise RuleBroken(N_("Say where the list comes from: residents see it."), field="source")
    offers.check_text(source, "source", 100)
    good, refused = _read(sheet, by=by)
    if refused and not partial and not dry:
        raise FileRefused(N_("Nothing was kept: {count} rows cannot be read. Correct them and send the file again."),
                          rows=tuple(refused), field="file", count=len(refused))
    if dry:
        return Facilities(0, 0, 0, 0, tuple(refused), sheet.ignored)
    taken = organisations.take_in([known for known, _ in good], is_demo=is_demo, by=by, at=at)
    services = _list([(known, category, taken[place]) for place, (known, category) in enumerate(good) if category],
                     source.strip(), is_demo=is_demo, by=by, at=at)
    _stand([(known, category) for (known, category), (_, _, what) in zip(good, taken, strict=True)
            if what == "added" and category in rules.PREMISES], is_demo=is_demo, by=by, at=at)
    counts = Counter(what for _, _, what in taken)
    done = Facilities(counts["added"], counts["changed"], counts["same"], services, tuple(refused), sheet.ignored)
    if done.added or done.changed or services:
        fact = events.FacilitiesImported(done.added, done.changed, done.same, len(refused))
        journal.record(fact, about=new_ref(), by=by, at=at)
    return done


def _read(sheet: Sheet, *, by: Actor) -> tuple[list[tuple[Known, str]], list[RowError]]:
    regions, seen = _Regions(beyond=by == SYSTEM), dict[tuple[str, str], int]()
    good, refused = [], []
    for number, row in enumerate(sheet.rows, start=2):
        try:
            region = regions.find(row)
            if by != SYSTEM and LIST not in by.held(f"region:{region}"):
                raise RuleBroken(N_("It lies outside the region of your office."), field="region_code")
            point = rules.point_said(row)
            if point:
                places.require_inside(point, region=region)
            known = organisations.known(
                name=row.get("name", ""), region=region, address=row.get("address", ""),
                phone=rules.phone_said(row.get("phone", "")), uscc=row.get("uscc", ""), point=point,
                english_name=row.get("english_name", ""), introduction=row.get("note", ""))
            category = rules.category_said(row, taxonomy())
            rules.said_twice(row, (region, known.name), seen, number)
            if known.uscc:
                rules.said_twice(row, ("", known.uscc), seen, number)
        except (RuleBroken, NotFound, Conflict) as why:
            column = "lon" if why.field == "point" else why.field or "name"
            refused.append(RowError(number, column, why))
        else:
            good.append((known, category))
    return good, refused


def _stand(found: Sequence[tuple[Known, str]], *, is_demo: bool, by: Actor, at: datetime) -> None:
    """Enter what was added into the register of places, where its premises count for coverage, unless it stands there.

    Whoever may not keep that register leaves it as it is.
    """
    if by != SYSTEM:
        found = [(known, key) for known, key in found if PLACES in by.held(f"region:{known.region}")]
    there = {(one.region, one.kind, one.name) for kind in {rules.PREMISES[key] for _, key in found}
             for one in places.facilities(region=places.root().code, kind=kind, most=100_000)}
    rows = [{
        "kind": rules.PREMISES[key], "name": known.name, "region": known.region, "address": known.address,
        "phone": known.phone, "lon": str(known.point.lon) if known.point else "",
        "lat": str(known.point.lat) if known.point else "",
    } for known, key in found if (known.region, rules.PREMISES[key], known.name) not in there]
    if rows:
        premises.import_facilities(rows, partial=True, is_demo=is_demo, by=by, at=at)


def _list(
    found: Sequence[tuple[Known, str, tuple[UUID, UUID, str]]], source: str, *, is_demo: bool, by: Actor, at: datetime
) -> int:
    """List what facilities of a public list offer, where nobody has yet; how many services."""
    refs = [organisation for _, _, (organisation, _, _) in found]
    mine = standing.listed_among(refs)
    there = set(Service.objects.filter(provider__ref__in=mine).values_list("provider__ref", "category"))
    rows, areas = [], []
    for known, key, (organisation, site, _) in found:
        if organisation not in mine or (organisation, key) in there:
            continue
        kind = taxonomy().categories[key]
        mode = "on_site" if "on_site" in kind.modes else kind.modes[0]
        row = Service(
            ref=new_ref(), provider_id=organisation, site=site, category=key, name=kind.name.zh,
            summary=f"{kind.sentence.zh}（信息取自{source}，尚未经机构确认，请先电话咨询。）"[:500],
            region_code=known.region, languages=["zh"], duration_minutes=kind.minutes, state=State.LISTED,
            source=source, is_demo=is_demo, changed_at=at, changed_by=by.ref,
            lon=known.point.lon if known.point else None, lat=known.point.lat if known.point else None,
            cell=cell(known.point) if known.point else None)
        setattr(row, mode, True)
        rows.append(row)
        areas.append(ServiceArea(service=row, region_code=offers.county(known.region)))
    Service.objects.bulk_create(rows, batch_size=500)
    for area in areas:
        area.service_id = area.service.pk
    ServiceArea.objects.bulk_create(areas, batch_size=500)
    for row in rows:
        journal.record(events.ServiceListed(row.ref, row.provider_id, 0), about=row.ref, by=by, at=at)
    return len(rows)
