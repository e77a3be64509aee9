"""What a browser is told by the site in production, asked of a process with its settings."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connections

from tests.service.config.test_production import run
from trellis.service.common.embedded_postgres import embedded_server

# The names of static files do not matter here, so nothing need be collected.
ASK = """
import json, django
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from django.test import Client
client = Client(headers={"host": "iom.example"}, raise_request_exception=False)
def told(method, path, **how):
    answer = client.generic(method, path, **how)
    cookies = {name: {key: value for key, value in cookie.items() if value} | {"size": len(name + cookie.value)}
               for name, cookie in answer.cookies.items()}
    return {"status": answer.status_code, "headers": dict(answer.headers), "cookies": cookies,
            "text": answer.content.decode() if not answer.streaming else ""}
from django.urls import reverse
page = reverse("account_login")
print(json.dumps({
    "page": told("GET", page, secure=True),
    "plain": told("GET", page),
    "forwarded": told("GET", page, HTTP_X_FORWARDED_PROTO="https"),
    "strange host": told("GET", page, secure=True, HTTP_HOST="elsewhere.example"),
    "trace": told("TRACE", page, secure=True),
    "folder": told("GET", "/static/", secure=True),
    "source": told("GET", "/.git/config", secure=True),
    "debug": settings.DEBUG,
}))
"""


@pytest.fixture(scope="module")
def answers(django_db_setup: None) -> Any:
    sockets = quote(str(embedded_server("test").sockets), safe="")
    name = connections["owner"].settings_dict["NAME"]
    result = run(ASK, TRELLIS_DATABASE_URL=f"postgresql://trellis_app@/{name}?host={sockets}")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_the_site_is_https_alone_and_says_so_for_two_years(answers: dict[str, Any]) -> None:
    assert answers["page"]["status"] == 200
    policy = answers["page"]["headers"]["Strict-Transport-Security"]
    assert "max-age=63072000" in policy
    assert "includeSubDomains" in policy
    assert (answers["plain"]["status"], answers["plain"]["headers"]["Location"][:8]) == (301, "https://")
    assert answers["forwarded"]["status"] == 200


def test_cookies_are_bound_to_the_host_and_closed_to_scripts(answers: dict[str, Any]) -> None:
    cookies = answers["page"]["cookies"]
    assert cookies
    for name, cookie in cookies.items():
        assert name.startswith("__Host-trellis-")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] in {"Lax", "Strict"}
        assert cookie["path"] == "/"
        assert "domain" not in cookie
        assert cookie["size"] <= 4096


def test_scripts_styles_frames_and_forms_are_the_sites_own(answers: dict[str, Any]) -> None:
    headers = answers["page"]["headers"]
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert not [name for name in headers if name.startswith("Access-Control-")]


def test_nothing_is_told_of_what_runs_behind(answers: dict[str, Any]) -> None:
    assert answers["debug"] is False
    assert not {"Server", "X-Powered-By"} & set(answers["page"]["headers"])
    for asked, status in (("strange host", 400), ("trace", 405), ("folder", 404), ("source", 404)):
        assert answers[asked]["status"] == status, asked
        for word in ("Traceback", "django", "psycopg", "postgres"):
            assert word not in answers[asked]["text"].lower().replace("traceback", "Traceback"), asked
