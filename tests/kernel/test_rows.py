"""A row written by a statement made once is the row that was meant, whatever was saved before it."""
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError
from django.db.models import F

from linli.engines.journal.models import Key
from linli.kernel.refs import new_ref
from linli.kernel.rows import insert_many

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 15, 1, tzinfo=UTC)


def key(name: str) -> Key:
    return Key.objects.create(key=name, by=new_ref(), at=AT, digest="d")


def test_each_save_writes_its_own_columns() -> None:
    first, second = key("first"), key("second")
    assert first.pk and second.pk and first.pk != second.pk
    first.digest, first.outcome = "new", new_ref()
    first.save(update_fields=["digest"])
    assert Key.objects.get(pk=first.pk).outcome is None and Key.objects.get(pk=first.pk).digest == "new"
    first.save()
    second.outcome = None
    second.save(update_fields=["outcome"])
    assert [row.outcome for row in Key.objects.order_by("pk")] == [first.outcome, None]
    assert [row.key for row in Key.objects.order_by("pk")] == ["first", "second"]


def test_what_is_no_plain_value_goes_the_long_way() -> None:
    one = key("one")
    one.digest = F("key")
    one.save(update_fields=["digest"])
    assert Key.objects.get(pk=one.pk).digest == "one"


def test_a_row_that_is_gone_is_not_saved_in_silence() -> None:
    one = key("one")
    Key.objects.all().delete()
    with pytest.raises(DatabaseError):
        one.save(update_fields=["digest"])


def test_a_row_by_a_unique_column_is_found_or_absent() -> None:
    key("one"), key("two")
    wanted = Key.objects.get(key="two")
    found = Key.one(id=wanted.pk, lock=True)
    assert found == wanted and found is not None and not found._state.adding and found.at == AT
    assert Key.one(id=0) is None


def test_many_rows_at_once_leave_what_is_there() -> None:
    one = key("one")
    insert_many(Key, ("key", "by", "at", "digest", "outcome"),
                [("one", one.by, AT, "other", None), ("two", one.by, AT, "d", new_ref())])
    assert [(row.key, row.digest, row.at) for row in Key.objects.order_by("pk")] == [("one", "d", AT), ("two", "d", AT)]
    assert Key.objects.get(key="two").outcome
