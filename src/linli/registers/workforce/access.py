from functools import cache
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Model, Q, QuerySet

from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.crypto import Keyring
from linli.kernel.refusals import NotAllowed, NotFound
from linli.kernel.text import N_, Text
from linli.registers.workforce.models import (
    Allowance,
    Candidacy,
    Contribution,
    Honour,
    Learning,
    News,
    Registration,
    Sanction,
    Station,
    Vacancy,
)
from linli.registers.workforce.states import COMMEND, DISCIPLINE, OWN, PAY, PRACTISE, PUBLISH, RECRUIT, REGISTER, SEE

T = TypeVar("T", bound=Model)
_NO_STATION, _NO_ENTRY = N_("There is no such station."), N_("There is no such entry.")
EVERYTHING = frozenset({PRACTISE, RECRUIT, REGISTER, SEE, COMMEND, DISCIPLINE, PUBLISH, PAY, OWN})


@cache
def _keyring() -> Keyring:
    return Keyring(settings.MASTER_KEY, cipher=settings.CIPHER)


def certificate_key(number: str, *, kind: str) -> str:
    """The keyed digest by which a certificate is known again without being opened."""
    return _keyring().blind_index(number, context=f"workforce.{kind}")


def own(by: Actor) -> UUID:
    """The person who acts for themself here. Refuses: NotAllowed (nobody's account, an office's)."""
    if by.person is None or PRACTISE not in by.held(f"person:{by.person}"):
        raise NotAllowed(N_("Sign in as yourself: this is about your own profession."))
    return by.person


def within(by: Actor) -> Q:
    """What of people's files this actor may know of: their own, and what lies in the regions that they look after."""
    if by == SYSTEM:
        return Q()
    found = Q(person__in=by.refs(PRACTISE, "person"))
    for start in {*by.scopes(SEE, "region"), *by.scopes(REGISTER, "region")}:
        found |= Q(region_code__startswith=start)
    return found


def knows(row: Registration | Learning, by: Actor) -> bool:
    """The same of a row that was read already."""
    starts = {*by.scopes(SEE, "region"), *by.scopes(REGISTER, "region")}
    return by == SYSTEM or row.person_id in by.refs(PRACTISE, "person") or any(
        row.region_code.startswith(start) for start in starts)


def overseen(by: Actor) -> Q:
    """What lies in the regions where this actor decides. Refuses: NotAllowed (nowhere)."""
    starts = by.scopes(SEE, "region")
    if not starts:
        raise NotAllowed(N_("This page is for the office that keeps the register of social workers."))
    found = Q(pk__in=[])
    for start in starts:
        found |= Q(region_code__startswith=start)
    return found


def held(row: Registration | Learning, by: Actor) -> frozenset[str]:
    return EVERYTHING if by == SYSTEM else by.held(f"person:{row.person_id}", f"region:{row.region_code}")


def registration(ref: UUID, *, by: Actor, lock: bool = False) -> Registration:
    """Refuses: NotFound (absent or hidden)."""
    return _one(Registration.objects.filter(within(by)), ref, lock, N_("There is no such registration."))


def learning(ref: UUID, *, by: Actor, lock: bool = False) -> Learning:
    """Refuses: NotFound (absent or hidden)."""
    return _one(Learning.objects.filter(within(by)), ref, lock, N_("There is no such entry."))


def _one(rows: QuerySet[T], ref: UUID, lock: bool, absent: Text) -> T:
    row = (rows.select_for_update(of=("self",)) if lock else rows).filter(ref=ref).first()
    if row is None:
        raise NotFound(absent)
    return row


def station(ref: UUID, *, lock: bool = False) -> Station:
    """Stations are public. Refuses: NotFound (absent)."""
    return _one(Station.objects.all(), ref, lock, _NO_STATION)


def no_station() -> NotFound:
    return NotFound(_NO_STATION)


def held_at(row: Station, by: Actor) -> frozenset[str]:
    """What this actor may do to a station: its organisation staffs it, the office of its region opens and closes it."""
    if by == SYSTEM:
        return EVERYTHING
    return by.held(f"organisation:{row.organisation_id}", f"region:{row.region_code}")


def vacancy(ref: UUID, *, lock: bool = False) -> Vacancy:
    """What is advertised is public. Refuses: NotFound (absent)."""
    return _one(Vacancy.objects.all(), ref, lock, N_("There is no such vacancy."))


