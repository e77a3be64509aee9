"""Pages of feeds, for those who load and mend, and refused to the rest."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import Cast
from tests.service.feeds.loading import (
    QUILL,
    QUILL_PNC,
    case,
    extract,
    load,
    make_agencies,
    nominal,
    receive,
    waiting,
)
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting
from trellis.service.feeds.jobs import apply_file
from trellis.service.feeds.models import FeedFile, WaitingRow
from trellis.service.people.models import Identifier, Person
from trellis.service.schemes.models import Scheme

pytestmark = pytest.mark.django_db
BAD = nominal("NM3", "MARROWBY", born="31/02/1980")
REFUSED = ("police_om", "probation_om", "housing_worker", "neighbourhood", "analyst", "auditor", "stranger")


@pytest.fixture
def client(cast: Cast) -> Client:
    make_agencies()
    return cast.client(cast.coordinator)


def send(client: Client, content: bytes, feed: str = "sample_police_nominals") -> Any:
    sent = SimpleUploadedFile("index.csv", content, content_type="text/csv")
    return client.post(reverse("feeds:load"), {"feed": feed, "file": sent})


def test_a_file_sent_is_received_and_waits_for_the_worker(cast: Cast, client: Client) -> None:
    response = send(client, extract("police_nominals", QUILL, BAD))
    with acting("feeds"):
        file = FeedFile.objects.get()
        assert (file.state, file.lines, file.received_by) == ("received", 2, cast.coordinator)
        job = ProcrastinateJob.objects.get(task_name="feeds.apply_file")
        assert job.args == {"file_id": file.pk}
    assert response.url == reverse("feeds:file", args=[file.pk])
    page = client.get(response.url).content.decode()
    assert '<meta http-equiv="refresh"' in page
    assert "0 of 2 rows" in page
    apply_file(file_id=file.pk)
    page = client.get(response.url).content.decode()
    assert '<meta http-equiv="refresh"' not in page
    assert "1 row applied, 1 waiting" in page
    assert "Line 3, column D.O.B.: “31/02/1980” is not a date that exists." in page


def test_the_same_file_again_leads_to_the_first(cast: Cast, client: Client) -> None:
    first = send(client, extract("police_nominals", QUILL))
    again = client.post(first.url)
    again = send(client, extract("police_nominals", QUILL))
    assert again.url == first.url
    assert "This file was received before." in client.get(again.url).content.decode()
    with acting("feeds"):
        assert ProcrastinateJob.objects.filter(task_name="feeds.apply_file").count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04", "This is a spreadsheet or a zip archive."),
        (b"NAME,BORN\r\nx,y\r\n", "The first line does not name the column NOMINAL_REF"),
        (extract("police_nominals"), "The file has a first line and no rows under it."),
    ],
)
def test_a_file_that_cannot_be_the_feeds_is_refused_in_a_sentence(client: Client, content: bytes, said: str) -> None:
    page = send(client, content).content.decode()
    assert "There is a problem" in page
    assert said in page
    with acting("feeds"):
        assert not FeedFile.objects.exists()


def test_a_file_too_large_is_refused(client: Client, settings: Any) -> None:
    settings.FEED_UPLOAD_BYTES = 100
    page = send(client, extract("police_nominals", QUILL)).content.decode()
    assert "The file is larger than 0 MB, the most that can be sent through the browser." in page


def test_no_feed_and_no_file_are_told(client: Client) -> None:
    page = client.post(reverse("feeds:load")).content.decode()
    assert page.count("govuk-error-message") == 2


@pytest.mark.parametrize("who", REFUSED)
def test_only_those_who_load_and_mend_come_in(cast: Cast, client: Client, who: str) -> None:
    file = load(cast, "police_nominals", BAD)
    (row,) = waiting(file)
    other = cast.client(getattr(cast, who))
    for name, *args in (
        ("files",), ("load",), ("questions",), ("file", file.pk), ("row", row.pk), ("dismiss", row.pk),
        ("question", row.pk),
    ):  # fmt: skip
        assert other.get(reverse(f"feeds:{name}", args=args)).status_code == 403
    assert other.post(reverse("feeds:replay", args=[file.pk])).status_code == 403
    with acting(getattr(cast, who)):
        assert not FeedFile.objects.exists()
        assert not WaitingRow.objects.exists()


def test_another_schemes_files_are_not_there(cast: Cast, client: Client) -> None:
    file = load(cast, "police_nominals", BAD)
    (row,) = waiting(file)
    with acting("setup"):
        elsewhere = Scheme.objects.create(
            slug="elsewhere", name="Elsewhere", area=cast.force, priority_grid="hm_2014", starts="2020-01-01"
        )
        Posting.objects.create(
            user=cast.stranger, agency=cast.housing, scheme=elsewhere, role="coordinator", starts="2020-01-01"
        )
    other = cast.client(cast.stranger)
    assert "Nothing has been received" in other.get(reverse("feeds:files")).content.decode()
    assert other.get(reverse("feeds:file", args=[file.pk])).status_code == 404
    assert other.get(reverse("feeds:row", args=[row.pk])).status_code == 404
    with acting(cast.stranger):
        assert not FeedFile.objects.exists()
        assert not WaitingRow.objects.exists()


def test_a_row_is_mended_on_its_page(cast: Cast, client: Client) -> None:
    (row,) = waiting(load(cast, "police_nominals", BAD))
    address = reverse("feeds:row", args=[row.pk])
    page = client.get(address).content.decode()
    assert 'value="31/02/1980"' in page
    cells = {f"cell_{n}": cell for n, cell in enumerate(row.sent.values())}
    again = client.post(address, cells, follow=True).content.decode()
    assert "Line 2 waits still. Read what it says now." in again
    done = client.post(address, cells | {"cell_4": "28/02/1980"}, follow=True).content.decode()
    assert "Line 2 went in." in done
    assert "No row waits" in done
    page = client.get(address).content.decode()
    assert "Applied later by Coordinator" in page


def test_a_row_is_set_aside_with_a_reason(cast: Cast, client: Client) -> None:
    (row,) = waiting(load(cast, "police_nominals", BAD))
    address = reverse("feeds:dismiss", args=[row.pk])
    assert "There is a problem" in client.post(address, {"reason": ""}).content.decode()
    assert "Line 2 is set aside." in client.post(address, {"reason": "A test entry"}, follow=True).content.decode()
    assert "somebody has dealt with it" in client.post(address, {"reason": "Again"}).content.decode()


def test_waiting_rows_are_tried_again(cast: Cast, client: Client) -> None:
    file = load(cast, "court_results", f"{QUILL_PNC},20240924,20240627,028/01,Y,Guilty plea,Fine")
    address = reverse("feeds:replay", args=[file.pk])
    assert "Every row waits still" in client.post(address, follow=True).content.decode()
    assert client.get(address).status_code == 405


@pytest.fixture
def asked(cast: Cast, client: Client) -> WaitingRow:
    load(cast, "police_nominals", QUILL)
    (row,) = waiting(load(cast, "probation_cases", case("X000002", "Quillfeather")))
    return row


def test_a_question_shows_the_row_beside_the_person(cast: Cast, client: Client, asked: WaitingRow) -> None:
    listed = client.get(reverse("feeds:questions")).content.decode()
    assert reverse("feeds:question", args=[asked.pk]) in listed
    page = client.get(reverse("feeds:question", args=[asked.pk])).content.decode()
    for text in (
        "X000002",
        "14 May 2003",
        f"PNC {QUILL_PNC}",
        "87 Sample Parade",
        "Somebody who is not on the record yet",
    ):
        assert text in page


def test_a_question_is_answered_by_choosing_the_person(cast: Cast, client: Client, asked: WaitingRow) -> None:
    address = reverse("feeds:question", args=[asked.pk])
    assert "There is a problem" in client.post(address, {}).content.decode()
    page = client.post(address, {"who": str(asked.candidates[0])}, follow=True).content.decode()
    assert "Line 2 went in." in page
    with acting("feeds"):
        assert Person.objects.get().identifier_set.filter(value="X000002").exists()


def test_a_question_is_answered_by_a_number(cast: Cast, client: Client, asked: WaitingRow) -> None:
    load(cast, "police_nominals", nominal("NM2", "LARKSPURR", born="01/02/1980"))
    address = reverse("feeds:question", args=[asked.pk])
    page = client.post(address, {"who": "other", "number": "NM999"}).content.decode()
    assert "Nobody whom you may see has the number “NM999”." in page
    client.post(address, {"who": "other", "number": "nm2"})
    with acting("feeds"):
        assert str(Identifier.objects.get(value="X000002").person) == "Osric Larkspurr"


def test_a_page_of_a_refused_file_says_why(cast: Cast, client: Client) -> None:
    file = receive(cast.scheme, cast.coordinator, "sample_police_nominals", extract("police_nominals", QUILL))
    with acting("feeds"):
        FeedFile.objects.filter(pk=file.pk).update(state="refused", refusal="The agency is not set up.")
    assert "The agency is not set up." in client.get(reverse("feeds:file", args=[file.pk])).content.decode()


@pytest.mark.parametrize("many", [3, 300])
def test_lists_cost_the_same_however_long(
    cast: Cast, client: Client, many: int, django_assert_num_queries: Any
) -> None:
    bad = [nominal(f"NM{n}", "MARROWBY", born="31/02/1980") for n in range(many)]
    file = load(cast, "police_nominals", QUILL, *bad)
    load(cast, "probation_cases", *(case(f"X{n:06}", "Quillfeather") for n in range(many)))
    for name, args, queries in (("files", [], 20), ("file", [file.pk], 21), ("questions", [], 21)):
        client.get(reverse(f"feeds:{name}", args=args))
        with django_assert_num_queries(queries):
            assert client.get(reverse(f"feeds:{name}", args=args)).status_code == 200
