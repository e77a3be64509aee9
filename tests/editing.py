"""Posting a form as a browser does that was shown it: with what the page was drawn from."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client


def hidden_in(page: str) -> dict[str, str]:
    """Every hidden field of a page but the token against forgery."""
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag, re.DOTALL)
        if name and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def opened(client: Client, address: str) -> dict[str, str]:
    """The hidden fields of the page as it is now."""
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return hidden_in(response.content.decode())


def send(client: Client, address: str, answers: dict[str, Any], drawn: dict[str, str] | None = None) -> Any:
    """Post answers with what a page opened before (or just now) was drawn from."""
    return client.post(address, (opened(client, address) if drawn is None else drawn) | answers)