def held_by(organisation: UUID, by: Actor) -> frozenset[str]:
    """What this actor may do to an organisation's vacancies."""
    return EVERYTHING if by == SYSTEM else by.held(f"organisation:{organisation}")


def candidacy(ref: UUID, *, by: Actor, lock: bool = False) -> Candidacy:
    """One's own, or one sent to one's organisation. Refuses: NotFound (absent or hidden)."""
    rows = Candidacy.objects.select_related("vacancy")
    if by != SYSTEM:
        rows = rows.filter(Q(person__in=by.refs(PRACTISE, "person"))
                           | Q(vacancy__organisation__in=by.refs(RECRUIT, "organisation")))
    return _one(rows, ref, lock, N_("There is no such application."))


def held_of(row: Candidacy, by: Actor) -> frozenset[str]:
    """What this actor may do to an application for a post."""
    if by == SYSTEM:
        return EVERYTHING
    return by.held(f"person:{row.person_id}") & {PRACTISE} | by.held(f"organisation:{row.vacancy.organisation_id}")


def held_over(row: Honour | Sanction, by: Actor) -> frozenset[str]:
    """What this actor may do about somebody's honour or sanction: their own part, and the office's."""
    if by == SYSTEM:
        return EVERYTHING
    return by.held(f"person:{row.person_id}") & {PRACTISE} | by.held(f"region:{row.region_code}")


def concerning(by: Actor) -> Q:
    """Which honours and sanctions this actor may know of: their own, and those of the regions that they look after."""
    if by == SYSTEM:
        return Q()
    found = Q(person__in=by.refs(PRACTISE, "person"))
    for start in {*by.scopes(SEE, "region"), *by.scopes(COMMEND, "region"), *by.scopes(DISCIPLINE, "region")}:
        found |= Q(region_code__startswith=start)
    return found


def honour(ref: UUID, *, by: Actor, lock: bool = False) -> Honour:
    """Refuses: NotFound (absent or hidden)."""
    return _one(Honour.objects.filter(concerning(by)), ref, lock, N_("There is no such honour."))


def sanction(ref: UUID, *, by: Actor, lock: bool = False) -> Sanction:
    """Refuses: NotFound (absent or hidden)."""
    return _one(Sanction.objects.filter(concerning(by)), ref, lock, N_("There is no such sanction."))


def news(ref: UUID, *, lock: bool = False) -> News:
    """Notices are public. Refuses: NotFound (absent)."""
    return _one(News.objects.all(), ref, lock, N_("There is no such notice."))


def held_in(region: str, by: Actor) -> frozenset[str]:
    """What this actor may do in a region by office."""
    return EVERYTHING if by == SYSTEM else by.held(f"region:{region}")


def contribution(ref: UUID, *, lock: bool = False) -> Contribution:
    """What was written; who may read it, the audience of its notice decides. Refuses: NotFound (absent)."""
    return _one(Contribution.objects.select_related("news", "question"), ref, lock, _NO_ENTRY)


def no_entry() -> NotFound:
    return NotFound(_NO_ENTRY)


def held_on(row: Contribution, by: Actor) -> frozenset[str]:
    """What this actor may do to what was written: as the office of its notice; as oneself, judged by the action."""
    if by == SYSTEM:
        return EVERYTHING
    own = by.held(f"person:{by.person}") & {PRACTISE} if by.person else frozenset()
    return own | by.held(f"region:{row.news.region_code}") & {PUBLISH}


def allowance(ref: UUID, *, by: Actor, lock: bool = False) -> Allowance:
    """One's own, of one's organisation, or of a region that one looks after. Refuses: NotFound (absent or hidden)."""
    rows = Allowance.objects.all()
    if by != SYSTEM:
        found = Q(person__in=by.refs(PRACTISE, "person")) | Q(organisation__in=by.refs(RECRUIT, "organisation"))
        for start in {*by.scopes(SEE, "region"), *by.scopes(PAY, "region")}:
            found |= Q(region_code__startswith=start)
        rows = rows.filter(found)
    return _one(rows, ref, lock, N_("There is no such allowance."))


def held_about(row: Allowance, by: Actor) -> frozenset[str]:
    """What this actor may do to an allowance: its person, their organisation and the office, each their own part."""
    if by == SYSTEM:
        return EVERYTHING
    return (by.held(f"person:{row.person_id}") & {PRACTISE} | by.held(f"organisation:{row.organisation_id}") & {RECRUIT}
            | by.held(f"region:{row.region_code}") & {PAY})
