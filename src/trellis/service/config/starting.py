"""What must be true of the database before anything is served from it."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from trellis.service.access.roles import reasons_to_refuse


def refuse_unfit_database() -> None:
    """Raise ImproperlyConfigured with a sentence where need to know would not hold or the schema is behind."""
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        connection.ensure_connection()
    except OperationalError as fault:
        raise ImproperlyConfigured(f"The database does not answer: {fault}") from fault
    reasons = reasons_to_refuse(connection.connection)
    if reasons:
        raise ImproperlyConfigured(" ".join(reasons))
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise ImproperlyConfigured("The database is behind this version: run `trellis migrate` as its owner first.")
    connections.close_all()
