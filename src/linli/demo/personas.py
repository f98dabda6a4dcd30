"""Whom a visitor of the demo can be, and their accounts."""
import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from linli.demo.ground import CITY
from linli.kernel.actor import SYSTEM
from linli.kernel.text import Both
from linli.registers.accounts import actions as accounts
from linli.registers.accounts import queries as account_queries
from linli.registers.accounts import registry

TOWN = "340104003000"  # 琥珀街道, 蜀山区
_DATA = tomllib.loads((Path(__file__).parent / "data" / "personas.toml").read_text())
PERSONAS = tuple((key, Both.of(one["name"]), Both.of(one["sentence"])) for key, one in _DATA.items())
ROLES = {key: one["role"] for key, one in _DATA.items()}
OFFICIALS = {
    "officer_city": ("officer", CITY), "officer_township": ("officer", TOWN), "hotline_agent": ("hotline_agent", CITY),
    "protection_officer": ("protection_officer", CITY),
    "auditor": ("auditor", CITY), "system_admin": ("system_admin", CITY), "security_admin": ("security_admin", CITY),
}

HEADS = ("officer_city",)
"""Who is the head of their office, too."""


def offer() -> None:
    """Tell accounts whom one can be; in the demo only."""
    for key, name, sentence in PERSONAS:
        registry.persona(key, name=name, username=username(key), sentence=sentence)
    registry.use_delivery(registry.OnThePage())


def officials(*, at: datetime) -> None:
    """Accounts of those who act by office."""
    names = {key: name for key, name, _ in PERSONAS}
    for key, (role, region) in OFFICIALS.items():
        account = accounts.open_account(username(key), name=names[key].zh, region=region, by=SYSTEM, at=at)
        for held in (role, "office_head") if key in HEADS else (role,):
            accounts.grant_role(account, role=held, scope=f"region:{region}", by=SYSTEM, at=at)


def account(key: str, person: UUID, *, at: datetime) -> UUID:
    """The account of a persona who is a person of the city."""
    return accounts.open_account(username(key), person=person, by=SYSTEM, at=at)


def username(key: str) -> str:
    return f"demo-{key.replace('_', '-')}"


def issue(refs: dict[str, dict[str, UUID]], *, at: datetime) -> None:
    """Give each persona a token, and keep what `--ready` tells beside the demo's database; nothing in it is secret."""
    told, names = [], {key: name for key, name, _ in PERSONAS}
    for one in registry.PERSONAS:
        account = account_queries.account_named(one.username)
        assert account, one.key
        mine = {"account": account} | refs.get(one.key, {})
        token = accounts.issue_token(account, label="demo", by=SYSTEM, at=at)
        told.append({
            "key": one.key, "name": names[one.key].zh, "name_en": str(names[one.key]), "role": ROLES[one.key],
            "ref": str(mine.get("person", account)), "token": token, **{name: str(ref) for name, ref in mine.items()},
        })
    _file().write_text(json.dumps(told, ensure_ascii=False, indent=1))


def cards() -> list[dict[str, Any]]:
    """What `--ready` tells of the personas. `ref` is the person's where there is one, else the account's."""
    told: list[dict[str, Any]] = json.loads(_file().read_text())
    return told


def _file() -> Path:
    return Path(settings.DATA) / "personas.json"
