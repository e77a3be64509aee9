"""What every command that uses the database does first."""

from __future__ import annotations

import os

from trellis.commands import CommandError


def prepare(*, migrate: bool = True) -> None:
    """Set Django up on a database that may serve.

    The embedded server is started, given its roles and migrated. A named database must be ready: CommandError says
    what it lacks.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trellis.service.config.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        embedded = not settings.DATABASE_URL
    except (ImproperlyConfigured, ValueError) as fault:
        raise CommandError(str(fault)) from fault
    if embedded:
        _start_embedded()
    import django

    django.setup()
    if embedded and migrate:
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
    _refuse_what_must_not_serve(embedded)


def _start_embedded() -> None:
    from django.conf import settings

    from trellis.service.access.roles import create_roles
    from trellis.service.config.databases import DATABASE

    settings.EMBEDDED.start()
    create_roles(settings.EMBEDDED.url, DATABASE)


def _refuse_what_must_not_serve(embedded: bool) -> None:
    from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
    from django.db.migrations.executor import MigrationExecutor

    from trellis.service.access.roles import reasons_to_refuse

    connection = connections[DEFAULT_DB_ALIAS]
    try:
        connection.ensure_connection()
    except OperationalError as fault:
        raise CommandError(f"The database does not answer: {fault}") from fault
    reasons = reasons_to_refuse(connection.connection)
    if reasons:
        raise CommandError(" ".join(reasons))
    if not embedded:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("The database is behind this version: run `trellis migrate` as its owner first.")
