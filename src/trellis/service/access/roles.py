"""The three roles in the database: who migrates, who serves, who backs up."""

from __future__ import annotations

import psycopg
from psycopg import sql

OWNER_ROLE = "trellis_owner"
APP_ROLE = "trellis_app"
STEWARD_ROLE = "trellis_steward"

# A deployer runs the same statements with passwords or certificates of their own (docs/how-to/run-in-production.md).
CREATE_ROLES = {
    OWNER_ROLE: "LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB",
    APP_ROLE: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB",
    STEWARD_ROLE: "LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB",
}


def create_roles(superuser_url: str, database: str | None = None) -> None:
    """Make the roles where they are missing and, when named, the database that the owner owns."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        # Two processes may come to a new server at once; the lock ends with the connection.
        connection.execute("SELECT pg_advisory_lock(hashtext('trellis roles'))")
        for role, attributes in CREATE_ROLES.items():
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} " + attributes).format(sql.Identifier(role)))
        if database and not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(OWNER_ROLE))
            )


def reasons_to_refuse(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """Why this connection must not serve: sentences, empty when all is well."""
    row = connection.execute(
        "SELECT current_user, rolsuper, rolbypassrls, EXISTS (SELECT 1 FROM pg_tables"
        " WHERE tableowner = current_user AND schemaname = 'public'),"
        " rolcreaterole OR rolreplication OR EXISTS (SELECT 1 FROM pg_auth_members WHERE member = pg_roles.oid),"
        " has_schema_privilege('public', 'CREATE') FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row is not None
    role, superuser, bypasses, owns, becomes, creates = row
    faults = {
        "is a superuser": superuser,
        "bypasses row security": bypasses,
        "owns tables": owns,
        "may act as another role": becomes,
        "may create tables and functions in the schema public": creates and not owns,
    }
    return [
        f"The database role “{role}” {fault}, so need to know would not be enforced. Name a role made as"
        " docs/how-to/run-in-production.md says in TRELLIS_DATABASE_URL."
        for fault, present in faults.items()
        if present
    ]
