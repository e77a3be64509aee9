"""Which of the trail an auditor reads, where one installation serves several schemes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.urls import reverse

from tests.cast import LONG_AGO, Cast
from tests.factories import make_person
from trellis.rules.vocabulary import Role
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting, User
from trellis.service.audit.models import AccessEvent, ChangeEvent
from trellis.service.people.models import Person
from trellis.service.schemes.models import Scheme

pytestmark = pytest.mark.django_db


@dataclass
class Beyond:
    """A neighbouring scheme of the same police: its auditor, one who works there and here, and somebody managed."""

    scheme: Scheme
    auditor: User
    of_both: User
    person: Person


def posted(cast: Cast, name: str, role: Role, *schemes: Scheme | None) -> User:
    user = User.objects.create(username=name, name=name.capitalize(), password="!")
    for scheme in schemes:
        Posting.objects.create(user=user, agency=cast.police, scheme=scheme, role=role, starts=LONG_AGO)
    return user


@pytest.fixture
def beyond(cast: Cast) -> Beyond:
    with acting("setup"):
        scheme = Scheme.objects.create(
            slug="beyond", name="Beyond IOM", national_label="Integrated Offender Management", area=cast.south,
            priority_grid="hm_2014", people_per_officer=20, starts=LONG_AGO,
        )  # fmt: skip
        return Beyond(
            scheme,
            posted(cast, "their_auditor", Role.AUDITOR, scheme),
            posted(cast, "of_both", Role.ANALYST, cast.scheme, scheme),
            Person.objects.create(family_name="Yonder", scheme=scheme, area=cast.south),
        )


def seen(cast: Cast, by: User, *people: Person) -> AccessEvent:
    with acting(by):
        return AccessEvent.objects.create(
            actor_id=by.pk, request_id="r", method="GET", page="home:person", status=200,
            person_ids=[person.pk for person in people],
        )  # fmt: skip


def read(auditor: User) -> tuple[set[object], set[int | None]]:
    """The events that an auditor reads of those here, and whom the changes are about that they read."""
    with acting(auditor):
        people = ChangeEvent.objects.filter(table="people_person").values_list("person_id", flat=True)
        return set(AccessEvent.objects.values_list("pk", flat=True)), set(people)


@pytest.mark.requirement("GOV-04")
def test_an_auditor_reads_of_the_schemes_they_are_posted_to(cast: Cast, beyond: Beyond) -> None:
    ours = make_person(cast)
    about_ours, about_theirs = seen(cast, beyond.of_both, ours), seen(cast, beyond.of_both, beyond.person)
    about_both, about_nobody = seen(cast, beyond.of_both, ours, beyond.person), seen(cast, beyond.of_both)
    by_ours = seen(cast, cast.police_om)
    # Somebody of ours who was let see somebody of theirs is both schemes' to ask about.
    abroad = seen(cast, cast.police_om, beyond.person)
    assert read(cast.auditor)[0] == {one.pk for one in (about_ours, about_both, about_nobody, by_ours, abroad)}
    assert read(beyond.auditor)[0] == {one.pk for one in (about_theirs, about_both, about_nobody, abroad)}
    # What the system did about somebody follows the person.
    assert ours.pk in read(cast.auditor)[1]
    assert beyond.person.pk not in read(cast.auditor)[1]
    assert read(beyond.auditor)[1] >= {beyond.person.pk}
    assert read(cast.analyst) == (set(), set())


def test_an_auditor_posted_to_no_scheme_reads_the_whole_trail(cast: Cast, beyond: Beyond) -> None:
    with acting("setup"):
        whole = posted(cast, "whole", Role.AUDITOR, None)
    made = {seen(cast, cast.police_om).pk, seen(cast, beyond.of_both, beyond.person).pk}
    assert read(whole)[0] == made
    assert {beyond.person.pk} <= read(whole)[1]


def test_the_pages_say_so_too(cast: Cast, beyond: Beyond) -> None:
    seen(cast, beyond.of_both, beyond.person)
    browser = cast.client(cast.auditor)
    browser.post(reverse("oversight:trail"), {"reason_for": "trail", "purpose": "self_monitoring"})
    page = browser.get(reverse("oversight:trail")).content.decode()
    assert f">{beyond.person.pk}<" not in page
    assert "Of_both" not in page.split("<tbody")[1]
