"""Production refuses what would not be safe, each refusal a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64encode
from urllib.parse import quote

import pytest
from django.db import connections

from trellis.service.common.embedded_postgres import embedded_server

ENVIRONMENT = {
    "TRELLIS_MODE": "production",
    "TRELLIS_SECRET_KEY": "x" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz",
    "TRELLIS_ALLOWED_HOSTS": "iom.example",
    "TRELLIS_DATABASE_URL": "postgresql://trellis_app@/trellis",
    "TRELLIS_OWNER_DATABASE_URL": "postgresql://trellis_owner@/trellis",
    "TRELLIS_TRAIL_KEY": b64encode(bytes(range(32))).decode(),
    "TRELLIS_ANCHOR_KEY": b64encode(bytes(range(32, 64))).decode(),
    "TRELLIS_FIELD_KEYS": b64encode(bytes(range(64, 96))).decode(),
    "DJANGO_SETTINGS_MODULE": "trellis.service.config.settings",
}


def run(code: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    surroundings = {"PATH": os.environ["PATH"], **ENVIRONMENT, **{k: v for k, v in environment.items() if v}}
    for name in [name for name, value in environment.items() if value is None]:
        surroundings.pop(name)
    return subprocess.run([sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, check=False)


def last_words(result: subprocess.CompletedProcess[str]) -> str:
    return result.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "name", [name for name in ENVIRONMENT if name not in {"TRELLIS_MODE", "DJANGO_SETTINGS_MODULE"}]
)
def test_production_needs_each_of_its_settings(name: str) -> None:
    result = run("import trellis.service.config.settings", **{name: None})
    assert result.returncode
    assert f"{name} is not set" in last_words(result)


def test_a_short_key_and_another_database_are_refused() -> None:
    assert "shorter than 50" in last_words(run("import trellis.service.config.settings", TRELLIS_SECRET_KEY="short"))
    other = run("import trellis.service.config.settings", TRELLIS_DATABASE_URL="sqlite:///x")
    assert "PostgreSQL alone" in last_words(other)


@pytest.mark.parametrize("name", ["TRELLIS_TRAIL_KEY", "TRELLIS_ANCHOR_KEY"])
@pytest.mark.parametrize("key", ["not base64 at all!", b64encode(bytes(31)).decode()])
def test_a_short_key_of_the_trail_is_refused(name: str, key: str) -> None:
    words = last_words(run("import trellis.service.config.settings", **{name: key}))
    assert f"{name} is not the base64 text of" in words
    assert "openssl rand -base64 32" in words


def test_field_keys_and_a_list_of_passwords_that_are_none_are_refused() -> None:
    keys = run("import trellis.service.config.settings", TRELLIS_FIELD_KEYS="c2hvcnQ=")
    assert "field key is 32 random bytes" in last_words(keys)
    nowhere = run("import trellis.service.config.settings", TRELLIS_BREACHED_PASSWORDS="nowhere.txt")
    assert "nowhere.txt, which is not a file" in last_words(nowhere)


def test_the_deployment_check_is_clean() -> None:
    result = run(
        "import django; django.setup(); from django.core.management import call_command;"
        "call_command('check', deploy=True, fail_level='WARNING')"
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "fault"), [("postgres", "is a superuser"), ("trellis_owner", "owns tables")])
def test_a_role_that_escapes_row_security_is_refused(role: str, fault: str) -> None:
    sockets = quote(str(embedded_server("test").sockets), safe="")
    name = connections["owner"].settings_dict["NAME"]
    result = run(
        "import trellis.service.config.wsgi", TRELLIS_DATABASE_URL=f"postgresql://{role}@/{name}?host={sockets}"
    )
    assert result.returncode
    assert fault in last_words(result)


@pytest.mark.django_db
def test_the_application_role_is_accepted_and_the_demo_is_not_there() -> None:
    sockets = quote(str(embedded_server("test").sockets), safe="")
    name = connections["owner"].settings_dict["NAME"]
    result = run(
        "import trellis.service.config.wsgi; from django.urls import get_resolver;"
        "print([p for p in get_resolver().url_patterns if 'demo' in str(p.pattern)])",
        TRELLIS_DATABASE_URL=f"postgresql://trellis_app@/{name}?host={sockets}",
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "[]"
