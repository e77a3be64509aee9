"""The timeline: every agency's spells and events about a person, as one view.

The view is generated from the models after every migration, so a new kind joins by having a `timeline_label`. It reads
as whoever asks (`security_invoker`), so row security decides every line of it. Migrations drop it first: PostgreSQL
refuses to alter a column that a view reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.db.models.signals import post_migrate, pre_migrate

from trellis.service.access.database import APP_ROLE, STEWARD_ROLE
from trellis.service.people.history import AboutPerson, Event, Spell
from trellis.service.record.models import TimelineEntry

VIEW = TimelineEntry._meta.db_table
# Beside a fact stand who recorded it, whose it is and what it names; never another fact about somebody.
REFERENCES = {"access", "schemes"}


def timeline_kinds() -> dict[str, type[AboutPerson]]:
    """Every kind of spell and event that a timeline shows, by its name."""
    return {
        str(model._meta.model_name): model
        for model in apps.get_models()
        if issubclass(model, Spell | Event) and hasattr(model, "timeline_label")
    }


def label_of(kind: str) -> str:
    """What a kind is called in a timeline."""
    return str(getattr(timeline_kinds()[kind], "timeline_label"))  # noqa: B009


def rows_behind(entries: Iterable[TimelineEntry]) -> list[Any]:
    """The spells and events that the entries stand for, in their order: one query for each kind among them."""
    entries = list(entries)
    wanted: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        wanted[entry.kind].append(entry.row)
    kinds = timeline_kinds()
    found: dict[tuple[str, int], Any] = {}
    for kind, ids in wanted.items():
        rows = kinds[kind]._default_manager.filter(pk__in=ids).select_related(*_references(kinds[kind]))
        found |= {(kind, row.pk): row for row in rows}
    return [found[entry.kind, entry.row] for entry in entries]


def _references(model: type[models.Model]) -> list[str]:
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.related_model is not None and field.related_model._meta.app_label in REFERENCES  # type: ignore[union-attr]
    ]


def view_sql() -> str:
    """The statement that makes the view."""
    branches = " UNION ALL ".join(_branch(kind, model) for kind, model in sorted(timeline_kinds().items()))
    return f'CREATE VIEW "{VIEW}" WITH (security_invoker = true) AS {branches}'


def _branch(kind: str, model: type[AboutPerson]) -> str:
    times = (
        "starts, ends, NULL::time AS at"
        if issubclass(model, Spell)
        else "happened_on AS starts, NULL::date AS ends, happened_at AS at"
    )
    return (
        f"SELECT '{kind}-' || id AS key, '{kind}'::text AS kind, id AS row, person_id, agency_id, {times},"  # noqa: S608  names of models
        f' recorded_at, superseded_at FROM "{model._meta.db_table}"'
    )


def drop_view(using: str, **_: Any) -> None:
    """Receiver of pre_migrate; only the owner migrates."""
    if using == "owner":
        with connections[using].cursor() as cursor:
            cursor.execute(f'DROP VIEW IF EXISTS "{VIEW}"')


def make_view(using: str, **_: Any) -> None:
    """Receiver of post_migrate: make the view, and let the application read it."""
    if using != "owner":
        return
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(f'DROP VIEW IF EXISTS "{VIEW}"')
        cursor.execute(view_sql())
        cursor.execute(f'GRANT SELECT ON "{VIEW}" TO {APP_ROLE}, {STEWARD_ROLE}')


def keep_the_view(sender: Any) -> None:
    """Let migrations drop the view before them and make it after them."""
    pre_migrate.connect(drop_view, sender=sender)
    post_migrate.connect(make_view, sender=sender)
