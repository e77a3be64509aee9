"""Courses are recorded on the word of two, shown to whoever looks after them, and a case type waits for them."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.db.utils import IntegrityError, ProgrammingError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import LONG_AGO, Cast
from tests.service.selection.people import ago, decide, make_candidate, make_referral, seen
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import LeadKind, PanelOutcome, Role
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting, User
from trellis.service.schemes.models import Cohort
from trellis.service.selection.actions import change_lead
from trellis.service.selection.models import Lead
from trellis.service.training.actions.records import record_completion, state_need, withdraw_completion
from trellis.service.training.clocks import confirmations_due, courses_due
from trellis.service.training.models import Completion, TrainingNeed

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def safe_ground(cast: Cast) -> Cohort:
    with acting("setup"):
        return Cohort.objects.create(
            scheme=cast.scheme, slug="free", name="Safe Ground", national_class="free", opens_on=LONG_AGO
        )


@pytest.fixture
def supervisor(cast: Cast) -> User:
    with acting("setup"):
        user = User.objects.create(username="sergeant", name="Sergeant", password="!")
        Posting.objects.create(
            user=user, agency=cast.police, team=cast.north_team, scheme=cast.scheme, supervises=True,
            role=Role.POLICE_OFFENDER_MANAGER, starts=LONG_AGO,
        )  # fmt: skip
    return user


def complete(cast: Cast, user: User, course: str = "domestic_abuse", days_ago: int = 10, **said: object) -> Completion:
    with acting(cast.coordinator):
        return record_completion(
            by=cast.coordinator, user=user, scheme=cast.scheme, course=course,
            completed_on=ago(days=days_ago), evidence="Certificate 4471", **said,  # type: ignore[arg-type]
        )  # fmt: skip


@pytest.mark.requirement("TRN-04")
@pytest.mark.requirement("DA-10")
def test_a_domestic_abuse_case_waits_until_its_officer_is_trained_and_competent(
    cast: Cast, safe_ground: Cohort, supervisor: User
) -> None:
    referral = make_referral(cast, make_candidate(cast))
    chosen = {"cohort": safe_ground, "leads": {LeadKind.POLICE: cast.police_om}, "lead_reason": "No other officer"}
    with pytest.raises(Refused, match="Police Om cannot lead in Safe Ground"):
        decide(cast, referral, PanelOutcome.ADOPT, **chosen)
    complete(cast, cast.police_om)
    with pytest.raises(Refused, match="not yet competent"):
        decide(cast, referral, PanelOutcome.ADOPT, **chosen)
    complete(cast, cast.police_om, competent=True)
    decide(cast, referral, PanelOutcome.ADOPT, **chosen)
    assert referral.person is not None
    person = seen(cast, referral.person)
    client, address = cast.client(cast.coordinator), reverse("selection:change_lead", args=[person.pk, "police"])
    page = client.get(address).content.decode()
    marked = re.findall(r"([^<>]+: not trained for Safe Ground)", page)
    assert [one.strip() for one in marked] == ["Sergeant, Fable police (0 of 20): not trained for Safe Ground"]
    drawn_from = page.partition('name="drawn_from" value="')[2].partition('"')[0]
    answers = {"officer": supervisor.pk, "reason": "She knows him.", "drawn_from": unescape(drawn_from)}
    refused = client.post(address, answers).content.decode()
    assert "Sergeant cannot lead in Safe Ground" in refused
    assert "Choose another officer, or record the course first." in refused
    with acting(cast.coordinator):
        assert Lead.objects.current().get(person=person, ends=None).officer == cast.police_om
    complete(cast, supervisor, competent=True)
    with acting(cast.coordinator):
        change_lead(
            by=cast.coordinator, person=person, kind=LeadKind.POLICE, officer=supervisor, reason="She knows him."
        )


def test_a_course_that_has_ended_or_is_withdrawn_gives_no_such_case(cast: Cast, safe_ground: Cohort) -> None:
    referral = make_referral(cast, make_candidate(cast))
    chosen = {"cohort": safe_ground, "leads": {LeadKind.POLICE: cast.police_om}}
    complete(cast, cast.police_om, days_ago=800, competent=True)
    with pytest.raises(Refused, match="expired on"):
        decide(cast, referral, PanelOutcome.ADOPT, **chosen)
    row = complete(cast, cast.police_om, competent=True)
    with acting(cast.coordinator):
        withdraw_completion(by=cast.coordinator, completion=row, why="Entered for the wrong officer")
    with pytest.raises(Refused, match="expired on"):
        decide(cast, referral, PanelOutcome.ADOPT, **chosen)


@pytest.mark.requirement("TRN-03")
def test_ones_own_word_counts_for_nothing_until_somebody_else_gives_theirs(cast: Cast, supervisor: User) -> None:
    officer, sergeant = cast.client(cast.police_om), cast.client(supervisor)
    mine = officer.get(reverse("training:mine")).content.decode()
    assert "Working in Integrated Offender Management" in mine
    assert mine.count("Not taken") == 3
    record = reverse("training:record", args=[cast.police_om.pk])
    answers = {"course": "domestic_abuse", "completed_on": "yesterday", "evidence": "Taught by the trainer"}
    assert "how you know" in officer.post(record, answers | {"evidence": "yes"}).content.decode()
    assert officer.post(record, answers | {"competent": "yes"}).status_code == 302
    assert "Waits to be confirmed" in officer.get(reverse("training:mine")).content.decode()
    with acting(supervisor):
        row = Completion.objects.get()
    assert (row.confirmed_by, row.competent) == (None, False)
    confirm = reverse("training:confirm", args=[row.pk])
    assert officer.post(confirm, {"competent": "yes"}).status_code == 404 or "Somebody else" in (
        officer.post(confirm, {"competent": "yes"}).content.decode()
    )
    assert "Wait for your word" in sergeant.get(reverse("training:team")).content.decode()
    assert "Say whether they can do the work" in sergeant.post(confirm, {}).content.decode()
    assert sergeant.post(confirm, {"competent": "no"}).status_code == 302
    assert "Taken, not yet competent" in officer.get(reverse("training:mine")).content.decode()
    assert sergeant.post(confirm, {"competent": "yes"}).status_code == 302
    shown = officer.get(reverse("training:mine")).content.decode()
    assert "Confirmed by Sergeant" in shown
    withdraw = reverse("training:withdraw", args=[row.pk])
    assert sergeant.post(withdraw, {"why": ""}).status_code == 200
    assert sergeant.post(withdraw, {"why": "The wrong course"}).status_code == 302
    assert sergeant.get(withdraw).status_code == 404


def test_the_database_takes_no_ones_own_word_either(cast: Cast) -> None:
    said = {
        "scheme": cast.scheme, "user": cast.police_om, "course": "domestic_abuse", "course_name": "x",
        "completed_on": TODAY, "evidence": "x", "recorded_by": cast.police_om,
    }  # fmt: skip
    with acting(cast.police_om), pytest.raises(IntegrityError):
        Completion.objects.create(**said, confirmed_by=cast.police_om, confirmed_at=timezone.now())


@pytest.mark.parametrize("who", ["probation_om", "housing_worker", "analyst", "neighbourhood"])
def test_a_colleague_sees_and_keeps_nobodys_training_but_their_own(cast: Cast, who: str) -> None:
    row = complete(cast, cast.police_om)
    user = getattr(cast, who)
    client = cast.client(user)
    assert client.get(reverse("training:mine")).status_code == 200
    assert "Nobody’s training is yours" in client.get(reverse("training:team")).content.decode()
    for name, number in (("colleague", cast.police_om.pk), ("record", cast.police_om.pk), ("confirm", row.pk)):
        assert client.get(reverse(f"training:{name}", args=[number])).status_code == 404
    with acting(user):
        assert not Completion.objects.exists()
        with pytest.raises(Refused, match="Only the supervisor of Police Om"):
            record_completion(
                by=user, user=cast.police_om, scheme=cast.scheme, course="iom", completed_on=TODAY,
                evidence="I saw it",
            )  # fmt: skip
        with pytest.raises(ProgrammingError):
            Completion.objects.create(
                scheme=cast.scheme, user=cast.police_om, course="iom", course_name="x", completed_on=TODAY,
                evidence="x", recorded_by=user,
            )  # fmt: skip


def test_a_supervisor_looks_after_their_own_team_alone(cast: Cast, supervisor: User) -> None:
    client = cast.client(supervisor)
    shown = client.get(reverse("training:team")).content.decode()
    assert "Police Om" in shown
    assert "Probation Om" not in shown
    assert client.get(reverse("training:colleague", args=[cast.police_om.pk])).status_code == 200
    assert client.get(reverse("training:colleague", args=[cast.probation_om.pk])).status_code == 404


@pytest.mark.requirement("TRN-01")
def test_needs_are_counted_beside_what_was_found_nationally(cast: Cast) -> None:
    client = cast.client(cast.police_om)
    need = reverse("training:need")
    assert "Say what would help" in client.post(need, {"trained": "yes", "sufficient": "no"}).content.decode()
    assert client.post(need, {"trained": "no", "sufficient": "no", "wish": "Anything at all"}).status_code == 302
    told = {"trained": "yes", "sufficient": "no", "courses": ["domestic_abuse"], "wish": "How to talk to the family"}
    assert client.post(need, told).status_code == 302
    assert "How to talk to the family" in client.get(reverse("training:mine")).content.decode()
    for user, sufficient in ((cast.probation_om, True), (cast.analyst, False), (cast.housing_worker, True)):
        with acting(user):
            state_need(by=user, scheme=cast.scheme, trained=sufficient, sufficient=sufficient, courses=["iom"])
    shown = cast.client(cast.coordinator).get(reverse("training:team")).content.decode()
    assert "3 of 4, 75%" in shown
    assert "2 of 4, 50%" in shown
    assert "Fewer than 75%" in shown
    assert "55%" in shown
    asked = cast.client(cast.coordinator).get(reverse("training:team") + "?show=insufficient").content.decode()
    assert "Police Om" in asked
    assert "Housing Worker" not in asked
    with acting(cast.probation_om):
        assert TrainingNeed.objects.count() == 1


def test_what_a_role_asks_for_becomes_work_in_time(cast: Cast) -> None:
    complete(cast, cast.police_om, "iom", days_ago=3 * 365 - 20)
    complete(cast, cast.police_om, "information_sharing")
    with acting(cast.housing_worker):
        own = record_completion(
            by=cast.housing_worker, user=cast.housing_worker, scheme=cast.scheme, course="information_sharing",
            completed_on=TODAY, evidence="Certificate 12",
        )  # fmt: skip
    with acting("clocks"):
        due = [one for one in courses_due(cast.scheme, TODAY) if one.user_id == cast.police_om.pk]
        others = {one.user_id for one in courses_due(cast.scheme, TODAY)}
        (confirm,) = confirmations_due(cast.scheme, TODAY)
    assert [(one.source_key, one.person_id) for one in due] == [
        (f"{cast.police_om.pk}/iom", None), (f"{cast.police_om.pk}/complex_needs", None),
    ]  # fmt: skip
    assert TODAY < due[0].due_on <= TODAY + timedelta(42)
    assert "Expires on" in due[0].reason
    assert cast.housing_worker.pk not in others
    assert cast.analyst.pk not in others
    assert (confirm.source_key, confirm.role) == (str(own.pk), Role.COORDINATOR)


def test_the_teams_page_costs_the_same_for_many(cast: Cast) -> None:
    client = cast.client(cast.coordinator)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("training:team")).status_code == 200
        return len(captured)

    few = cost()
    with acting("setup"):
        for number in range(60):
            user = User.objects.create(username=f"officer{number}", name=f"Officer {number:02}", password="!")
            Posting.objects.create(
                user=user, agency=cast.police, scheme=cast.scheme, role=Role.POLICE_OFFENDER_MANAGER, starts=LONG_AGO
            )
    complete(cast, user)
    assert cost() == few


def test_a_cohort_that_asks_for_nothing_is_led_by_anybody(cast: Cast) -> None:
    referral = make_referral(cast, make_candidate(cast))
    decide(cast, referral, PanelOutcome.ADOPT, cohort=cast.fixed, leads={LeadKind.POLICE: cast.police_om})
