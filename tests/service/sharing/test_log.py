"""Each share, disclosure and refusal is an act of its own, on grounds that hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import SharingAgreement, User
from trellis.service.people.models import Person
from trellis.service.sharing.models import Consent, InformationShared
from trellis.service.work.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    grant(cast, cast.housing_worker, person)
    return person


def told(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "act": "share", "recipient": cast.housing.pk, "recipient_name": "", "what": "The release date",
        "basis": "agreement", "power": "", "reason": "To hold a room", "conditions": "", "happened_on": "today",
    } | changes  # fmt: skip


def send(cast: Cast, person: Person, by: User, **changes: Any) -> Any:
    return cast.client(by).post(reverse("sharing:record", args=[person.pk]), told(cast, **changes))


@pytest.mark.requirement("SEC-02")
def test_a_share_is_in_the_log_with_its_grounds(cast: Cast, person: Person) -> None:
    assert send(cast, person, cast.police_om).status_code == 302
    with acting(cast.police_om):
        act = InformationShared.objects.get()
    assert (act.act, act.recipient, act.agreement, act.agency) == ("share", cast.housing, cast.agreement, cast.police)
    page = cast.client(cast.police_om).get(reverse("sharing:log", args=[person.pk])).content.decode()
    assert "The release date" in page
    assert "To hold a room" in page


def test_a_partner_records_its_own_and_reads_no_others(cast: Cast, person: Person) -> None:
    assert send(cast, person, cast.police_om, what="Told by the police").status_code == 302
    assert send(cast, person, cast.housing_worker, recipient=cast.police.pk, what="Told by housing").status_code == 302
    page = cast.client(cast.housing_worker).get(reverse("sharing:log", args=[person.pk])).content.decode()
    assert "Told by housing" in page
    assert "Told by the police" not in page


def test_a_disclosure_and_a_refusal_are_acts_of_their_own(cast: Cast, person: Person) -> None:
    landlord = {"recipient": "", "recipient_name": "The landlord of 2 Quill Row", "asker": "The landlord"}
    assert send(cast, person, cast.police_om, act="disclosure", basis="power", power="An Act, section 1", **landlord)
    assert send(cast, person, cast.police_om, act="refusal", basis="", **landlord).status_code == 302
    with acting(cast.police_om):
        assert sorted(InformationShared.objects.values_list("act", "basis")) == [
            ("disclosure", "power"),
            ("refusal", ""),
        ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"recipient": ""}, "error-summary"),
        ({"act": "disclosure"}, "error-summary"),
        ({"act": "disclosure", "recipient_name": "A landlord"}, "covers its parties alone"),
        ({"basis": ""}, "on what basis"),
        ({"contents": ["police_national_computer"]}, "may not be passed on"),
        ({"basis": "consent"}, "No consent to share"),
        ({"reason": " "}, "error-summary"),
    ],
)
@pytest.mark.requirement("SEC-05")
def test_what_may_not_be_shared_is_refused_with_a_sentence(
    cast: Cast, person: Person, changes: dict[str, Any], says: str
) -> None:
    response = send(cast, person, cast.police_om, **changes)
    assert response.status_code == 200
    assert says in response.content.decode()
    with acting(cast.police_om):
        assert not InformationShared.objects.exists()


@pytest.mark.requirement("SEC-02")
def test_past_its_review_nothing_new_is_shared_and_the_page_says_so(cast: Cast, person: Person) -> None:
    with acting("setup"):
        SharingAgreement.objects.update(review_on=timezone.localdate() - timedelta(days=1))
    response = send(cast, person, cast.police_om)
    assert "nothing new is until the agreement has been reviewed" in response.content.decode()
    with acting(cast.housing_worker):
        assert Person.objects.filter(pk=person.pk).exists()


def test_consent_carries_a_share_until_it_is_withdrawn(cast: Cast, person: Person) -> None:
    client = cast.client(cast.police_om)
    asked = {
        "with_agency": cast.housing.pk, "was_given": "yes", "purpose": "Housing", "how": "In person",
        "starts": f"{timezone.localdate() - timedelta(days=3):%d/%m/%Y}",
    }  # fmt: skip
    assert client.post(reverse("sharing:consent", args=[person.pk]), asked).status_code == 302
    assert send(cast, person, cast.police_om, basis="consent").status_code == 302
    with acting(cast.police_om):
        consent = Consent.objects.current().get()
        assert InformationShared.objects.get().consent == consent
    assert client.post(reverse("sharing:withdraw", args=[consent.pk]), {"ends": "today"}).status_code == 302
    assert "No consent to share" in send(cast, person, cast.police_om, basis="consent").content.decode()


def test_consent_is_withdrawn_by_whoever_recorded_it_or_a_coordinator(cast: Cast, person: Person) -> None:
    with acting(cast.housing_worker):
        consent = Consent.objects.create(
            person=person, agency=cast.housing, recorded_by=cast.housing_worker, with_agency=cast.probation, given=True,
            purpose="Housing", how="In person", starts=timezone.localdate() - timedelta(days=3),
        )  # fmt: skip
    address = reverse("sharing:withdraw", args=[consent.pk])
    response = cast.client(cast.police_om).post(address, {"ends": "today"})
    assert response.status_code == 403
    assert "Fable housing recorded this consent" in response.content.decode()
    with acting(cast.housing_worker):
        assert Consent.objects.current().get().ends is None
    assert cast.client(cast.coordinator).post(address, {"ends": "today"}).status_code == 302


def test_who_may_not(cast: Cast, person: Person) -> None:
    page = reverse("sharing:log", args=[person.pk])
    assert cast.client(cast.analyst).get(page).status_code == 403
    assert cast.client(cast.stranger).get(page).status_code == 403
    elsewhere = make_person(cast, "Elsewhere", stage=Stage.MANAGED)
    assert cast.client(cast.housing_worker).get(reverse("sharing:log", args=[elsewhere.pk])).status_code == 404


def test_as_many_queries_for_many_entries_as_for_few(
    cast: Cast, person: Person, django_assert_max_num_queries: Any
) -> None:
    client, page = cast.client(cast.police_om), reverse("sharing:log", args=[person.pk])
    for _ in range(3):
        send(cast, person, cast.police_om)
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(100) as queries:
            client.get(page)
        counts.append(len(queries))
        for _ in range(9):
            send(cast, person, cast.police_om)
    assert counts[0] == counts[1]


@pytest.mark.requirement("PLN-10")
def test_a_shared_item_becomes_an_action_with_an_owner_and_a_day(cast: Cast, person: Person) -> None:
    send(cast, person, cast.police_om)
    with acting(cast.police_om):
        act = InformationShared.objects.get()
    page = reverse("sharing:give_task", args=[act.pk])
    client = cast.client(cast.police_om)
    assert "It follows from: The release date" in client.get(page).content.decode()
    said = {"reason": "Hold the room until then", "due_on": "tomorrow", "repeats": "", "whose": "colleague"}
    response = client.post(page, said | {"colleague": cast.housing_worker.pk})
    assert response["Location"] == reverse("sharing:log", args=[person.pk])
    log = client.get(response["Location"]).content.decode()
    assert "Hold the room until then</a>, Housing Worker, due" in log
    # One action at a time: the log offers none while one is open, and asking again gives that one back.
    assert page not in log
    client.post(page, said | {"colleague": cast.housing_worker.pk})
    with acting(cast.housing_worker):
        (task,) = Task.objects.all()
        assert (task.kind, task.due_on, task.source_key) == (
            TaskKind.SHARED_ITEM, timezone.localdate() + timedelta(1), str(act.pk),
        )  # fmt: skip
    assert cast.client(cast.neighbourhood).get(page).status_code == 403
    assert cast.client(cast.housing_worker).get(page).status_code == 404
