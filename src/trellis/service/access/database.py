"""Makes the database enforce what the models declare: roles, row security, rights and triggers.

Runs after every migration, as the owner, and is idempotent: what stands in the catalogue and is no longer declared
is dropped, so there is one current text and no drift.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.db.backends.utils import CursorWrapper

from trellis.rules.need_to_know import BREAKABLE, EMERGENCY_MINUTES, MOST_UNREVIEWED
from trellis.rules.vocabulary import Compartment, Permission
from trellis.service.access.system_actors import ensure_system_actors
from trellis.service.access.third_party import THIRD_PARTY_TABLES
from trellis.service.common.register import Category, Register, Rows, roles_with

APP_ROLE = "trellis_app"
STEWARD_ROLE = "trellis_steward"
SQL = Path(__file__).parent / "sql"
FUNCTIONS = (
    *("actor", "standing", "agreements", "limits", "grants"),
    *("trail", "auditing", "readers", "linked", "opening", "drafts"),
)
OUR_NAMES = "^(actor|guard|trail)_"
OPERATIONS = ("INSERT", "UPDATE", "DELETE")
# What nobody does to the trail, its owner included. Images may be erased, and the sealer empties its queue.
UNALTERED = {
    "audit_changeevent": "UPDATE OR DELETE OR TRUNCATE",
    "audit_accessevent": "UPDATE OR DELETE OR TRUNCATE",
    "audit_seal": "UPDATE OR DELETE OR TRUNCATE",
    "audit_changeimage": "UPDATE OR TRUNCATE",
    "audit_unsealed": "UPDATE OR TRUNCATE",
}


def registered_models() -> list[tuple[type[models.Model], Register]]:
    """Every model of ours with its declaration; a model without one raises AttributeError."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("trellis.")]
    return [(model, getattr(model, "register")) for model in ours if model._meta.managed]  # noqa: B009


def enforce(using: str) -> None:
    """Bring functions, policies, rights and triggers of the database behind `using` in line with the models."""
    with transaction.atomic(using), connections[using].cursor() as cursor:
        _drop_what_stands(cursor)
        # They call one another, whichever is made first.
        cursor.execute("SET LOCAL check_function_bodies = off")
        for name in FUNCTIONS:
            cursor.execute(_filled((SQL / f"{name}.sql").read_text()))
        for model, register in registered_models():
            table = model._meta.db_table
            _secure_rows(cursor, table, model._meta.label, register.rows)
            _grant_rights(cursor, table, register.rows)
            _refuse_changes(cursor, table, register.rows)
            if register.audited:
                _capture_changes(cursor, model, register)
        _seal_the_trail(cursor)
        _grant_third_party(cursor)
        _grant_to_everyone(cursor)
        _close_functions(cursor)
    with transaction.atomic(using), connections[using].cursor() as cursor:
        ensure_system_actors(cursor)


def _drop_what_stands(cursor: CursorWrapper) -> None:
    """Drop all policies, and the triggers and functions that are ours by their names: they are made afresh."""
    for query in (
        "SELECT format('DROP POLICY %%I ON %%I', policyname, tablename) FROM pg_policies WHERE schemaname = 'public'",
        "SELECT format('DROP TRIGGER %%I ON %%s', tgname, tgrelid::regclass) FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgname ~ %s",
        "SELECT format('DROP FUNCTION %%s', oid::regprocedure) FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND proname ~ %s",
    ):
        cursor.execute(query, [OUR_NAMES] if "~ %s" in query else [])
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def _filled(text: str) -> str:
    """The text of our functions with what the rules say in it: who holds a permission, what an emergency opens."""
    for permission in Permission:
        text = text.replace("{" + permission.name + "}", _array(roles_with(permission)))
    text = text.replace("{BREAKABLE}", _array(sorted(BREAKABLE)))
    text = text.replace("{COMPARTMENTS}", _array(sorted(Compartment)))
    text = text.replace("{MOST_UNREVIEWED}", str(MOST_UNREVIEWED))
    return text.replace("{EMERGENCY_MINUTES}", str(EMERGENCY_MINUTES))


def _array(words: Iterable[str]) -> str:
    return "ARRAY[" + ", ".join(f"'{word}'" for word in words) + "]::text[]"


