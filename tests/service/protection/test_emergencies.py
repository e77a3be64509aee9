"""Emergency access: at once, for an hour, never victim safety, with an alert and a review."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from tests.cast import LONG_AGO, Cast
from tests.factories import make_person
from tests.service.protection.scene import answer, go, limit, send
from trellis.rules.errors import Refused
from trellis.rules.notices import NoticeKind
from trellis.rules.vocabulary import Compartment, GrantBasis, LimitKind, Role
from trellis.service.access.actor import acting
from trellis.service.access.models import EmergencyReview, Grant, Posting, User
from trellis.service.audit.models import AccessEvent
from trellis.service.people.models import Person, SensitiveNote
from trellis.service.protection.actions.emergencies import end_emergency, open_in_emergency, review_emergency
from trellis.service.protection.queries.emergencies import emergencies
from trellis.service.work.models import Notice

pytestmark = pytest.mark.django_db
WHY = "He has told a neighbour that he will kill himself tonight"
FINDING = "A threat to life, and nobody else could be reached"


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast)
    limit(cast, person, cast.coordinator)
    return person


def break_glass(cast: Cast, person: Person) -> Grant:
    with acting(cast.police_om):
        return open_in_emergency(by=cast.police_om, person_id=person.pk, reason=WHY)


@pytest.mark.requirement("SEC-06")
def test_it_opens_a_restricted_record_at_once_and_says_so_on_its_pages(cast: Cast, person: Person) -> None:
    client, address = cast.client(cast.police_om), reverse("home:person", args=[person.pk])
    assert client.get(address).status_code == 403
    before = answer(client.get(reverse("protection:emergency", args=[person.pk])))[1]
    for words in ("60 minutes", "never victim safety", "alerted at once", "within two working days"):
        assert words in before
    assert client.post(reverse("protection:emergency", args=[person.pk]), {"reason": WHY}).status_code == 302
    status, html = answer(client.get(address))
    assert (status, "Quillfeather" in html, "Emergency access until" in html) == (200, True, True)
    client.post(reverse("protection:end_emergency", args=[person.pk]))
    assert client.get(address).status_code == 403


def test_it_opens_all_but_victim_safety(cast: Cast, person: Person) -> None:
    with acting(cast.coordinator):
        for compartment in Compartment:
            if compartment is not Compartment.CORE:
                SensitiveNote.objects.create(
                    person=person, agency=cast.police, recorded_by=cast.coordinator, compartment=compartment,
                    happened_on=timezone.localdate(), text=f"About {compartment}",
                )  # fmt: skip
    break_glass(cast, person)
    with acting(cast.police_om):
        seen = set(SensitiveNote.objects.filter(person=person).values_list("compartment", flat=True))
    assert seen == {"health", "intelligence", "psychology"}


def test_the_information_officer_is_told_at_once_and_by_no_name(cast: Cast, person: Person) -> None:
    break_glass(cast, person)
    with acting(cast.information_officer):
        notices = list(Notice.objects.filter(user=cast.information_officer))
    assert [(notice.kind, notice.person_id) for notice in notices] == [(NoticeKind.EMERGENCY, None)]
    assert "Emergency access to review" in answer(cast.client(cast.information_officer).get("/"))[1]


def test_an_attempt_that_is_refused_is_told_to_the_information_officer_and_stands_in_the_trail(cast: Cast) -> None:
    person = make_person(cast, "Ravensmere")
    limit(cast, person, cast.police_om, kind=LimitKind.EXCLUSION)
    assert send(cast, cast.police_om, "emergency", person.pk, reason=WHY)[0] == 200
    assert told(cast.information_officer) == [(None, "refused")]
    assert "was tried and refused" in answer(cast.client(cast.information_officer).get("/"))[1]
    with acting(cast.auditor):
        event = AccessEvent.objects.get(page="protection:emergency")
    assert (event.detail["asked_for"], event.detail["reason"], event.status) == (person.pk, WHY, 200)


def test_a_weak_reason_alarms_nobody(cast: Cast, person: Person) -> None:
    assert send(cast, cast.police_om, "emergency", person.pk, reason="urgent")[0] == 200
    assert told(cast.information_officer) == []


def told(user: User) -> list[tuple[int | None, str | None]]:
    with acting(user):
        return [(one.person_id, one.data.get("case")) for one in Notice.objects.filter(user=user)]


def test_without_an_information_officer_the_coordinators_are_alerted(cast: Cast, person: Person) -> None:
    with acting("setup"):
        Posting.objects.filter(user=cast.information_officer).update(ends=timezone.localdate())
    assert send(cast, cast.police_om, "emergency", person.pk, reason=WHY)[0] == 302
    assert (told(cast.coordinator), told(cast.information_officer)) == ([(None, "nobody_reviews")], [])
    html = answer(cast.client(cast.coordinator).get("/"))[1]
    assert "no information officer is posted to review it" in html
    assert reverse("protection:emergencies") not in html


def test_the_only_information_officer_learns_that_nobody_can_review_their_own(cast: Cast, person: Person) -> None:
    with acting("setup"):
        Posting.objects.create(
            user=cast.information_officer, agency=cast.police, scheme=cast.scheme, role=Role.POLICE_OFFENDER_MANAGER,
            starts=LONG_AGO,
        )  # fmt: skip
    assert send(cast, cast.information_officer, "emergency", person.pk, reason=WHY)[0] == 302
    assert told(cast.coordinator) == [(None, "nobody_reviews")]
    assert "Nobody can review your own emergency access" in go(cast, cast.information_officer, "emergencies")[1]


def test_a_third_hour_waits_for_the_review_of_the_two_before(cast: Cast, person: Person) -> None:
    grants = []
    for _ in range(2):
        grants.append(break_glass(cast, person))
        with acting(cast.police_om):
            end_emergency(by=cast.police_om, person_id=person.pk)
    with pytest.raises(Refused, match="Ring your information officer"):
        break_glass(cast, person)
    now = timezone.now()
    third = Grant(
        user=cast.police_om, granted_by=cast.police_om, person_id=person.pk, scheme=cast.scheme, agency=cast.police,
        compartments=[Compartment.CORE], basis=GrantBasis.BREAK_GLASS, reason=WHY,
        starts_at=now, ends_at=now + timedelta(minutes=30),
    )  # fmt: skip
    with acting(cast.police_om), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        third.save(force_insert=True)
    with acting(cast.information_officer):
        review_emergency(by=cast.information_officer, grant=grants[0], justified=True, note=FINDING)
    assert break_glass(cast, person).pk


def test_roles_that_may_not_are_refused_and_a_stranger_learns_nothing(cast: Cast, person: Person) -> None:
    for user in (cast.analyst, cast.housing_worker, cast.stranger, cast.information_officer):
        assert send(cast, user, "emergency", person.pk, reason=WHY)[0] == 403
    assert go(cast, cast.police_om, "emergency", 999_999_999)[0] == 404


@pytest.mark.parametrize("reason", ["", "urgent", "aaa aaa aaa"])
def test_a_reason_that_nobody_can_weigh_is_refused(cast: Cast, person: Person, reason: str) -> None:
    assert send(cast, cast.police_om, "emergency", person.pk, reason=reason)[0] == 200
    with acting(cast.police_om):
        assert not Person.objects.filter(pk=person.pk).exists()


def test_an_exclusion_is_not_broken_and_the_words_do_not_say_so(cast: Cast) -> None:
    person = make_person(cast, "Ravensmere")
    limit(cast, person, cast.police_om, kind=LimitKind.EXCLUSION)
    status, html = send(cast, cast.police_om, "emergency", person.pk, reason=WHY)
    assert (status, "cannot be opened in an emergency" in html, "exclu" in html.lower()) == (200, True, False)
    hidden = make_person(cast, "Aldwyn")
    limit(cast, hidden, cast.coordinator, kind=LimitKind.STEALTH)
    assert go(cast, cast.police_om, "emergency", hidden.pk)[0] == 404


def test_it_is_taken_once_at_a_time_and_for_ones_own_scheme(cast: Cast, person: Person) -> None:
    break_glass(cast, person)
    with pytest.raises(Refused, match="already"):
        break_glass(cast, person)
    with acting("setup"):
        elsewhere = type(cast.scheme).objects.create(
            slug="elsewhere", name="Elsewhere", area=cast.force, priority_grid="hm_2014", starts=timezone.localdate()
        )
    now = timezone.now()
    with acting(cast.police_om), pytest.raises(ProgrammingError), transaction.atomic():
        Grant.objects.create(
            user=cast.police_om, granted_by=cast.police_om, person_id=person.pk, scheme=elsewhere, agency=cast.police,
            compartments=["core"], basis=GrantBasis.BREAK_GLASS, reason=WHY, starts_at=now,
            ends_at=now + timedelta(minutes=5),
        )  # fmt: skip


def test_the_review_shows_what_was_read_and_keeps_the_finding(cast: Cast, person: Person) -> None:
    client = cast.client(cast.police_om)
    client.post(reverse("protection:emergency", args=[person.pk]), {"reason": WHY})
    client.get(reverse("home:person", args=[person.pk]))
    with acting(cast.information_officer):
        (grant,) = emergencies(reviewed=False)
    status, html = go(cast, cast.information_officer, "review_emergency", grant.pk)
    assert status == 200
    for words in ("Police Om", WHY, ">Person<", f"Record {person.pk}, which you may not open"):
        assert words in html
    sent = send(cast, cast.information_officer, "review_emergency", grant.pk, justified="yes", note=FINDING)
    assert sent[0] == 302
    assert FINDING in go(cast, cast.information_officer, "review_emergency", grant.pk)[1]
    assert "Waiting for review" in go(cast, cast.information_officer, "emergencies")[1]
    with acting(cast.information_officer), pytest.raises(Refused, match="reviewed already"):
        review_emergency(by=cast.information_officer, grant=grant, justified=True, note=FINDING)


def test_nobody_but_the_information_officer_reviews_and_overdue_ones_say_so(cast: Cast, person: Person) -> None:
    grant = break_glass(cast, person)
    for user in (cast.coordinator, cast.police_om, cast.analyst, cast.stranger):
        assert go(cast, user, "emergencies")[0] == 403
        assert send(cast, user, "review_emergency", grant.pk, justified="yes", note=FINDING)[0] == 403
    assert send(cast, cast.information_officer, "review_emergency", grant.pk, justified="", note="")[0] == 200
    assert "Overdue" not in go(cast, cast.information_officer, "emergencies")[1]
    with acting("setup"):
        assert not EmergencyReview.objects.exists()
