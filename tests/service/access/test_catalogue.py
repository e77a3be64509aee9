"""What stands in the catalogue: rights, functions, triggers; and what the application's role cannot do."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import psycopg
import pytest
from django.db import ProgrammingError, connection, connections, transaction

from tests.cast import Cast
from tests.factories import make_person
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.access.database import APP_ROLE, STEWARD_ROLE, UNALTERED, enforce, registered_models
from trellis.service.access.roles import OWNER_ROLE
from trellis.service.access.system_actors import SYSTEM_ACTORS
from trellis.service.common.embedded_postgres import binaries, embedded_server
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db
OURS = "pronamespace = 'public'::regnamespace AND proname ~ '^(actor|guard|trail)_'"


def rows(statement: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def test_every_function_of_ours_has_a_pinned_search_path() -> None:
    found = rows(f"SELECT proname, proconfig FROM pg_proc WHERE {OURS}")
    assert len(found) > 10
    assert {name for name, settings in found if settings != ["search_path=public, pg_temp"]} == set()


def test_nobody_but_the_application_runs_our_functions() -> None:
    found = rows(
        "SELECT proname, has_function_privilege(%s, oid, 'EXECUTE'), has_function_privilege(%s, oid, 'EXECUTE')"
        f" FROM pg_proc WHERE {OURS}",
        APP_ROLE,
        STEWARD_ROLE,
    )
    assert {name: app for name, app, _ in found} == {name: str(name).startswith("actor_") for name, _, _ in found}
    assert not any(steward for _, _, steward in found)


def test_every_audited_model_has_its_triggers() -> None:
    found = rows("SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE tgname ~ '^trail_'")
    standing = {(str(table).strip('"'), name) for table, name, enabled in found if enabled == "O"}
    audited = {model._meta.db_table for model, register in registered_models() if register.audited}
    assert len(audited) > 30
    expected = {(table, f"trail_{operation}") for table in audited for operation in ("insert", "update", "delete")}
    append_only = {(table, "trail_append_only") for table in UNALTERED}
    assert standing == expected | append_only | {
        ("audit_accessevent", "trail_await"),
        ("audit_changeimage", "trail_erase"),
    }


def test_only_these_are_not_audited() -> None:
    left_out = {model._meta.label for model, register in registered_models() if not register.audited}
    trail = {"audit.ChangeEvent", "audit.ChangeImage", "audit.AccessEvent", "audit.Unsealed", "audit.Seal"}
    assert left_out == trail | {"people.SearchToken", "feeds.FeedFile", "access.Draft"}


def test_every_guard_stands() -> None:
    found = rows("SELECT tgrelid::regclass::text, count(*) FROM pg_trigger WHERE tgname ~ '^guard_' GROUP BY 1")
    declared = {model._meta.db_table: len(register.rows.refuse) for model, register in registered_models()}
    assert dict(found) == {table: count for table, count in declared.items() if count}


BEYOND_THE_APPLICATION = [
    "CREATE TABLE public.mine (id int)",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    f"SET ROLE {OWNER_ROLE}",
    f"SET ROLE {STEWARD_ROLE}",
    f"SET SESSION AUTHORIZATION {OWNER_ROLE}",
    f"ALTER ROLE {APP_ROLE} BYPASSRLS",
    "SET session_replication_role = replica",
    "ALTER TABLE people_person DISABLE TRIGGER ALL",
    "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY",
    "DROP POLICY see ON people_person",
    "TRUNCATE people_searchtoken",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_read_file('/etc/passwd')",
    "COPY people_person TO PROGRAM 'cat'",
    "COPY people_person FROM STDIN",
    "SELECT trail_capture()",
    "CREATE OR REPLACE FUNCTION actor_id() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
    "CREATE TRIGGER mine AFTER INSERT ON people_person EXECUTE FUNCTION trail_refuse()",
    "CREATE RULE mine AS ON INSERT TO people_person DO INSTEAD NOTHING",
    "SET row_security = off; SELECT * FROM people_person",
    "DELETE FROM access_grant",
    "UPDATE access_grant SET compartments = '{core,health}'",
    "UPDATE access_posting SET role = 'coordinator'",
]


@pytest.mark.requirement("SEC-06")
@pytest.mark.parametrize("statement", BEYOND_THE_APPLICATION)
def test_the_application_cannot(statement: str, cast: Cast) -> None:
    refusals = "permission denied|must be owner|must be superuser|row-level security|not supported|only superuser"
    with acting("setup"), pytest.raises((ProgrammingError, Exception), match=refusals), transaction.atomic():
        rows(statement)


@pytest.mark.requirement("SEC-06")
def test_a_temporary_table_takes_no_tables_place(cast: Cast) -> None:
    person = make_person(cast, stage=Stage.MANAGED)
    with acting(cast.stranger):
        for table in ("access_grant", "access_posting", "access_user", "schemes_area", "schemes_scheme"):
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING DEFAULTS)")
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO pg_temp.access_user SELECT * FROM public.access_user WHERE username = 'feeds'")
            cursor.execute("UPDATE pg_temp.access_user SET id = %s", [cast.stranger.pk])
            cursor.execute(
                "INSERT INTO pg_temp.access_grant (id, user_id, person_id, stages, compartments, basis, reason,"
                " granted_by_id, starts_at) VALUES (1, %s, %s, '{}', '{core}', 'x', '', %s, '2020-01-01')",
                [cast.stranger.pk, person.pk, cast.stranger.pk],
            )
            cursor.execute("CREATE TEMPORARY TABLE people_person (LIKE public.people_person)")
        assert rows("SELECT count(*) FROM public.access_grant WHERE user_id = %s", cast.stranger.pk) == [(0,)]
        assert rows("SELECT actor_is_system(), actor_people('core'), actor_may_grant(%s)", person.pk) == [
            (False, [], False)
        ]
        assert rows("SELECT count(*) FROM public.people_person") == [(0,)]
        assert rows("SELECT count(*) FROM public.people_searchtoken") == [(0,)]


@pytest.fixture
def steward(committed: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    url = f"postgresql://{STEWARD_ROLE}@/{committed}?host={embedded_server('test').sockets}"
    with psycopg.connect(url, autocommit=True) as link:
        yield link


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE people_person SET version = 1",
        "DELETE FROM audit_changeevent",
        "INSERT INTO access_grant (basis) VALUES ('x')",
        "TRUNCATE people_person",
        "CREATE TABLE mine (id int)",
        "SELECT actor_id()",
    ],
)
def test_the_steward_writes_nothing(steward: psycopg.Connection[tuple[object, ...]], statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        steward.execute(statement)
    assert steward.execute("SELECT count(*) FROM access_user").fetchone() == (len(SYSTEM_ACTORS),)


def test_the_steward_backs_up_everything(committed: str) -> None:
    dump = binaries() / "pg_dump"
    if not os.access(dump, os.X_OK):
        pytest.skip("the embedded server brings no pg_dump")
    result = subprocess.run(
        [str(dump), "-h", str(embedded_server("test").sockets), "-U", STEWARD_ROLE, committed],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "COPY public.people_person" in result.stdout
    assert "Somebody not signed in" in result.stdout


def test_no_actor_is_noticed_on_an_empty_table(db: None) -> None:
    """A scan that meets no row never asks the policy who reads, so the connection asks."""
    with pytest.raises(ProgrammingError, match="Nobody is named as the actor"), transaction.atomic():
        Person.objects.count()
    with acting("setup"):
        assert Person.objects.count() == 0
    with pytest.raises(ProgrammingError, match="Nobody is named as the actor"), transaction.atomic():
        rows("SELECT 1 FROM feeds_waitingrow")
    assert connections["default"].execute_wrappers


def test_enforcing_again_changes_nothing() -> None:
    query = (
        "SELECT tablename || policyname || coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies UNION ALL"
        f" SELECT pg_get_functiondef(oid) || proacl::text FROM pg_proc WHERE {OURS} UNION ALL"
        " SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute(query)
        before = cursor.fetchall()
        enforce("owner")
        cursor.execute(query)
        assert cursor.fetchall() == before
