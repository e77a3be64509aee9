"""A private calendar address tells a program when, and nobody whom; it ends when it is revoked or its user leaves."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.audit.models import AccessEvent
from trellis.service.casework.models import Appointment, CalendarFeed

pytestmark = pytest.mark.django_db
ADDRESS = reverse("casework:address")


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    made: Appointment = make_fact(
        Appointment, person, cast.police, happened_on=timezone.localdate() + timedelta(2), happened_at=time(9, 30),
        mode="home", minutes=45, worker="Wren Hob", with_user=cast.police_om, place="Flat 2, Mill Lane",
        notes="Ask about the tag.", kind="vigilance", purposes=["drug_test"],
    )  # fmt: skip
    return made


def made_for(cast: Cast) -> str:
    page = cast.client(cast.police_om).post(ADDRESS).content.decode()
    found = re.search(r'value="(http[^"]+\.ics)"', page)
    assert found
    return found[1].removeprefix("http://testserver")


def test_a_calendar_program_reads_when_and_nothing_of_whom(cast: Cast, appointment: Appointment) -> None:
    address = made_for(cast)
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    text = answer.content.decode().replace("\r\n ", "")
    assert "SUMMARY:Contact\\, 45 min" in text
    assert f"/contacts/appointments/{appointment.pk}/" in text
    slot = appointment.slot
    assert slot is not None
    assert f"DTSTART:{slot.starts:%Y%m%dT%H%M%SZ}" in text
    assert f"DTEND:{slot.ends:%Y%m%dT%H%M%SZ}" in text
    for secret in ("Quillfeather", "Osric", "Mill Lane", "tag", "Wren", "igilance", "Police", "home"):
        assert secret not in text, secret
    assert all(len(line) <= 75 for line in answer.content.decode().split("\r\n"))
    with acting(cast.auditor):
        event = AccessEvent.objects.filter(page="casework:calendar_file").latest("id")
    # The trail names whose calendar it was and whom it was about, though the file does not.
    assert (event.actor_id, event.person_ids) == (cast.police_om.pk, [appointment.person_id])


def test_only_a_digest_is_kept_and_each_secret_is_another(cast: Cast, appointment: Appointment) -> None:
    first, second = made_for(cast), made_for(cast)
    assert len(first.split("/")[-1]) >= 43 + len(".ics")
    assert first != second
    with acting(cast.police_om):
        digests = list(CalendarFeed.objects.values_list("digest", flat=True))
    assert len(digests) == 2
    assert not any(first.split("/")[-1].removesuffix(".ics") in digest for digest in digests)
    # The second ended the first.
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]
    uid = re.findall(r"UID:(\w+)", Client().get(second).content.decode())
    assert str(appointment.pk) not in uid


def test_a_revoked_address_and_one_that_never_was_answer_alike(cast: Cast, appointment: Appointment) -> None:
    address = made_for(cast)
    client = cast.client(cast.police_om)
    assert client.post(reverse("casework:revoke_address")).status_code == 302
    gone, never = Client().get(address), Client().get(reverse("casework:calendar_file", args=["x" * 43]))
    assert (gone.status_code, never.status_code) == (404, 404)
    assert "no address yet" in client.get(ADDRESS).content.decode()
    assert Client().post(address).status_code in {403, 404, 405}


def test_it_serves_no_more_once_its_user_has_left_or_lost_sight(cast: Cast, appointment: Appointment) -> None:
    address = made_for(cast)
    with acting("setup"):
        cast.police_om.grants.update(ends_at=timezone.now())
    assert "BEGIN:VEVENT" not in Client().get(address).content.decode()
    with acting("setup"):
        cast.police_om.postings.update(ends=timezone.localdate() - timedelta(days=1))
    assert Client().get(address).status_code == 404


def test_others_neither_make_nor_see_it(cast: Cast, appointment: Appointment) -> None:
    made_for(cast)
    assert cast.client(cast.analyst).post(ADDRESS).status_code == 403
    with acting(cast.coordinator):
        assert not CalendarFeed.objects.exists()


def test_one_program_and_whoever_guesses_are_stopped_after_some_tries(
    cast: Cast, appointment: Appointment, settings: Any
) -> None:
    address, guess = made_for(cast), reverse("casework:calendar_file", args=["y" * 43])
    assert settings.ACCOUNT_RATE_LIMITS["calendar"].endswith("/key")
    assert settings.ACCOUNT_RATE_LIMITS["calendar_unknown"].endswith("/ip")
    settings.ACCOUNT_RATE_LIMITS = {"calendar": "2/m/key", "calendar_unknown": "3/m/ip"}
    assert [Client().get(guess).status_code for _ in range(4)] == [404, 404, 404, 429]
    # Whoever guesses beside it stops no program that has an address.
    assert [Client().get(address).status_code for _ in range(3)] == [200, 200, 429]
    assert "Wait a minute" in Client().get(address).content.decode()
