"""Certificates of registration: issued when an organisation is founded, issued anew when what they say has changed or
was put right, taken back when it ends."""
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from linli.engines.documents import actions as documents
from linli.engines.documents import queries as issued
from linli.engines.documents.registry import Field, Template
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.text import Both
from linli.registers.organisations import actions as register
from linli.registers.organisations import queries as organisations
from linli.registers.organisations.actions import Change
from linli.work.hall.registry import Case, Material, Product, Trust
from linli.work.registration import queries
from linli.work.registration.rules import Kind, founding, registered

_TITLES = {
    Kind.SOCIETY: Both("Society", "社会团体法人登记证书"),
    Kind.AGENCY: Both("Social service agency", "社会服务机构登记证书"),
    Kind.FOUNDATION: Both("Foundation", "基金会法人登记证书"),
}
PRINTED = ("name", "uscc", "legal_representative", "address", "registered_funds", "scope", "supervising_unit",
           "registrar")
CERTIFICATE = Template(
    registered.CERTIFICATE, Both("Certificate of registration", "社会组织登记证书"),
    """#certificate[
      #facts("kind", "name", "uscc", "legal_representative", "address", "registered_funds", "scope", "supervising_unit",
        "registrar")
    ]""",
    (Field("kind", Both("Kind", "证书类别")), Field("name", registered.NAME),
     Field("uscc", Both("Unified social credit code", "统一社会信用代码")),
     Field("legal_representative", registered.HEAD),
     Field("address", registered.ADDRESS), Field("registered_funds", registered.FUNDS, needed=False),
     Field("scope", registered.SCOPE, needed=False, most=4000),
     Field("supervising_unit", registered.SUPERVISOR, needed=False),
     Field("registrar", Both("Registrar", "登记管理机关"), needed=False)),
    public=True)

HELD = Material(
    "certificate", Both("Registration certificate", "登记证书"), Trust.A, fetch=queries.certificate,
    hint=Both("We fetch it from our register; it is asked of you only where the register holds none.",
              "由系统直接调取；登记簿中没有的，才需要您提交。"))
"""What the organisation would have to show: fetched."""


def certified(kind: Kind, case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
    """What is handed over after a founding: the certificate. Of an agency it holds four years.

    Source: 民办非企业单位登记暂行办法 Art. 24.
    """
    uscc = queries.new_code(kind, queries.registrar(kind, case.region), case.ref)
    held = organisations.as_of(uscc, on=case.on, known_at=at, by=by)
    return [certify(held.ref, case=case, by=by, at=at)]


@action
def certify(organisation: UUID, *, case: Case, by: Actor, at: datetime) -> Product:
    """Issue the certificate of what the register says now, and enter its number. Refuses as documents and register."""
    held = organisations.as_of(organisation, on=case.on, known_at=at, by=by)
    kind = Kind(held.folded.text("kind"))
    years = queries.figures(founding.RULES, on=case.on)["founding.agency_certificate"].whole
    until = case.on + relativedelta(years=years) if kind is Kind.AGENCY else None
    made = documents.issue(
        CERTIFICATE, _values(held), about=organisation, holder=f"organisation:{organisation}", valid_from=case.on,
        valid_until=until, issuer=held.folded.text("registrar"), by=by, at=at)
    _enter(organisation, made.number, until, on=case.on, application=case.ref, by=by, at=at)
    return _product(made.number, made.ref)


@action
def renew(case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
    """Issue anew the certificates that say something of the organisation that changed or was corrected; those before
    are replaced. None where nothing printed was touched, or none was ever issued here. What was issued anew since the
    register changed, by whichever door, is what is handed over."""
    if case.organisation is None:
        return ()
    _renewed(case.organisation, on=case.on, application=case.ref, by=by, at=at)
    touched = [step.filing.filed_at for step in organisations.filings(case.organisation, by=by)
               if step.filing.application == case.ref and step.filing.kind in ("change", "correction", "annulment")]
    return [_product(card.shown_number, card.ref) for card in _standing(case.organisation)
            if card.replaces and touched and card.issued_at >= max(touched)]


@action
def renew_corrected(organisation: UUID, *, by: Actor, at: datetime) -> int:
    """The same after a correction that came by another door than an application; how many."""
    return len(_renewed(organisation, on=timezone.localdate(at), application=None, by=by, at=at))


@action
def take_back(case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
    """Take back every certificate of an organisation that has ended."""
    if case.organisation is not None:
        documents.revoke_about(case.organisation, reason=documents.Reason.ENDED, by=by, at=at)
    return ()


def _renewed(organisation: UUID, *, on: date, application: UUID | None, by: Actor, at: datetime) -> list[Product]:
    found = []
    for card in _standing(organisation):
        says = _values(organisations.as_of(organisation, on=on, known_at=at, by=by))
        said = {key: value for key, value in issued.values(card.ref).items() if value}
        if says == said:
            continue
        made = documents.reissue(card.ref, dict.fromkeys(said, "") | says, by=by, at=at)
        _enter(organisation, made.number, card.valid_until, on=on, application=application, by=by, at=at)
        found.append(_product(made.number, made.ref))
    return found


def _standing(organisation: UUID) -> list[issued.DocumentCard]:
    return [card for card in issued.about([organisation]) if card.template == CERTIFICATE.key and card.state == "valid"]


def _values(held: organisations.Registered) -> dict[str, Any]:
    told = held.folded
    values = {item: told.text(item) for item in PRINTED if item != "registered_funds"}
    funds = told.get("registered_funds")
    return {"kind": _TITLES[Kind(told.text("kind"))].zh, **{key: value for key, value in values.items() if value}} | (
        {"registered_funds": f"{funds // 100:,}元"} if funds else {})


def _enter(organisation: UUID, number: str, until: date | None, *, on: date, application: UUID | None, by: Actor,
           at: datetime) -> None:
    record = {"title": "registration", "number": number, "from_": on.isoformat(), "issued_on": on.isoformat()}
    if until:
        record["until"] = until.isoformat()
    register.file(organisation, kind="certificate", changes=[Change("certificates", record)], effective_on=on,
                  basis="登记证书制发", application=application, by=by, at=at)


def _product(number: str, ref: UUID) -> Product:
    return Product(CERTIFICATE.title, number, ref, f"/check/{number}/")
