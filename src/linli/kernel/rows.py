"""Rows whose statements are put together once for each table and set of columns, not anew at every save.

Most of what a save costs is building its statement from a query; for a plain row that text never changes.
"""
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache, partial
from typing import Any, Self
from uuid import UUID

from django.db import connections, models

_USING = "default"
_BATCH = 500
_LOAD = 5000


class Row(models.Model):
    """A table's row. Saved as any other; only values that are no plain values go the long way."""

    class Meta:
        abstract = True

    @classmethod
    def one(cls, *, lock: bool = False, **column: Any) -> Self | None:
        """The row with this value in a unique column, or None; with `lock`, locked until the action ends.

        Where the column may be empty, empty is nobody's value.
        """
        found = cls.some(lock=lock, **column)
        return found[0] if found else None

    @classmethod
    def some(cls, *, lock: bool = False, **columns: Any) -> list[Self]:
        """The rows with these values in these columns, oldest first; for columns that an index finds few rows by."""
        connection = connections[_USING]
        read = _select(cls, tuple(columns), lock, _USING)
        wanted = [field.get_db_prep_value(value, connection)
                  for field, value in zip(read.wanted, columns.values(), strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(read.statement, wanted)
            rows = cursor.fetchall()
        found = []
        for row in rows:
            values = list(row)
            for place, column, convert in read.converters:
                values[place] = convert(values[place], column, connection)
            found.append(cls.from_db(_USING, read.names, values))
        return found

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

    def _do_update(self, base_qs: Any, using: Any, pk_val: Any, values: Any, update_fields: Any, forced_update: Any,
                   *more: Any) -> Any:
        if more or not values or not _plain(value for _, _, value in values):
            return super()._do_update(base_qs, using, pk_val, values, update_fields, forced_update, *more)
        connection = connections[using]
        prepared = [field.get_db_prep_save(value, connection) for field, _, value in values]
        with connection.cursor() as cursor:
            cursor.execute(_update(type(self), tuple(field.column for field, _, _ in values), using),
                           [*prepared, pk_val])
            return bool(cursor.rowcount > 0)


def insert_many(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Many rows of one table at once, every column named and given; those that exist already are left alone.

    For thousands of rows: no objects are made of them, and a moment that repeats is prepared once.
    """
    connection = connections[_USING]
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    prepare = [_preparing(field) for field in fields]
    whole = [[do(value) for do, value in zip(prepare, row, strict=True)] for row in rows]
    insert = _insert(model, tuple(field.column for field in fields), _USING)
    with connection.cursor() as cursor:
        for start in range(0, len(whole), _BATCH):
            cursor.executemany(f"{insert} ON CONFLICT DO NOTHING", whole[start:start + _BATCH])


def keys(model: type[models.Model], count: int) -> list[int]:
    """Keys for so many new rows, for `load` where other rows are to name them."""
    connection = connections[_USING]
    meta = model._meta
    assert meta.pk
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                           [meta.db_table, meta.pk.column, count])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [meta.db_table])
        last = (cursor.fetchone() or [0])[0]
    return list(range(last + 1, last + 1 + count))


def load(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Hundreds of thousands of new rows of one table, as fast as its database takes them; every column is given.

    The values are plain text, numbers, dates, moments, refs and None: they go in as they are. A row that is there
    already is an error, as in any insert.
    """
    connection = connections[_USING]
    quote = connection.ops.quote_name
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    names = ", ".join(quote(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        prepare = [_loading(field) for field in fields]
        changed = [(place, do) for place, do in enumerate(prepare) if do]
        batch: list[list[Any]] = []
        insert = _insert(model, tuple(field.column for field in fields), _USING)
        for row in rows:
            values = list(row)
            for place, do in changed:
                values[place] = do(values[place])
            batch.append(values)
            if len(batch) == _LOAD:
                cursor.executemany(insert, batch)
                batch = []
        if batch:
            cursor.executemany(insert, batch)


def update_many(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """New values in these columns for rows that exist, by the thousand: each row's values, and its key last."""
    connection = connections[_USING]
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    prepare = [_preparing(field) for field in fields]
    whole = [[*(do(value) for do, value in zip(prepare, row[:-1], strict=True)), row[-1]] for row in rows]
    with connection.cursor() as cursor:
        for start in range(0, len(whole), _BATCH):
            cursor.executemany(_update(model, tuple(field.column for field in fields), _USING),
                               whole[start:start + _BATCH])


def _loading(field: Any) -> Callable[[Any], Any] | None:
    """How a value of this field is written where the driver does not know its type; None where it does."""
    connection = connections[_USING]
    if isinstance(field, models.DateTimeField):
        return partial(_moment, using=_USING)
    if isinstance(field, models.UUIDField):
        return _hex
    if isinstance(field, models.DateField):
        return lru_cache(maxsize=1000)(connection.ops.adapt_datefield_value)
    return None


def _hex(value: UUID | None) -> str | None:
    return value.hex if value else None


def _preparing(field: Any) -> Callable[[Any], Any]:
    connection = connections[_USING]
    if isinstance(field, models.DateTimeField):
        return partial(_moment, using=_USING)

    def prepared(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    return prepared if field.unique else lru_cache(maxsize=100)(prepared)


@lru_cache(maxsize=10_000)
def _moment(value: datetime | None, *, using: str) -> Any:
    return connections[using].ops.adapt_datetimefield_value(value)


@dataclass(frozen=True)
class _Read:
    statement: str
    wanted: list[Any]
    names: list[str]
    converters: list[tuple[int, Any, Any]]


@cache
def _select(model: type[models.Model], names: tuple[str, ...], lock: bool, using: str) -> _Read:
    connection, meta = connections[using], model._meta
    quote, fields = connection.ops.quote_name, list(meta.concrete_fields)
    wanted: list[Any] = [meta.get_field(name) for name in names]
    where = " AND ".join(f"{quote(field.column)} = %s" for field in wanted)
    if len(wanted) == 1 and wanted[0].blank and isinstance(wanted[0], models.CharField):
        where += f" AND NOT ({quote(str(wanted[0].column))} = '')"  # else an index of what is not empty is not used
    order = "" if len(wanted) == 1 and wanted[0].unique else " ORDER BY 1"
    statement = (f"SELECT {', '.join(quote(str(field.column)) for field in fields)} FROM {quote(meta.db_table)}"
                 f" WHERE {where}{order}")
    columns = [(place, field.get_col(meta.db_table)) for place, field in enumerate(fields)]
    return _Read(
        statement + (" FOR UPDATE" if lock and connection.features.has_select_for_update else ""), wanted,
        [field.attname for field in fields],
        [(place, column, convert) for place, column in columns
         for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))],
    )


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
