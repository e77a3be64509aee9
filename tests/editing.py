"""Posting a form as a browser does that was shown it: with what the page was drawn from."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client


def hidden_in(page: str) -> dict[str, Any]:
    """Every hidden field of a page but the token against forgery; a list of values where a name comes again."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag, re.DOTALL)
        if name and name[1] != "csrfmiddlewaretoken":
            text = unescape(value[1]) if value else ""
            found[name[1]] = [*_listed(found[name[1]]), text] if name[1] in found else text
    return found


def _listed(values: Any) -> list[str]:
    return values if isinstance(values, list) else [values]


def opened(client: Client, address: str) -> dict[str, Any]:
    """The hidden fields of the page as it is now."""
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return hidden_in(response.content.decode())


def send(client: Client, address: str, answers: dict[str, Any], drawn: dict[str, Any] | None = None) -> Any:
    """Post answers with what a page opened before (or just now) was drawn from."""
    return client.post(address, (opened(client, address) if drawn is None else drawn) | answers)
