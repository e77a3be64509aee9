"""Refuses a statement on a protected table while nobody is named, whatever the plan.

The database refuses too, but only when it comes to read a row: a scan of an empty table never asks who is reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, ProgrammingError
from django.db.backends.base.base import BaseDatabaseWrapper

from trellis.service.access.actor import current_actor

Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@cache
def protected_tables() -> re.Pattern[str]:
    """Matches the name of any table whose rows are not for everybody."""
    registers = [(model, getattr(model, "register", None)) for model in apps.get_models()]
    names = [model._meta.db_table for model, register in registers if register and register.rows.protected]
    return re.compile(rf"\b({'|'.join(sorted(names))})\b")


def refuse_without_actor(execute: Execute, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """An execute wrapper: raises ProgrammingError, as the database does, where nobody is named."""
    if current_actor() is None and (found := protected_tables().search(str(sql))):
        raise ProgrammingError(f"Nobody is named as the actor of this transaction, and it asks for {found[0]}.")
    return execute(sql, params, many, context)


def guard_connection(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of connection_created: the application's connection alone, for the owner has policies of its own."""
    if connection.alias == DEFAULT_DB_ALIAS and refuse_without_actor not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse_without_actor)