def _secure_rows(cursor: CursorWrapper, table: str, model: str, rows: Rows) -> None:
    cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    cursor.execute(f'ALTER TABLE "{table}" {"FORCE" if rows.force else "NO FORCE"} ROW LEVEL SECURITY')
    see, write, change = rows.conditions(table, model)
    cursor.execute(f'CREATE POLICY see ON "{table}" FOR SELECT USING ({see})')
    cursor.execute(f'CREATE POLICY add ON "{table}" FOR INSERT WITH CHECK ({write})')
    cursor.execute(f'CREATE POLICY alter ON "{table}" FOR UPDATE USING ({see}) WITH CHECK ({change})')
    if rows.decides:
        cursor.execute(
            f'CREATE POLICY decide ON "{table}" FOR SELECT TO CURRENT_USER'
            " USING (current_setting('trellis.deciding', true) = 'yes')"
        )
    cursor.execute(f'CREATE POLICY remove ON "{table}" FOR DELETE USING ({change})')


def _refuse_changes(cursor: CursorWrapper, table: str, rows: Rows) -> None:
    for number, (sentence, condition) in enumerate(rows.refuse):
        # The condition stands in the trigger, so a row that is let through costs no call of a function.
        cursor.execute(
            f'CREATE TRIGGER guard_{number} BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN ({condition})'
            " EXECUTE FUNCTION guard_refuse(%s)",
            [sentence],
        )


def _grant_rights(cursor: CursorWrapper, table: str, rows: Rows) -> None:
    cursor.execute(f'REVOKE ALL ON "{table}" FROM {APP_ROLE}')
    if rows.read:
        cursor.execute(f'GRANT SELECT ON "{table}" TO {APP_ROLE}')
    if rows.insert:
        cursor.execute(f'GRANT INSERT ON "{table}" TO {APP_ROLE}')
    if rows.update == ("*",):
        cursor.execute(f'GRANT UPDATE ON "{table}" TO {APP_ROLE}')
    elif rows.update:
        columns = ", ".join(f'"{column}"' for column in rows.update)
        cursor.execute(f'GRANT UPDATE ({columns}) ON "{table}" TO {APP_ROLE}')
    if rows.delete:
        cursor.execute(f'GRANT DELETE ON "{table}" TO {APP_ROLE}')


def _capture_changes(cursor: CursorWrapper, model: type[models.Model], register: Register) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    tables = {"INSERT": "NEW TABLE AS new_rows", "DELETE": "OLD TABLE AS old_rows"}
    for operation in OPERATIONS:
        rows = tables.get(operation, "NEW TABLE AS new_rows OLD TABLE AS old_rows")
        cursor.execute(
            f'CREATE TRIGGER trail_{operation.lower()} AFTER {operation} ON "{table}" REFERENCING {rows}'
            f" FOR EACH STATEMENT EXECUTE FUNCTION trail_capture(%s, %s, %s)",
            [key, register.subject or "", "{" + ",".join(register.fields.get(Category.SECRET, ())) + "}"],
        )


def _seal_the_trail(cursor: CursorWrapper) -> None:
    """Refuse what alters the trail, queue access events for the sealer, and leave an event of every erasure."""
    for table, operations in UNALTERED.items():
        cursor.execute(
            f'CREATE TRIGGER trail_append_only BEFORE {operations} ON "{table}"'
            " FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()"
        )
    cursor.execute(
        "CREATE TRIGGER trail_await AFTER INSERT ON audit_accessevent REFERENCING NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION trail_await_seal()"
    )
    cursor.execute(
        "CREATE TRIGGER trail_erase AFTER DELETE ON audit_changeimage REFERENCING OLD TABLE AS old_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION trail_note_erasure()"
    )


def _grant_third_party(cursor: CursorWrapper) -> None:
    for table in existing(cursor, THIRD_PARTY_TABLES):
        cursor.execute(f'REVOKE ALL ON "{table}" FROM {APP_ROLE}')
        rights = THIRD_PARTY_TABLES[table]
        cursor.execute(f'GRANT {rights} ON "{table}" TO {APP_ROLE}')


def _grant_to_everyone(cursor: CursorWrapper) -> None:
    cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")
    cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APP_ROLE}")
    cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {STEWARD_ROLE}")
    cursor.execute(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {STEWARD_ROLE}")


def _close_functions(cursor: CursorWrapper) -> None:
    """Nobody but the app runs our functions, and it runs no trigger's: those need no right where they stand."""
    cursor.execute(
        "SELECT proname, oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname ~ %s",
        [OUR_NAMES],
    )
    for name, signature in cursor.fetchall():
        others = "PUBLIC" if name.startswith("actor_") else f"PUBLIC, {APP_ROLE}"
        cursor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM {others}")
    cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")


def existing(cursor: CursorWrapper, tables: Iterable[str]) -> list[str]:
    """Those of the tables that the database has."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    present = {name for (name,) in cursor.fetchall()}
    return [table for table in tables if table in present]


def enforce_after_migrate(using: str, **_: Any) -> None:
    """Receiver of post_migrate; only the owner may alter policies."""
    if using == "owner":
        enforce(using)
