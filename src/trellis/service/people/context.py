"""What stands over every page about a person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def opening(request: HttpRequest) -> dict[str, Any]:
    """Context processor: how the record on the page stands open to its reader, where the page is about one."""
    found = getattr(request, "opening", None)
    return {"opening": found} if found else {}
