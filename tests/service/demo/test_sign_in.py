"""The demonstration's sign-in: its cast by a button, nobody else, and nowhere in production."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse

from tests.architecture.tree import ROOT
from tests.cast import Cast
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting, User
from trellis.service.demo.cast import CAST

pytestmark = pytest.mark.django_db
MEMBER = CAST[0]


@pytest.fixture
def member(cast: Cast) -> User:
    with acting("setup"):
        user = User.objects.create(username=MEMBER.username, name=MEMBER.name, password="!")
        Posting.objects.create(
            user=user, agency=cast.police, scheme=cast.scheme, role=MEMBER.role, starts=cast.scheme.starts
        )
    return user


def test_lists_the_cast_with_what_each_can_try(member: User, client: Client) -> None:
    page = client.get(reverse("demo:cast")).content.decode()
    assert MEMBER.name in page
    assert MEMBER.tries in page
    assert CAST[1].name not in page


def test_a_button_signs_in(member: User, client: Client) -> None:
    response = client.post(reverse("demo:sign_in"), {"username": MEMBER.username}, follow=True)
    assert f"Signed in as </span>{MEMBER.name}" in response.content.decode()


def test_only_the_cast_can_be_named(cast: Cast, member: User, client: Client) -> None:
    for username in ("coordinator", "feeds", "", "nobody"):
        assert client.post(reverse("demo:sign_in"), {"username": username}).status_code == 404
    assert client.get(reverse("demo:sign_in")).status_code == 405
    assert client.get(reverse("home:work")).status_code == 302


def test_an_empty_demonstration_says_how_to_begin(cast: Cast, client: Client) -> None:
    assert "Run make demo" in client.get(reverse("demo:cast")).content.decode()


PRODUCTION = {
    "TRELLIS_MODE": "production",
    "TRELLIS_SECRET_KEY": "k" * 60,
    "TRELLIS_ALLOWED_HOSTS": "trellis.example",
    "TRELLIS_DATABASE_URL": "postgresql://app@localhost/none",
    "TRELLIS_OWNER_DATABASE_URL": "postgresql://owner@localhost/none",
    "TRELLIS_TRAIL_KEY": f"{'A' * 43}=",
    "TRELLIS_ANCHOR_KEY": f"{'A' * 43}=",
    "TRELLIS_FIELD_KEYS": f"{'A' * 43}=",
    "DJANGO_SETTINGS_MODULE": "trellis.service.config.settings",
}
LOOK = """
import django; django.setup()
from django.conf import settings
from django.urls import Resolver404, resolve
assert "trellis.service.demo" not in settings.INSTALLED_APPS
try:
    resolve("/demo/")
except Resolver404:
    print("absent")
"""


def test_is_absent_from_production() -> None:
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOOK],
        env=os.environ | PRODUCTION,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout.strip() == "absent", found.stderr
