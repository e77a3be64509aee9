"""A colleague who is named in a note is told, once the note is written."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.vocabulary import Compartment, Stage
from trellis.service.access.actor import acting
from trellis.service.work.models import Notice

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("SEC-07")
def test_whoever_is_named_in_a_contact_or_a_note_is_told_and_the_writer_reads_who_is_not(cast: Cast) -> None:
    person = make_person(cast, stage=Stage.MANAGED)
    for user in (cast.police_om, cast.housing_worker):
        grant(cast, user, person, compartments=[Compartment.CORE, Compartment.VICTIM_SAFETY])
    client = cast.client(cast.police_om)
    said = {
        "happened_on": "today", "mode": "home", "outcome": "attended_complied", "worker": "Police Om",
        "agency": cast.police.pk, "notes": "Seen with @housing_worker and @auditor.",
    }  # fmt: skip
    page = client.post(reverse("casework:new", args=[person.pk]), said | {"outcome": ""}, follow=True)
    assert "will be told" not in page.content.decode()
    page = client.post(reverse("casework:new", args=[person.pk]), said, follow=True)
    assert (
        "Housing Worker will be told that you named them. Nobody was told by the name @auditor" in page.content.decode()
    )
    note = {"compartment": "victim_safety", "happened_on": "today", "text": "Ask @housing_worker to change the lock."}
    page = client.post(reverse("protection:notes", args=[person.pk]), note, follow=True)
    assert "Housing Worker will be told" in page.content.decode()
    with acting(cast.housing_worker):
        assert [notice.kind for notice in Notice.objects.all()] == ["mention", "mention"]
