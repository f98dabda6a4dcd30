"""What the import graph cannot show."""
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Field, Model
from django.http import HttpResponse
from django.test import RequestFactory

from linli.engines.journal.events import Fact, Sealed
from linli.engines.journal.registry import TELLINGS
from linli.shell.middleware import Doors, _refuse_writes

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "linli"
CONTRACTS: dict[str, dict[str, Any]] = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}
MODELS = [model for model in apps.get_models() if model.__module__.startswith("linli.")]
FLOORS = ("engines", "registers", "work", "watchers")


def names(line: str) -> list[str]:
    return [name.strip(" ()") for name in line.replace(":", "|").split("|")]


def rank(model: type[Model]) -> tuple[int, int]:
    """Floor and room, counted from the top."""
    _, floor, room, *_ = model.__module__.split(".")
    floors, rooms = CONTRACTS["floors"]["layers"], CONTRACTS[floor]["layers"]
    return floors.index(floor), next(place for place, line in enumerate(rooms) if room in names(line))


def fields() -> Iterator[tuple[type[Model], "Field[Any, Any]"]]:
    return ((model, field) for model in MODELS for field in model._meta.local_fields)


def contexts() -> Iterator[Path]:
    for floor in FLOORS:
        yield from (path.parent for path in (SOURCE / floor).glob("*/__init__.py"))


def facts() -> list[type[Fact]]:
    return [fact for fact in Fact.__subclasses__() if fact.__module__.startswith("linli.")]


def test_every_room_that_stands_is_installed_and_has_its_place_in_the_contracts() -> None:
    standing = {f"linli.{path.parent.name}.{path.name}" for path in contexts()}
    assert standing == {room for room in settings.ROOMS if room.count(".") == 2}
    for room in standing:
        _, floor, name = room.split(".")
        assert any(name in names(line) for line in CONTRACTS[floor]["layers"]), room


def test_foreign_keys_point_down_and_leave_no_reverse_name() -> None:
    for model, field in fields():
        target = field.related_model
        if isinstance(target, type) and target._meta.app_label != model._meta.app_label:
            reverse = field.remote_field
            assert rank(target) > rank(model) and reverse and reverse.hidden, field


def test_foreign_keys_across_contexts_go_by_ref() -> None:
    for model, field in fields():
        target = field.related_model
        if isinstance(target, type) and target.__module__.split(".")[:3] != model.__module__.split(".")[:3]:
            assert getattr(field, "target_field").name == "ref", field  # noqa: B009 (only foreign keys have one)


def test_every_field_has_a_privacy_note() -> None:
    for _, field in fields():
        kind, _, why = (field.db_comment or "").partition(": ")
        known = kind == "plain" or kind in {"pseudonym", "personal", "sealed"} and why
        assert field.primary_key or known, f"{field}: {field.db_comment}"


def test_every_at_has_its_by() -> None:
    for model, field in fields():
        if field.name == "at" or field.name.endswith("_at"):
            assert model._meta.get_field(field.name.removesuffix("at") + "by"), field


def test_every_file_name_is_in_the_vocabulary() -> None:
    contract = CONTRACTS["files"]
    known = {"__init__", "templates", "static", "locale", "data", *contract["exhaustive_ignores"]}
    known = known.union(*map(names, contract["layers"]))
    for context in contexts():
        for path in context.iterdir():
            assert path.stem in known or path.name == "__pycache__", path


def test_no_file_of_code_grows_past_its_size() -> None:
    for path in SOURCE.rglob("*.py"):
        if "migrations" not in path.parts:
            assert len(path.read_text().splitlines()) <= 450, path


def test_every_context_says_in_one_paragraph_what_it_is() -> None:
    for path in contexts():
        text = (path / "__init__.py").read_text()
        assert text.count('"""') == 2 and len(text) > 120, path


def _plain(kind: Any) -> bool:
    if get_origin(kind) in {Union, UnionType, tuple}:
        return all(_plain(part) for part in get_args(kind) if part not in {type(None), Ellipsis})
    return isinstance(kind, type) and issubclass(kind, UUID | Decimal | int | float | bool | date | datetime | str)


def test_every_fact_has_a_text_and_says_what_is_shredded() -> None:
    assert {fact.label() for fact in facts()} == set(TELLINGS)
    for fact in facts():
        hints = {n: k for n, k in get_type_hints(fact).items() if n not in {"visibility", "shred", "committed"}}
        assert all(map(_plain, hints.values())), fact
        assert {name for name, kind in hints.items() if kind is Sealed} == set(fact.shred), fact


WORDS = re.compile(r"name|text|comment|note$|phone|address|reason_text|answer|id_number|title")


def test_no_fact_has_a_field_for_words_of_people() -> None:
    for fact in facts():
        for field, kind in get_type_hints(fact).items():
            assert kind is Sealed or not WORDS.search(field), f"{fact.label()}.{field}"


def test_nobody_asks_django_for_a_model_by_name() -> None:
    for path in SOURCE.rglob("*.py"):
        if "migrations" not in path.parts:
            assert "get_model(" not in path.read_text(), path


def templates() -> Iterator[tuple[Path, str]]:
    for path in SOURCE.rglob("templates/**/*.html"):
        yield path, path.read_text()


def test_templates_are_used_and_come_from_the_own_room_or_the_ui() -> None:
    used: set[str] = set()
    for path, text in templates():
        own = path.parts[path.parts.index("templates") + 1]
        for other in re.findall(r'{%\s*(?:include|extends)\s+"([^"]+)"', text):
            used.add(other)
            assert other.split("/")[0] in {own, "ui"}, f"{path} takes {other}"
    code = "\n".join(path.read_text() for path in SOURCE.rglob("*.py"))
    for path, _ in templates():
        name = str(path).split("/templates/")[1]
        stem = name.rsplit("/_", 1)
        assert name in used or name in code or len(stem) == 2 and "/".join(stem) in code or _made_up(name, code), name


def _made_up(name: str, code: str) -> bool:
    """A name that the code puts together from a folder and a variable, such as `f"ui/components/{name}.html"`."""
    return f'{name.rsplit("/", 1)[0]}/{{' in code


def test_no_template_has_style_or_script_of_its_own() -> None:
    for path, text in templates():
        assert not re.search(r"\sstyle=|<script(?![^>]*\ssrc=)[^>]*>|\son\w+=", text), path


@pytest.mark.django_db
def test_a_get_that_writes_is_a_bug() -> None:
    with connection.execute_wrapper(_refuse_writes), pytest.raises(RuntimeError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_no_door_opens_to_a_get_that_writes(method: str) -> None:
    def forget(request: Any) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM journal_entry")
        return HttpResponse()

    def ask(by: str, path: str) -> Any:
        request: Any = RequestFactory().generic(by, path)
        request.user = AnonymousUser()
        return Doors(forget)(request)

    for path in ("/services/", "/api/v1/services"):
        with pytest.raises(RuntimeError, match="a GET writes"):
            ask(method, path)
        assert ask("POST", path).status_code == 200


def test_nothing_of_this_place_is_in_the_repository() -> None:
    """No secret, no machine's path, no registry's host stands in a file."""
    bad = re.compile(r"files\.python" + r"hosted|pypi\." + r"org|registry\.npm" + r"js|deb\." + r"debian|/root" + "/")
    for path in [*ROOT.glob("*"), *SOURCE.rglob("*"), *(ROOT / "docs").rglob("*"), *(ROOT / "tools").rglob("*")]:
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".json", ".lock", ".html", ".css", ".js", ""}:
            assert not bad.search(path.read_text(errors="replace")), path
