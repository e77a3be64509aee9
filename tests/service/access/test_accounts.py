"""Making accounts."""

from __future__ import annotations

import argparse

import pytest

from tests.cast import Cast
from tests.factories import make_person
from trellis.commands import CommandError, _service, scheme, user
from trellis.rules.access import STAGES_SEEN
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Role
from trellis.service.access.actions import add_user
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db
PASSWORD = "a long and plain sentence"


def add(cast: Cast, role: Role = Role.COORDINATOR, **changes: object) -> User:
    values = {
        "username": "new.person", "name": "New Person", "role": role, "agency": cast.police, "scheme": cast.scheme,
        "password": PASSWORD,
    }  # fmt: skip
    with acting("setup") as actor:
        return add_user(by=User.objects.get(pk=actor.user_id), **(values | changes))


def test_every_role_says_whom_it_sees() -> None:
    assert set(STAGES_SEEN) == set(Role)


@pytest.mark.parametrize(("role", "seen"), [(Role.COORDINATOR, 1), (Role.PARTNER_WORKER, 0), (Role.ANALYST, 0)])
def test_a_role_brings_its_sight_and_no_more(cast: Cast, role: Role, seen: int) -> None:
    make_person(cast)
    new = add(cast, role)
    assert new.check_password(PASSWORD)
    with acting(new):
        assert Person.objects.count() == seen


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"username": "Coordinator"}, "already"),
        ({"password": "short"}, "at least 15"),
    ],
)
def test_what_will_not_do_is_refused(cast: Cast, changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        add(cast, **changes)


def test_a_team_of_another_agency_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="not a team of"):
        add(cast, agency=cast.housing, team=cast.north_team)


def test_the_commands_make_a_scheme_and_a_user(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_service, "prepare", lambda **_: None)
    monkeypatch.setattr("getpass.getpass", lambda prompt: PASSWORD)
    scheme.run(argparse.Namespace(key="fable"))
    user.run(
        argparse.Namespace(
            username="a.name", name="A Name", role="coordinator", scheme="fable", agency="fable-police", team=None
        )
    )
    said = capsys.readouterr().out
    assert "A Name can sign in as a.name." in said
    assert "Later accounts are made on the page Users" in said
    with pytest.raises(CommandError, match="no scheme nowhere"):
        scheme.run(argparse.Namespace(key="nowhere"))
