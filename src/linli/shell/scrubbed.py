"""A copy for testers: as many rows in the same states and at the same times, but nobody in it is anybody.

What a column holds is read off its privacy note, so that a column added later is emptied until somebody says better:
plain ones are taken over, pseudonyms mapped (each ref to one other, the same everywhere), personal and sealed ones
invented or emptied. Keys are new, under the demo's public master key.
"""
import hmac
import os
import re
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import models
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.utils import timezone

from linli.demo.invented import Inventor
from linli.engines.journal.events import Fact
from linli.engines.journal.registry import WATCHERS
from linli.kernel.crypto import Keyring
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.registers.people import rules as people
from linli.registers.practitioners import rules as practitioners
from linli.shell.secrets import DEMO
from linli.work.needs import access as needs
from linli.work.orders import access as orders

LEFT_OUT = {  # secrets, and what watchers make anew from the journal
    "accounts.Token", "accounts.ResetCode", "journal.Key", "notices.Notice", "quality.Rating", "quality.Score",
}
# Files and documents among them: what they hold is somebody's, and nothing invented is to carry a signature.
LEFT_OUT_ROOMS = {"archive", "documents", "search", "openlog", "sessions", "contenttypes", "auth"}
KEPT = {"gender", "language", "languages", "kind", "level", "category", "urgency", "flags", "requires", "purpose",
        "given", "group", "last_login", "penalty", "ground", "relation"}
"""Personal columns that say nothing of anybody once nobody is known."""
COUNTIES = {"people", "needs", "orders", "quality", "rulebook", "journal"}
"""Rooms whose region codes lead to where somebody lives: kept to the county."""
_REF = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_OFFICE = re.compile(r"region:\d{12}")
"""An office as a scope: of nobody, and pages read it."""
_CODE = re.compile(r"(?<!\d)(\d{6})\d{6}(?!\d)")
_WORDS: dict[str, tuple[Callable[[Any], str], str]] = {
    "needs.Need.text_sealed": (needs.words, "演示：想找人上门帮忙"), "needs.Need.why_sealed": (needs.why, "[]"),
    "orders.Order.address_sealed": (orders.place, "演示路 1 号"),
    "orders.Order.comment_sealed": (orders.words, "演示：服务很好"),
    "people.RightsRequest.words_sealed": (lambda row: f"request:{row.ref}", "演示：请核实我的信息"),
    "people.RightsRequest.answer_sealed": (lambda row: f"answer:{row.ref}", "演示：已核实"),
    "people.OpeningPermit.reason_sealed": (lambda row: f"permit:{row.ref}", "演示：核实联系方式"),
}
"""Sealed texts that a tester needs to read, each under the context that its room gives it."""


def write(folder: Path, *, say: Callable[[str], None]) -> int:
    """Write the copy into a new folder, which becomes a demo node of its own. Refuses: RuleBroken (it holds something).
    """
    if folder.exists() and any(folder.iterdir()):
        raise RuleBroken(N_("{folder} holds something already. Name a new folder."), folder=folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "demo").touch()
    file, password = folder / "linli.sqlite3", secrets.token_urlsafe(9)
    _tables(file)
    with closing(sqlite3.connect(file)) as target:
        rows = _Copy(password, target).run()
    say(f"{rows} rows were written to {folder}. Every account has the password {password}\n"
        "Left out on purpose: files that people sent, archive packages and issued documents; pages say that there are"
        " none.\n"
        f"LINLI_DEMO=1 LINLI_DATA={folder} ./linli serve")
    return 0


def _tables(file: Path) -> None:
    """By the migrations, in a process of its own: this one has the real database open."""
    env = os.environ | {"LINLI_DEMO": "1", "LINLI_DATA": str(file.parent), "LINLI_DATABASE_URL": f"sqlite:///{file}",
                        "PYTHONPATH": str(settings.ROOT / "src")}
    subprocess.run([sys.executable, "-m", "linli", "migrate"], env=env, check=True, capture_output=True)


