"""Two supervisors hand over the same people at the same moment, in connections of their own: one wins whole."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from tests.cast import Cast, make_cast
from tests.factories import make_fact, make_person
from trellis.rules.merging import Changed
from trellis.rules.vocabulary import LeadKind, Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting, User
from trellis.service.caseload.actions.reallocating import Handing, Tasks, reallocate
from trellis.service.caseload.models import Handover
from trellis.service.people.models import Person
from trellis.service.selection.models import CohortMembership, Lead

PATIENCE_SECONDS = 120


def officer(cast: Cast, name: str) -> User:
    with acting("setup"):
        user = User.objects.create(username=name, name=name.title(), password="!")
        Posting.objects.create(
            user=user, agency=cast.police, scheme=cast.scheme, role=Role.POLICE_OFFENDER_MANAGER,
            starts=date(2020, 1, 1),
        )  # fmt: skip
    return user


def led(cast: Cast, name: str) -> Handing:
    since = timezone.localdate() - timedelta(30)
    person = make_person(cast, name, stage=Stage.MANAGED)
    make_fact(CohortMembership, person, cast.police, cohort=cast.fixed, starts=since)
    lead = make_fact(Lead, person, cast.police, kind="police", officer=cast.police_om, starts=since)
    return Handing(person, frozenset({lead.pk}), "Seen on Mondays")


@pytest.mark.prove
def test_the_slower_of_two_changes_nothing_and_is_told(committed: str) -> None:
    cast = make_cast()
    handings = [led(cast, name) for name in ("Quillfeather", "Tallowfield", "Wethercott", "Inkpenny")]
    rivals = [officer(cast, "one"), officer(cast, "other")]
    start, told = threading.Barrier(len(rivals)), []

    def hand(new: User, mine: list[Handing]) -> None:
        try:
            with acting(cast.coordinator):
                start.wait(PATIENCE_SECONDS)
                reallocate(
                    by=cast.coordinator, kind=LeadKind.POLICE, officer=new, handings=mine, reason="Two at once",
                    tasks=Tasks.MOVE,
                )  # fmt: skip
            told.append("won")
        except Changed:
            told.append("told")
        finally:
            connections.close_all()

    # In opposite orders, by which two who took their turns as they come would block each other.
    racers = [
        threading.Thread(target=hand, args=(new, mine))
        for new, mine in zip(rivals, (handings, handings[::-1]), strict=True)
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(PATIENCE_SECONDS)
    assert sorted(told) == ["told", "won"]
    with acting(cast.coordinator):
        leads = Lead.objects.current().filter(ends=None)
        assert leads.count() == Person.objects.filter(stage=Stage.MANAGED).count() == len(handings)
        assert leads.values("officer").distinct().count() == 1
        assert Handover.objects.count() == len(handings)
