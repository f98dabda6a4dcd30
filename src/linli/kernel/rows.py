"""Rows whose statements are put together once for each table and set of columns, not anew at every save.

Most of what a save costs is building its statement from a query; for a plain row that text never changes.
"""
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connections, models

_BATCH = 500


class Row(models.Model):
    """A table's row. Saved as any other; only values that are no plain values go the long way."""

    class Meta:
        abstract = True

    def _do_insert(self, manager: Any, using: str, fields: Any, returning_fields: Any, raw: bool) -> Any:
        values = [getattr(self, field.attname) if raw else field.pre_save(self, True) for field in fields]
        if not _plain(values) or [field.attname for field in returning_fields] != ["id"]:
            return super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]
        connection = connections[using]
        prepared = [field.get_db_prep_save(v, connection) for field, v in zip(fields, values, strict=True)]
        with connection.cursor() as cursor:
            insert = _insert(type(self), tuple(field.column for field in fields), using)
            cursor.execute(f"{insert} RETURNING id", prepared)
            return [cursor.fetchone()]

    def _do_update(self, base_qs: Any, using: str, pk_val: Any, values: Any, update_fields: Any,
                   forced_update: Any) -> bool:
        if not values or not _plain(value for _, _, value in values):
            return bool(super()._do_update(  # type: ignore[misc]
                base_qs, using, pk_val, values, update_fields, forced_update))
        connection = connections[using]
        prepared = [field.get_db_prep_save(value, connection) for field, _, value in values]
        with connection.cursor() as cursor:
            cursor.execute(_update(type(self), tuple(field.column for field, _, _ in values), using),
                           [*prepared, pk_val])
            return bool(cursor.rowcount > 0)


def insert_many(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *,
                using: str = "default") -> None:
    """Many rows of one table at once, every column named and given; those that exist already are left alone.

    For thousands of rows: no objects are made of them, and a value that repeats is prepared once.
    """
    connection = connections[using]
    fields = [model._meta.get_field(name) for name in columns]
    seen: list[dict[Any, Any]] = [{} for _ in fields]
    whole = []
    for row in rows:
        values = []
        for field, known, value in zip(fields, seen, row, strict=True):
            prepared = known.get(value, known)
            if prepared is known:
                prepared = known[value] = field.get_db_prep_save(value, connection)  # type: ignore[union-attr]
            values.append(prepared)
        whole.append(values)
    insert = _insert(model, tuple(str(field.column) for field in fields), using)  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        for start in range(0, len(whole), _BATCH):
            cursor.executemany(f"{insert} ON CONFLICT DO NOTHING", whole[start:start + _BATCH])


def _plain(values: Iterable[Any]) -> bool:
    return not any(hasattr(value, "resolve_expression") for value in values)


@cache
def _insert(model: type[models.Model], columns: tuple[str, ...], using: str) -> str:
    quote = connections[using].ops.quote_name
    names, marks = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"


@cache
def _update(model: type[models.Model], columns: tuple[str, ...], using: str) -> str:
    quote = connections[using].ops.quote_name
    assert model._meta.pk  # every table has one
    return (f"UPDATE {quote(model._meta.db_table)} SET {', '.join(f'{quote(name)} = %s' for name in columns)}"
            f" WHERE {quote(str(model._meta.pk.column))} = %s")
