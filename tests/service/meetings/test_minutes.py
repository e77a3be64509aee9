"""From a plan to minutes: who is expected, what is captured, what each recipient reads, what partners bring."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.editing import hidden_in, opened, send
from tests.factories import make_person
from tests.service.meetings.scene import AS_POSTED, TODAY, held, managed, on_agenda, planned, said_of
from trellis.rules.vocabulary import Came, Compartment, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant, User
from trellis.service.meetings.models import Attendance, Meeting, Minute, PersonItem
from trellis.service.work.models import Task

pytestmark = pytest.mark.django_db
NEXT_WEEK = (TODAY + timedelta(7)).isoformat()


def get(cast: Cast, user: User, name: str, *args: Any) -> str:
    response = cast.client(user).get(reverse(name, args=args))
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.mark.requirement("SEC-03")
def test_probation_is_left_out_only_with_a_reason_that_everybody_reads(cast: Cast) -> None:
    client, address = cast.client(cast.coordinator), reverse("meetings:plan", args=["panel"])
    answers = AS_POSTED | {"expected": [cast.police.pk, cast.housing.pk], "chair": "Chair Person"}
    refused = client.post(address, answers).content.decode()
    assert "Say why a usual member is not expected: Fable probation" in refused
    assert 'value="Chair Person"' in refused
    with acting(cast.coordinator):
        assert not Meeting.objects.exists()
    client.post(address, answers | {"why_not": "No order is in force"})
    with acting(cast.coordinator):
        meeting = Meeting.objects.get()
    assert "Not expected: No order is in force" in get(cast, cast.probation_om, "meetings:meeting", meeting.pk)
    # Expected after all.
    client.post(reverse("meetings:expected", args=[meeting.pk]),
                {"expected": [cast.police.pk, cast.probation.pk, cast.housing.pk]})  # fmt: skip
    assert "Not expected" not in get(cast, cast.probation_om, "meetings:meeting", meeting.pk)


@pytest.mark.requirement("PLN-05", "PLN-10")
def test_decision_action_owner_and_day_are_captured_on_one_screen(cast: Cast) -> None:
    person = managed(cast)
    meeting = planned(cast)
    item, other = on_agenda(cast, meeting, person, managed(cast, "Wethercott"))
    partner = cast.client(cast.housing_worker)
    partner.post(reverse("meetings:update", args=[item.pk]), {"text": "Two weeks behind with the rent."})
    client, address = cast.client(cast.police_om), reverse("meetings:item", args=[item.pk])
    page = client.get(address).content.decode()
    assert "Two weeks behind with the rent." in page
    assert 'accesskey="n"' in page
    assert "Next: Osric Wethercott" in page
    answers = {
        "decision": "Stay at red.", "note": "Out most nights.", "action": "Ask the landlord for a letter",
        "owner": "", "due_on": NEXT_WEEK,
    }  # fmt: skip
    refused = client.post(address, answers).content.decode()
    assert "Choose who is to do the action." in refused
    # Nothing that was typed is lost, and nothing is half saved.
    for words in ("Stay at red.", "Out most nights.", "Ask the landlord for a letter"):
        assert words in refused
    with acting(cast.police_om):
        assert not Minute.objects.exists()
    assert client.post(address, answers | {"owner": f"user/{cast.probation_om.pk}"}).status_code == 302
    with acting(cast.police_om):
        assert list(Minute.objects.order_by("pk").values_list("kind", flat=True)) == ["decision", "note", "action"]
        task = Task.objects.get()
        assert (task.user, task.person, task.due_on) == (cast.probation_om, person, TODAY + timedelta(7))
    page = get(cast, cast.probation_om, "meetings:person", person.pk)
    assert "Stay at red." in page
    assert "Probation Om, by" in page
    empty = client.post(reverse("meetings:item", args=[other.pk]), {"owner": ""}).content.decode()
    assert "Write a decision, a note or an action." in empty


def test_an_owner_who_may_not_see_the_person_is_refused_and_nothing_is_kept(cast: Cast) -> None:
    person = make_person(cast, stage=Stage.MANAGED)
    (item,) = on_agenda(cast, planned(cast), person)
    answers = {"decision": "Wait.", "action": "Call on Sunday", "due_on": NEXT_WEEK}
    page = cast.client(cast.coordinator).post(
        reverse("meetings:item", args=[item.pk]), answers | {"owner": f"user/{cast.housing_worker.pk}"}
    )
    assert "cannot be given work about this person" in page.content.decode()
    with acting(cast.coordinator):
        assert not Minute.objects.exists()
    named = answers | {"owner": "", "named": "The warden of the hostel"}
    assert cast.client(cast.coordinator).post(reverse("meetings:item", args=[item.pk]), named).status_code == 302
    with acting(cast.coordinator):
        assert Task.objects.get().named == "The warden of the hostel"


@pytest.mark.requirement("PLN-05", "SEC-06")
def test_each_recipient_reads_the_minutes_that_are_theirs(cast: Cast) -> None:
    person, hidden = managed(cast, probation_om=[Compartment.HEALTH]), make_person(cast, "Wethercott", stage="managed")
    meeting = planned(cast)
    item, out_of_sight = on_agenda(cast, meeting, person, hidden)
    said_of(cast, item, decision="Stay at red.")
    said_of(cast, item, note="The tablets are shared.", compartment=Compartment.HEALTH)
    said_of(cast, out_of_sight, decision="Not for everybody.")
    held(cast, meeting)
    pages = {
        name: get(cast, getattr(cast, name), "meetings:minutes", meeting.pk)
        for name in ("coordinator", "police_om", "probation_om", "housing_worker")
    }
    for page in pages.values():
        assert "Stay at red." in page
    reads = {name for name, page in pages.items() if "The tablets are shared." in page}
    assert reads == {"coordinator", "probation_om"}
    assert {name for name, page in pages.items() if "Wethercott" in page} == {"coordinator"}
    with acting(cast.coordinator):
        minute = Minute.objects.get(text="Stay at red.")
    client = cast.client(cast.police_om)
    corrected = {"text": "Move to amber.", "why": "Misheard"}
    assert send(client, reverse("meetings:correct", args=[minute.pk]), corrected).status_code == 302
    assert "Move to amber." in get(cast, cast.probation_om, "meetings:minutes", meeting.pk)
    assert "Corrected: Misheard" in get(cast, cast.probation_om, "meetings:minutes", meeting.pk)
    with acting(cast.coordinator):
        assert Minute.objects.filter(text="Stay at red.", superseded_at__isnull=False).exists()


def test_who_only_attends_writes_no_minutes_and_others_learn_nothing(cast: Cast) -> None:
    meeting = planned(cast)
    (item,) = on_agenda(cast, meeting, managed(cast))
    address = reverse("meetings:item", args=[item.pk])
    partner = cast.client(cast.housing_worker)
    assert partner.get(address).status_code == 200
    assert partner.post(address, {"decision": "Ours."}).status_code == 403
    assert cast.client(cast.neighbourhood).get(address).status_code == 404
    assert cast.client(cast.neighbourhood).get(reverse("meetings:meeting", args=[meeting.pk])).status_code == 200
    for user in (cast.auditor, cast.analyst, cast.stranger):
        assert cast.client(user).get(reverse("meetings:meeting", args=[meeting.pk])).status_code == 403


@pytest.mark.requirement("INT-23")
def test_partners_figures_count_attendance_updates_and_actions(cast: Cast) -> None:
    meeting = planned(cast)
    (item,) = on_agenda(cast, meeting, managed(cast))
    said_of(cast, item, action="Ask the landlord", owner={"user": cast.housing_worker}, due_on=TODAY)
    client = cast.client(cast.coordinator)
    client.post(reverse("meetings:hold", args=[meeting.pk]))
    with acting(cast.coordinator):
        assert Meeting.objects.get().is_open, "attendance was not recorded yet"
    address = reverse("meetings:attendance", args=[meeting.pk])
    answers = {f"who_{one.pk}": "" for one in (cast.police, cast.probation, cast.housing)} | {
        f"came_{cast.police.pk}": Came.ATTENDED, f"came_{cast.probation.pk}": Came.APOLOGIES,
        f"reason_{cast.probation.pk}": "", f"came_{cast.housing.pk}": Came.ABSENT,
    }  # fmt: skip
    assert "Say why an agency that sent apologies" in send(client, address, answers).content.decode()
    drawn = opened(client, address)
    assert send(client, address, answers | {f"reason_{cast.probation.pk}": "At court"}).status_code == 302
    # Another page, opened before: it says nothing else of probation, so that nothing of either is lost.
    late = {f"came_{cast.police.pk}": Came.ATTENDED, f"who_{cast.police.pk}": "Wren"}
    merging = send(client, address, late, drawn).content.decode()
    assert client.post(address, hidden_in(merging)).status_code == 302
    client.post(reverse("meetings:hold", args=[meeting.pk]))
    with acting(cast.coordinator):
        assert Attendance.objects.filter(agency=cast.probation, came=Came.APOLOGIES).count() == 1
    page = get(cast, cast.analyst, "meetings:figures")
    rows = page.split("<tr ")
    housing = next(row for row in rows if "Fable housing" in row)
    assert housing.count("0 of 1") == 1
    assert housing.count("1 of 1") == 1
    assert cast.client(cast.housing_worker).get(reverse("meetings:figures")).status_code == 403


@pytest.mark.requirement("INT-23")
def test_an_agency_that_has_nothing_to_add_has_answered(cast: Cast) -> None:
    meeting = planned(cast)
    assert "Your agency is asked for its update" in get(cast, cast.housing_worker, "meetings:meeting", meeting.pk)
    cast.client(cast.housing_worker).post(reverse("meetings:nothing", args=[meeting.pk]))
    page = get(cast, cast.housing_worker, "meetings:meeting", meeting.pk)
    assert "Nothing to add, said on" in page
    assert "Your agency is asked" not in page


@pytest.mark.requirement("SEC-06")
def test_an_invitation_opens_nothing_unless_a_coordinator_says_so_and_then_until_the_end(cast: Cast) -> None:
    person = make_person(cast, stage=Stage.MANAGED)
    meeting = planned(cast)
    on_agenda(cast, meeting, person)
    with acting(cast.coordinator):
        # Later today, so that there is time left in which to see.
        Meeting.objects.update(on=TODAY + timedelta(1))
        posting = cast.housing_worker.postings.get()
    address = reverse("meetings:invite", args=[meeting.pk])
    police = cast.client(cast.police_om)
    offered = police.get(address).content.decode()
    assert "Open the core record" not in offered
    assert "Housing Worker, Fable housing" in offered
    assert "Auditor, " not in offered
    police.post(address, {"members": [posting.pk], "open_records": "yes"})
    with acting(cast.coordinator):
        assert not Grant.objects.filter(user=cast.housing_worker).exists()
    assert "Quillfeather" not in get(cast, cast.housing_worker, "meetings:meeting", meeting.pk)
    with acting(cast.housing_worker):
        assert "Give your agency’s update" in Task.objects.get().reason
    cast.client(cast.coordinator).post(address, {"open_records": "yes"})
    assert "Quillfeather" in get(cast, cast.housing_worker, "meetings:meeting", meeting.pk)
    with acting(cast.coordinator):
        meeting.refresh_from_db()
        assert Grant.objects.get(user=cast.housing_worker).ends_at == meeting.ends_at


def test_a_meeting_is_changed_cancelled_and_then_stays(cast: Cast) -> None:
    meeting, client = planned(cast), cast.client(cast.coordinator)
    (item,) = on_agenda(cast, meeting, managed(cast))
    change = reverse("meetings:change", args=[meeting.pk])
    drawn = opened(client, change)
    answers = AS_POSTED | {"chair": "Chair Person", "minute_taker": "Minute Taker"}
    assert send(client, change, answers | {"place": "Room 9"}, drawn).status_code == 302
    # Somebody who had the page open meanwhile keeps what they wrote, and what was changed stays.
    merging = send(client, change, answers | {"chair": "Somebody Else"}, drawn).content.decode()
    assert "Room 9" in merging
    assert client.post(change, hidden_in(merging)).status_code == 302
    with acting(cast.coordinator):
        meeting.refresh_from_db()
        assert (meeting.place, meeting.chair) == ("Room 9", "Somebody Else")
    client.post(reverse("meetings:off", args=[item.pk]))
    client.post(reverse("meetings:add", args=[item.person_id]), {"meeting": meeting.pk})
    with acting(cast.coordinator):
        assert PersonItem.objects.current().get().pk != item.pk
    client.post(reverse("meetings:cancel", args=[meeting.pk]), {"why": "Too few could come"})
    assert "Too few could come" in get(cast, cast.police_om, "meetings:meetings")
    assert "was cancelled" in send(client, change, answers | {"place": "Room 1"}).content.decode()
    assert "cancelled" in client.post(reverse("meetings:cancel", args=[meeting.pk]), {"why": "Again"}).content.decode()
