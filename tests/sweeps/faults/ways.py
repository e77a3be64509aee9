"""Ways past a filter that an application forgets: by each of them a stranger must reach no row of any model.

Each way takes a model and the key of a row, and tells how many rows it reached. With row security off every way
reaches the row, or the battery would prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, models
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery

Model = type[models.Model]
Way = Callable[[Model, Any], int]


def _cursor(statement: str) -> Way:
    """SQL in which {table}, {key} and {first} stand for the model's table, its key and its first column."""

    def way(model: Model, key: Any) -> int:
        names = {"table": model._meta.db_table, "key": model._meta.pk.column, "first": _a_column(model)}
        with connection.cursor() as cursor:
            cursor.execute(statement.format(**names), {"key": key})
            return len([row for row in cursor.fetchall() if any(value not in {None, 0} for value in row)])

    return way


def _copied(model: Model, key: Any) -> int:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" TO STDOUT') as rows:
        return sum(1 for _ in rows)


def _copied_query(model: Model, key: Any) -> int:
    statement = f'COPY (SELECT * FROM "{model._meta.db_table}") TO STDOUT'
    with connection.cursor() as cursor, cursor.copy(statement) as rows:
        return sum(1 for _ in rows)


def _server_cursor(model: Model, key: Any) -> int:
    return sum(1 for _ in models.QuerySet(model).iterator(chunk_size=100))


def _a_column(model: Model) -> str:
    """A column that the application may write, or the key."""
    update = model.register.rows.update  # type: ignore[attr-defined]
    return model._meta.pk.column if update in {(), ("*",)} else update[0]


def _a_field(model: Model) -> str:
    column = _a_column(model)
    return next(one.attname for one in model._meta.concrete_fields if one.column == column)


def _refreshed(model: Model, key: Any) -> int:
    row = model(pk=key)
    try:
        row.refresh_from_db()
    except model.DoesNotExist:
        return 0
    return 1


def _got(model: Model, key: Any) -> int:
    try:
        model._base_manager.get(pk=key)
    except model.DoesNotExist:
        return 0
    return 1


def _pointing(model: Model) -> list[Any]:
    """The relations by which other models point at this one."""
    return [
        one
        for one in model._meta.related_objects
        if one.field.concrete and not one.field.many_to_many and one.related_model._meta.managed
    ]


def _joined(read: Callable[[Any, str], Any]) -> Way:
    """From every model that points at this one, across the join to a column of it."""

    def way(model: Model, key: Any) -> int:
        column = next(one.name for one in model._meta.concrete_fields if not one.primary_key and not one.null)
        return sum(
            len(list(read(one.related_model._base_manager, f"{one.field.name}__{column}"))) for one in _pointing(model)
        )

    return way


def _forward(model: Model, key: Any) -> int:
    """From a row in hand that points at a guessed number, to the row it points at."""
    found = 0
    for one in _pointing(model):
        try:
            found += getattr(one.related_model(**{one.field.attname: key}), one.field.name) is not None
        except model.DoesNotExist:
            continue
    return found


def _prefetched(model: Model, key: Any) -> int:
    return sum(len(model._base_manager.prefetch_related(one.get_accessor_name())) for one in _pointing(model))


WAYS: dict[str, Way] = {
    "all": lambda model, key: len(model._base_manager.all()),
    "get": _got,
    "filter": lambda model, key: model._base_manager.filter(pk=key).count(),
    "exclude nothing": lambda model, key: len(model._base_manager.exclude(pk__in=[])),
    "a bare query set": lambda model, key: len(models.QuerySet(model)),
    "the default manager": lambda model, key: model._default_manager.count(),
    "in bulk": lambda model, key: len(model._base_manager.in_bulk([key])),
    "refresh": _refreshed,
    "a row that points": _forward,
    "iterator": _server_cursor,
    "values": lambda model, key: len(model._base_manager.values()),
    "values of one column": lambda model, key: len(model._base_manager.values_list("pk", flat=True)),
    "defer": lambda model, key: len(model._base_manager.only("pk")),
    "dates aside, distinct": lambda model, key: len(model._base_manager.order_by().values("pk").distinct()),
    "exists": lambda model, key: int(model._base_manager.filter(pk=key).exists()),
    "aggregate": lambda model, key: model._base_manager.aggregate(n=Count("pk"))["n"],
    "greatest": lambda model, key: int(model._base_manager.aggregate(n=Max("pk"))["n"] is not None),
    "annotate": lambda model, key: len(model._base_manager.annotate(n=F("pk")).filter(n=key)),
    "group": lambda model, key: len(model._base_manager.order_by().values("pk").annotate(n=Count("pk"))),
    "subquery": lambda model, key: len(
        model._base_manager.annotate(other=Subquery(model._base_manager.filter(pk=OuterRef("pk")).values("pk")[:1]))
    ),
    "exists in a filter": lambda model, key: len(
        model._base_manager.filter(Exists(model._base_manager.filter(pk=OuterRef("pk"))))
    ),
    "union": lambda model, key: len(
        model._base_manager.order_by().values("pk").union(model._base_manager.order_by().values("pk"), all=True)
    ),
    "either condition": lambda model, key: model._base_manager.filter(Q(pk=key) | ~Q(pk=key)).count(),
    "select related": _joined(
        lambda manager, column: manager.select_related(column.split("__")[0]).filter(**{f"{column}__isnull": False})
    ),
    "values across a join": _joined(
        lambda manager, column: [one for one in manager.values_list(column, flat=True) if one is not None]
    ),
    "filter across a join": _joined(lambda manager, column: manager.filter(**{f"{column}__isnull": False})),
    "prefetch": _prefetched,
    "raw": lambda model, key: len(list(model._base_manager.raw(f'SELECT * FROM "{model._meta.db_table}"'))),
    "update": lambda model, key: model._base_manager.filter(pk=key).update(**{_a_field(model): F(_a_field(model))}),
    "delete": lambda model, key: model._base_manager.filter(pk=key)._raw_delete("default"),
    "cursor": _cursor('SELECT * FROM "{table}"'),
    "cursor, by key": _cursor('SELECT 1 FROM "{table}" WHERE "{key}" = %(key)s'),
    "cursor, union": _cursor('SELECT "{key}" FROM "{table}" UNION ALL SELECT "{key}" FROM "{table}"'),
    "cursor, lateral": _cursor('SELECT l."{key}" FROM (SELECT 1) o, LATERAL (SELECT * FROM "{table}") l'),
    "cursor, common table": _cursor('WITH a AS MATERIALIZED (SELECT * FROM "{table}") SELECT "{key}" FROM a'),
    "cursor, as json": _cursor('SELECT to_jsonb(t) FROM "{table}" t'),
    "cursor, whole row": _cursor('SELECT t::text FROM "{table}" t'),
    "cursor, table": _cursor('TABLE "{table}"'),
    "cursor, count": _cursor('SELECT count(*) FROM "{table}"'),
    "update returning": _cursor('UPDATE "{table}" SET "{first}" = "{first}" WHERE "{key}" = %(key)s RETURNING "{key}"'),
    "delete returning": _cursor('DELETE FROM "{table}" WHERE "{key}" = %(key)s RETURNING "{key}"'),
    "for update": _cursor('SELECT "{key}" FROM "{table}" WHERE "{key}" = %(key)s FOR UPDATE'),
    "copy": _copied,
    "copy of a query": _copied_query,
}
