"""Changing whom a restriction names: one asks, another agrees, and the database holds them to it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from tests.cast import LONG_AGO, Cast
from tests.factories import grant, make_person
from tests.service.protection.scene import WHY, go, limit, send
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import LimitKind, Role
from trellis.service.access.actor import acting
from trellis.service.access.models import Limit, LimitName, NameChange, Posting, User
from trellis.service.people.models import Person
from trellis.service.protection.actions.naming import answer_name_changes, ask_to_change_names
from trellis.service.protection.queries.limits import named_in, waiting_for
from trellis.service.schemes.models import Team

pytestmark = pytest.mark.django_db
SWAP = "She has moved to another team"


@pytest.fixture
def person(cast: Cast) -> Person:
    found = make_person(cast)
    for officer in (cast.police_om, cast.probation_om):
        grant(cast, officer, found)
    return found


@pytest.fixture
def made(cast: Cast, person: Person) -> Limit:
    return limit(cast, person, cast.coordinator, cast.police_om)


def sees(user: User, person: Person) -> bool:
    with acting(user):
        return Person.objects.filter(pk=person.pk).exists()


def ask(by: User, made: Limit, *users: User, teams: tuple[Team, ...] = (), reason: str = SWAP) -> list[NameChange]:
    with acting(by):
        return ask_to_change_names(by=by, limit=made, users=users, teams=teams, reason=reason)


def answer(by: User, made: Limit, *, agreed: bool = True) -> None:
    with acting(by):
        answer_name_changes(by=by, limit=made, agreed=agreed)


@pytest.mark.requirement("SEC-06")
def test_one_officer_takes_anothers_place_when_two_agree(cast: Cast, person: Person, made: Limit) -> None:
    wanted = {"users": [cast.coordinator.pk, cast.probation_om.pk], "reason": SWAP}
    assert send(cast, cast.coordinator, "change_names", made.pk, **wanted)[0] == 302
    assert (sees(cast.police_om, person), sees(cast.probation_om, person)) == (True, False)
    with acting(cast.information_officer):
        assert list(waiting_for(cast.information_officer)) == [made]
    status, html = go(cast, cast.information_officer, "restriction", made.pk)
    assert status == 200
    for words in ("Change of names waits", "No longer name Police Om", "Name Probation Om", SWAP, "Agree"):
        assert words.lower() in html.lower()
    assert send(cast, cast.information_officer, "answer_names", made.pk, agreed="yes")[0] == 302
    assert (sees(cast.police_om, person), sees(cast.probation_om, person)) == (False, True)
    html = go(cast, cast.coordinator, "restriction", made.pk)[1]
    assert "Change of names agreed" in html
    assert "waits for an answer" not in html


def test_whoever_asks_may_take_it_back_and_not_agree(cast: Cast, person: Person, made: Limit) -> None:
    ask(cast.coordinator, made, cast.coordinator)
    with pytest.raises(Refused, match="You asked for this change"):
        answer(cast.coordinator, made)
    assert "Take it back" in go(cast, cast.coordinator, "restriction", made.pk)[1]
    assert send(cast, cast.coordinator, "answer_names", made.pk, agreed="no")[0] == 302
    assert sees(cast.police_om, person)
    assert "Change of names not agreed" in go(cast, cast.coordinator, "restriction", made.pk)[1]
    ask(cast.coordinator, made, cast.coordinator)


@pytest.mark.parametrize("in_a_team", [False, True])
def test_nobody_agrees_to_what_is_about_them(cast: Cast, made: Limit, in_a_team: bool) -> None:
    team = cast.north_team
    if in_a_team:
        with acting("setup"):
            Posting.objects.create(
                user=cast.information_officer, agency=cast.police, scheme=cast.scheme, team=team,
                role=Role.NEIGHBOURHOOD_OFFICER, starts=LONG_AGO,
            )  # fmt: skip
        ask(cast.coordinator, made, cast.coordinator, cast.police_om, teams=(team,))
    else:
        ask(cast.coordinator, made, cast.coordinator, cast.police_om, cast.information_officer)
    with pytest.raises(Refused, match="about you"):
        answer(cast.information_officer, made)
    with acting(cast.information_officer), pytest.raises(ProgrammingError), transaction.atomic():
        NameChange.objects.update(answered_by=cast.information_officer, answered_at=timezone.now(), agreed=True)


@pytest.mark.parametrize(
    ("named", "reason", "words"),
    [
        (("coordinator", "police_om"), SWAP, "names already"),
        ((), SWAP, "Name at least one person"),
        (("housing_worker",), SWAP, "none of those named has access"),
        (("coordinator",), "because", "Say why the names change"),
    ],
)
def test_what_cannot_stand_is_refused_with_a_sentence(
    cast: Cast, made: Limit, named: tuple[str, ...], reason: str, words: str
) -> None:
    users = [getattr(cast, name).pk for name in named]
    status, html = send(cast, cast.coordinator, "change_names", made.pk, users=users, reason=reason)
    assert (status, words in html) == (200, True)


def test_one_change_waits_at_a_time_and_what_no_longer_holds_is_not_agreed_to(
    cast: Cast, person: Person, made: Limit
) -> None:
    ask(cast.coordinator, made, cast.police_om)
    with pytest.raises(Refused, match="waits for an answer already"):
        ask(cast.information_officer, made, cast.probation_om)
    limit(cast, person, cast.police_om, kind=LimitKind.EXCLUSION, by=cast.information_officer)
    with pytest.raises(Refused, match="Nobody could open"):
        answer(cast.information_officer, made)
    answer(cast.information_officer, made, agreed=False)
    with pytest.raises(Refused, match="No change of the names waits"):
        answer(cast.information_officer, made)


def test_the_page_offers_those_named_already_even_if_they_have_left(cast: Cast, made: Limit) -> None:
    with acting("setup"):
        cast.police_om.postings.update(ends=timezone.localdate())
    html = go(cast, cast.coordinator, "change_names", made.pk)[1]
    box = html[html.index(f'value="{cast.police_om.pk}"') :]
    assert "checked" in box[: box.index(">")]


@pytest.mark.requirement("SEC-06")
def test_whom_an_exclusion_is_to_name_learns_nothing_of_it(cast: Cast, person: Person) -> None:
    made = limit(cast, person, cast.police_om, kind=LimitKind.EXCLUSION, by=cast.information_officer)
    ask(cast.information_officer, made, cast.police_om, cast.coordinator, reason=WHY)
    html = go(cast, cast.coordinator, "restriction", made.pk)[1]
    assert "waits for an answer" not in html
    assert "Change of names" not in html
    with acting(cast.coordinator):
        assert not NameChange.objects.exists()


def test_the_database_changes_no_name_that_two_have_not_agreed_to(cast: Cast, made: Limit) -> None:
    def write(by: User, act: Any) -> bool:
        """Whether the database lets somebody do it."""
        try:
            with acting(by), transaction.atomic():
                return bool(act())
        except ProgrammingError:
            return False

    def end_all() -> int:
        return LimitName.objects.filter(limit=made).update(ends_at=timezone.now())

    def name(user: User) -> Any:
        return lambda: LimitName.objects.create(limit=made, user=cast.probation_om, named_by=user)

    asked = ask(cast.coordinator, made, cast.coordinator, cast.police_om, cast.probation_om)
    with acting(cast.information_officer):
        Limit.objects.filter(pk=made.pk).update(approved_by=cast.information_officer, approved_at=timezone.now())
    for user in (cast.coordinator, cast.information_officer):
        assert not write(user, end_all)
        assert not write(user, name(user))
    answered = {"answered_at": timezone.now(), "agreed": True}
    assert not write(cast.coordinator, lambda: NameChange.objects.update(answered_by=cast.coordinator, **answered))
    answer(cast.information_officer, made)
    assert not write(cast.coordinator, name(cast.coordinator))
    # Taken off again, whoever agreed to the name before does not bring it back alone.
    ask(cast.information_officer, made, cast.coordinator, cast.police_om)
    answer(cast.coordinator, made)
    assert not write(cast.information_officer, name(cast.information_officer))
    with acting(cast.coordinator):
        assert named_in(made) == {cast.coordinator.pk, cast.police_om.pk}
        with pytest.raises(ProgrammingError), transaction.atomic():
            NameChange.objects.filter(pk=asked[0].pk).update(agreed=False, answered_at=timezone.now())
