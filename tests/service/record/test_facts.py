"""What was known of many people is read at once, as known at a moment, and put right without loss."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.cast import Cast
from tests.factories import make_fact, make_person
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import CustodyKind, Finding, RiskOfHarm, SupervisionKind
from trellis.service.access.actor import acting
from trellis.service.people.correcting import correct, end
from trellis.service.record.actions import mark_principal
from trellis.service.record.models import AgencyScore, Arrest, Custody, Disposal, Registration, Supervision
from trellis.service.record.queries import events_of, facts_of

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2026, 1, 1)


def test_reads_every_kind_in_the_rules_own_words(cast: Cast) -> None:
    person = make_person(cast)
    make_fact(Disposal, person, cast.police, happened_on=NEW_YEAR, ho_code="02801", finding="guilty_plea")
    make_fact(Custody, person, cast.police, kind="remand", starts=NEW_YEAR, ends=date(2026, 3, 1))
    make_fact(Supervision, person, cast.probation, kind="licence", starts=date(2026, 3, 1))
    make_fact(Registration, person, cast.probation, code="RHRH", title="High", risk_of_harm="high", starts=NEW_YEAR)
    make_fact(AgencyScore, person, cast.probation, predictor="OGRS3", percent_2y=81, happened_on=NEW_YEAR)
    make_fact(Arrest, person, cast.police, happened_on=NEW_YEAR, ho_code="02801")
    with acting(cast.coordinator):
        facts = facts_of([person.pk])[person.pk]
        assert [arrest.ho_code for arrest in events_of(Arrest, [person.pk])[person.pk]] == ["02801"]
    assert facts.disposals[0].finding is Finding.GUILTY_PLEA
    assert facts.custody[0].kind is CustodyKind.REMAND
    assert facts.custody_on(date(2026, 2, 28)) == facts.custody[0]
    assert facts.custody_on(date(2026, 3, 1)) is None, "the day of release is free"
    assert [each.kind for each in facts.supervision_on(date(2026, 3, 1))] == [SupervisionKind.LICENCE]
    assert [each.risk_of_harm for each in facts.registrations_on(NEW_YEAR)] == [RiskOfHarm.HIGH]
    assert facts.agency_scores[0].agency == "Fable probation"


@pytest.mark.parametrize("people", [3, 300])
def test_facts_take_as_many_queries_for_three_as_for_three_hundred(
    cast: Cast, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = [make_person(cast, f"Person{number}").pk for number in range(people)]
    with acting(cast.coordinator), django_assert_num_queries(5):
        assert len(facts_of(made)) == people


def test_a_correction_is_unknown_before_it_was_made(cast: Cast) -> None:
    person = make_person(cast)
    spell = make_fact(Custody, person, cast.police, kind="remand", starts=NEW_YEAR, source="prison", source_key="A1")
    with acting(cast.coordinator):
        before = timezone.now()
        again = correct(spell, kind="sentence", recorded_by=cast.coordinator)
        assert (again.source_key, again.recorded_by, again.pk != spell.pk) == ("A1", cast.coordinator, True)
        assert [each.kind for each in facts_of([person.pk])[person.pk].custody] == [CustodyKind.SENTENCE]
        assert [each.kind for each in facts_of([person.pk], known_on=before)[person.pk].custody] == [CustodyKind.REMAND]


def test_a_spell_ended_on_its_first_day_never_held(cast: Cast) -> None:
    person = make_person(cast)
    spell = make_fact(Supervision, person, cast.probation, kind="licence", starts=NEW_YEAR)
    with acting(cast.coordinator):
        end(spell, NEW_YEAR)
        assert facts_of([person.pk])[person.pk].supervision == ()


def test_one_offence_of_a_day_is_marked_principal(cast: Cast) -> None:
    person = make_person(cast)
    offences = [
        make_fact(Disposal, person, cast.police, happened_on=NEW_YEAR, ho_code=code, finding="caution", principal=True)
        for code in ("02801", "03401")
    ]
    with acting(cast.coordinator):
        mark_principal(by=cast.coordinator, disposal=offences[1])
        now = Disposal.objects.current().filter(person=person)
        assert {row.ho_code: row.principal for row in now} == {"02801": False, "03401": True}
        with pytest.raises(Refused, match="has been corrected"):
            mark_principal(by=cast.coordinator, disposal=offences[0])
    with acting(cast.analyst), pytest.raises(Refused, match="may not change"):
        mark_principal(by=cast.analyst, disposal=offences[1])


def test_what_was_recorded_later_was_not_known_before(cast: Cast) -> None:
    person = make_person(cast)
    make_fact(Supervision, person, cast.probation, kind="licence", starts=NEW_YEAR)
    with acting(cast.coordinator):
        assert facts_of([person.pk], known_on=timezone.now() - timedelta(days=1))[person.pk].supervision == ()