class _Copy:
    def __init__(self, password: str, target: sqlite3.Connection) -> None:
        self.target = target
        self.wrapper = DatabaseWrapper({"ENGINE": "sqlite3", "NAME": "", "OPTIONS": {}, "TIME_ZONE": None})
        self.salt, self.ring = secrets.token_bytes(32), Keyring(DEMO)
        self.random, self.inventor = Random(secrets.randbits(64)), Inventor(secrets.randbits(32))
        self.password = make_password(password)
        self.step, self.start = 10 * self.random.randrange(10**6) + 7, self.random.randrange(10**9)  # never twice
        self.keys: dict[UUID, bytes] = {}
        self.names: dict[UUID, str] = {}
        self.phones: dict[UUID, str] = {}
        self.refs: dict[int, UUID] = {}
        self.used: set[str] = set()
        self.shred = {fact.label(): fact.shred for fact in Fact.__subclasses__()}

    def run(self) -> int:
        """Every table, people first since what is sealed needs their keys; how many rows."""
        total = 0
        tables = [m for m in apps.get_models() if m._meta.app_label not in LEFT_OUT_ROOMS]
        tables.sort(key=lambda model: (model._meta.label != "people.Person", model._meta.label != "people.PersonKey"))
        self.target.execute("PRAGMA foreign_keys=OFF")
        self.target.execute("PRAGMA ignore_check_constraints=ON")  # an emptied column may want what is not there
        with self.target:
            for model in tables:
                self.target.execute(f'DELETE FROM "{model._meta.db_table}"')
            for model in tables:
                total += 0 if model._meta.label in LEFT_OUT else self.table(model)
        broken = self.target.execute("PRAGMA foreign_key_check").fetchall()
        assert not broken, broken[:3]
        return total

    def table(self, model: type[models.Model]) -> int:
        fields = list(model._meta.concrete_fields)
        names = ", ".join(f'"{field.column}"' for field in fields)
        into = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({", ".join("?" * len(fields))})'
        count, batch = 0, []
        for row in self.rows(model, fields):
            batch.append([field.get_db_prep_save(row[field.attname], self.wrapper) for field in fields])
            count += 1
            if len(batch) == 2000:
                self.target.executemany(into, batch)
                batch = []
        self.target.executemany(into, batch)
        return count

    def rows(self, model: type[models.Model], fields: list[Any]) -> Iterator[dict[str, Any]]:
        label = model._meta.label
        special = getattr(self, f"_{label.replace('.', '_').lower()}", None)
        for values in model._base_manager.order_by("pk").values(*(f.attname for f in fields)).iterator(2000):
            row = {field.attname: self.value(label, field, values[field.attname]) for field in fields}
            if special and special(row, values) is False:
                continue
            for field in fields:
                if values[field.attname] is not None and f"{label}.{field.name}" in _WORDS:
                    row[field.attname] = self.words(model, f"{label}.{field.name}", row)
            yield row

    def value(self, label: str, field: Any, value: Any) -> Any:
        """A column by its privacy note."""
        kind, room = (field.db_comment or "").partition(":")[0], label.partition(".")[0]
        if value is None or field.primary_key:
            return value
        if isinstance(value, UUID):
            return self.ref(value)
        if kind == "plain" or field.is_relation or kind == "personal" and field.name in KEPT:
            return self.county(self.mapped(value), room)
        if field.name == "region_code":
            return self.county(value, room)
        if isinstance(value, date):
            return value
        told = isinstance(value, str) and (_REF.search(value) or _OFFICE.fullmatch(value))
        if isinstance(value, str) and value and (field.unique or kind == "pseudonym" and not told):
            return hmac.digest(self.salt, value.encode(), "sha256").hex()[:field.max_length]
        if kind == "pseudonym" and not isinstance(value, int | bytes):
            return self.county(self.mapped(value), room)
        if field.null:
            return None
        if isinstance(value, str):
            return "" if field.blank or not value else "演示"
        return b"\0" if isinstance(value, bytes | memoryview) else type(value)()

    def ref(self, ref: UUID) -> UUID:
        """Another ref, the same for the same one; that of the system and of nobody stay."""
        if ref.int < 2:
            return ref
        return UUID(bytes=hmac.digest(self.salt, ref.bytes, "sha256")[:16], version=4)

    def mapped(self, value: Any) -> Any:
        """Plain values with every ref in them mapped, however deep."""
        if isinstance(value, str):
            return _REF.sub(lambda hit: str(self.ref(UUID(hit[0]))), value)
        if isinstance(value, dict):
            return {self.mapped(key): self.mapped(one) for key, one in value.items()}
        return [*map(self.mapped, value)] if isinstance(value, list) else value

    def county(self, value: Any, room: str) -> Any:
        if room not in COUNTIES:
            return value
        if isinstance(value, str):
            return _CODE.sub(lambda hit: f"{hit[1]}000000", value)
        if isinstance(value, dict):
            return {key: self.county(one, room) for key, one in value.items()}
        return [self.county(one, room) for one in value] if isinstance(value, list) else value

    def seal(self, ref: UUID, text: str, context: str) -> bytes:
        return self.ring.seal(self.keys[ref], text, context=f"{ref}:{context}")

    def words(self, model: type[models.Model], column: str, row: dict[str, Any]) -> bytes | None:
        whose = row["person_id"]
        ref = whose if isinstance(whose, UUID) else self.refs[whose]
        if ref not in self.keys:
            return b"\0"  # of somebody erased: it stays unreadable
        context, text = _WORDS[column]
        return self.seal(ref, text, context(model(**row)))

    def renumbered(self, number: str, pk: int) -> str:
        """The same kind of number, but neither this row's own nor its place in the table."""
        tail = re.search(r"\d+$", number)
        if not tail:
            return f"{number}{pk}"
        space = 10 ** len(tail[0])
        return f"{number[:tail.start()]}{(pk * self.step + self.start) % space:0{len(tail[0])}d}"

    # Tables whose rows hang together

    def _people_person(self, row: dict[str, Any], old: dict[str, Any]) -> None:
        ref, pk = row["ref"], row["id"]
        self.refs[pk] = ref
        while (number := people.new_number()) in self.used:
            pass
        self.used.add(number)
        row["number"], row["id_index"], row["phone_index"] = number, "", ""
        if old["erased_at"]:
            return
        self.keys[ref] = self.ring.new_key()
        year = (old["birth_year"] or 1960) + self.random.randint(-2, 2)
        born = date(min(year, timezone.localdate().year - 1), self.random.randint(1, 12), self.random.randint(1, 28))
        female = old["gender"] != "male"
        age = max(1, timezone.localdate().year - born.year)
        name = self.inventor.someone(oldest=age, youngest=age, on=timezone.localdate(), female=female).name
        clear = {"name": name, "phone": f"199{pk:08d}", "address": f"演示路 {pk} 号", "birth_on": born.isoformat(),
                 "id_number": self.inventor.identity(born, female=female)}
        self.names[ref], self.phones[ref] = name, clear["phone"]
        for field, text in clear.items():
            if old[f"{field}_sealed"] is not None:
                row[f"{field}_sealed"] = self.seal(ref, text, field)
        row["birth_year"] = born.year if old["birth_year"] else None
        if old["phone_index"]:
            row["phone_index"] = self.ring.blind_index(clear["phone"], context="people.phone")
        if old["id_index"] and clear["id_number"] not in self.used:
            self.used.add(clear["id_number"])
            row["id_index"] = self.ring.blind_index(clear["id_number"], context="people.id_number")

    def _people_personkey(self, row: dict[str, Any], old: dict[str, Any]) -> None:
        row["wrapped"] = self.keys[self.refs[old["person_id"]]]

    def _accounts_account(self, row: dict[str, Any], old: dict[str, Any]) -> None:
        phone = self.phones.get(row["person_id"]) if row["person_id"] else None
        by_phone = old["username"].startswith("phone:") and phone
        row["username"] = (f"phone:{self.ring.blind_index(str(phone), context='people.phone')}" if by_phone
                           else f"user-{row['id']}")
        row["password"], row["name"] = self.password, f"工作人员 {row['id']}" if old["name"] else ""

    def _practitioners_practitioner(self, row: dict[str, Any], old: dict[str, Any]) -> None:
        row["public_name"] = self.names.get(row["person_id"], "") if old["public_name"] else ""
        row["number"] = practitioners.new_number()

    def _needs_need(self, row: dict[str, Any], old: dict[str, Any]) -> None:
        row["number"] = self.renumbered(old["number"], row["id"])

    def _orders_order(self, row: dict[str, Any], old: dict[str, Any]) -> None:
        row["number"] = self.renumbered(old["number"], row["id"]) if old["number"] else None

    def _journal_entry(self, row: dict[str, Any], old: dict[str, Any]) -> None:
        row["payload"] |= dict.fromkeys(self.shred.get(old["fact"], ()), "")

    def _journal_reader(self, row: dict[str, Any], old: dict[str, Any]) -> bool:
        watcher = WATCHERS.get(old["name"])
        return watcher is not None and watcher.forget is None
