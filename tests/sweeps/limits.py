"""Restricts the records that the world wants restricted."""

from __future__ import annotations

from typing import Any


def limit_people(world: Any) -> None:
    """Nothing yet."""
