from datetime import date
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Header, Router, Schema

from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.organisations import queries
from linli.registers.organisations.queries import OrganisationCard, SiteCard
from linli.registers.organisations.rules import Kind

router = Router(tags=["organisations"])
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]
Code = Annotated[str, Field(max_length=12)]


class At(Schema):
    lon: float
    lat: float


class SiteOut(Schema):
    ref: UUID
    name: str
    address: str
    region: str
    at: At | None
    phone: str
    accessibility: list[str]


class OrganisationOut(Schema):
    ref: UUID
    uscc: str
    kind: Kind
    name: str
    short_name: str
    english_name: str
    state: str
    state_text: str
    region: str
    address: str
    phone: str
    introduction: str
    sites: list[SiteOut]
    demo: bool
    status: str
    legal_representative: str
    established_on: date | None
    registrar: str
    supervising_unit: str
    grade: str
    marks: list[str]


def found(request: Request, key: str) -> OrganisationCard:
    if len(key.strip()) == 18:
        return queries.by_code(key)
    try:
        ref = UUID(key)
    except ValueError:
        raise NotFound(N_("There is no such organisation.")) from None
    return queries.public(ref, by=request.actor)


def out(card: OrganisationCard) -> dict[str, Any]:
    return {
        "ref": card.ref, "uscc": card.uscc, "kind": card.kind, "name": card.name, "short_name": card.short_name,
        "english_name": card.english_name, "state": card.state, "state_text": speak(card.label), "region": card.region,
        "address": card.address, "phone": card.phone, "introduction": card.introduction,
        "sites": [site(one) for one in card.sites], "demo": card.is_demo,
        "status": card.status, "legal_representative": card.legal_representative,
        "established_on": card.established_on, "registrar": card.registrar, "supervising_unit": card.supervising_unit,
        "grade": card.grade, "marks": list(card.marks),
    }


def site(card: SiteCard) -> dict[str, Any]:
    return {
        "ref": card.ref, "name": card.name, "address": card.address, "region": card.region,
        "at": card.point and {"lon": card.point.lon, "lat": card.point.lat}, "phone": card.phone,
        "accessibility": list(card.accessibility),
    }
