"""Documents: kept sealed, in versions, by those who may; opened by nobody else, and every opening in the trail."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from django.http import HttpResponse
from django.urls import reverse

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.documents import DocumentKind, Scan
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Compartment, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.audit.models import AccessEvent
from trellis.service.people.models import Person
from trellis.service.work.actions.documents import add_document, add_version, withdraw_document
from trellis.service.work.models import Document, DocumentVersion
from trellis.service.work.queries.documents import content_of

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 the licence says marmalade %%EOF"
LATER = b"%PDF-1.7 the licence as varied %%EOF"


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    for user in (cast.police_om, cast.probation_om, cast.housing_worker):
        grant(cast, user, person)
    return person


def keep(by: User, person: Person, content: bytes = PDF, **said: Any) -> Document:
    with acting(by):
        return add_document(by=by, person=person, content=content, kind=DocumentKind.LICENCE, title="Licence", **said)


def save(cast: Cast, user: User, version: DocumentVersion) -> HttpResponse:
    response: HttpResponse = cast.client(user).get(reverse("work:download", args=[version.pk]))  # type: ignore[assignment]
    return response


def first_of(document: Document, user: User) -> DocumentVersion:
    with acting(user):
        return DocumentVersion.objects.get(document=document, number=1)


@pytest.mark.requirement("SEC-04")
def test_a_document_is_handed_out_to_be_saved_and_the_trail_says_so(cast: Cast, person: Person) -> None:
    version = first_of(keep(cast.probation_om, person), cast.police_om)
    response = save(cast, cast.police_om, version)
    assert (response.status_code, response.content, response["Content-Type"]) == (200, PDF, "application/pdf")
    assert response["Content-Disposition"].startswith('attachment; filename="official-sensitive_licence_')
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "no-store")
    assert "sandbox" in response["Content-Security-Policy"]
    with acting(cast.auditor):
        event = AccessEvent.objects.latest("id")
        assert (event.actor_id, event.person_ids) == (cast.police_om.pk, [person.pk])
        assert event.detail["document"] == str(version.document_id)


def test_what_a_file_holds_stands_nowhere_in_the_open(cast: Cast, person: Person) -> None:
    document = keep(cast.probation_om, person)
    with acting("setup"), connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM work_documentversion")
        assert b"marmalade" not in bytes(cursor.fetchone()[0])
    # Sealed for its own row: moved to another it does not open.
    version = first_of(document, cast.probation_om)
    with acting(cast.probation_om):
        assert content_of(version) == PDF
        version.pk = document.pk
        with pytest.raises(Refused, match="cannot be opened"):
            content_of(version)


def test_versions_are_kept_and_a_withdrawn_document_is_not_handed_out(cast: Cast, person: Person) -> None:
    document = keep(cast.probation_om, person)
    with acting(cast.probation_om):
        for content, note, says in ((PDF, "Curfew added", "very file"), (LATER, "new", "what has changed")):
            with pytest.raises(Refused, match=says):
                add_version(by=cast.probation_om, document=document, content=content, note=note)
        assert add_version(by=cast.probation_om, document=document, content=LATER, note="Curfew added").number == 2
    text = cast.client(cast.police_om).get(reverse("work:documents", args=[person.pk])).content.decode()
    for said in ("Licence", "Earlier versions (1)", "Curfew added", "Not scanned", "OFFICIAL-SENSITIVE"):
        assert said in text
    assert save(cast, cast.police_om, first_of(document, cast.police_om)).content == PDF
    with acting(cast.police_om), pytest.raises(Refused, match="Fable probation’s"):
        withdraw_document(by=cast.police_om, document=document, why="Wrong person’s")
    with acting(cast.probation_om):
        withdraw_document(by=cast.probation_om, document=document, why="Wrong person’s")
        with pytest.raises(Refused, match="has been withdrawn"):
            add_version(by=cast.probation_om, document=document, content=PDF, note="Curfew again")
    assert save(cast, cast.police_om, first_of(document, cast.police_om)).status_code == 403
    with acting(cast.police_om):
        for statement in ("DELETE FROM work_document", "UPDATE work_documentversion SET size = 1"):
            with pytest.raises(ProgrammingError, match="denied"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


@pytest.mark.requirement("SEC-06")
def test_a_compartments_document_and_another_agencys_are_for_those_who_may(cast: Cast, person: Person) -> None:
    health = keep(cast.coordinator, person, compartment=Compartment.HEALTH)
    core = keep(cast.coordinator, person)
    own = keep(cast.housing_worker, person)
    for user, opened in (
        (cast.police_om, {core.pk, own.pk}),
        # Housing's agreement lists no documents; its own it reads.
        (cast.housing_worker, {own.pk}),
        (cast.coordinator, {health.pk, core.pk, own.pk}),
    ):
        with acting(user):
            assert set(Document.objects.values_list("pk", flat=True)) == opened
            assert set(DocumentVersion.objects.values_list("document", flat=True)) == opened
    hidden = first_of(health, cast.coordinator)
    for user in (cast.police_om, cast.housing_worker):
        assert save(cast, user, hidden).status_code == 404
    assert save(cast, cast.stranger, hidden).status_code == 403
    grant(cast, cast.analyst, person)
    assert save(cast, cast.analyst, first_of(core, cast.coordinator)).status_code == 403
    with pytest.raises(Refused, match="Choose another"):
        keep(cast.police_om, person, compartment=Compartment.HEALTH)


def test_the_scanner_is_asked_and_believed(cast: Cast, person: Person, settings: Any) -> None:
    finds = 'import sys; body = sys.stdin.buffer.read(); sys.exit(1 if b"EICAR" in body else 0)'
    settings.SCANNER = f"{sys.executable} -c '{finds}'"
    with acting(cast.probation_om):
        kept = keep(cast.probation_om, person)
        assert DocumentVersion.objects.get(document=kept).scan == Scan.CLEAN
    with pytest.raises(Refused, match="something harmful"):
        keep(cast.probation_om, person, b"%PDF-1.7 EICAR")
    for broken in (f"{sys.executable} -c 'import sys; sys.exit(2)'", "no-such-scanner"):
        settings.SCANNER = broken
        with pytest.raises(Refused, match="could not be scanned"):
            keep(cast.probation_om, person)
    with acting(cast.probation_om):
        assert Document.objects.count() == 1


def test_a_form_keeps_a_file_by_what_it_is_and_refuses_the_rest_in_a_sentence(cast: Cast, person: Person) -> None:
    client, page = cast.client(cast.police_om), reverse("work:add_document", args=[person.pk])
    said = {"kind": "letter", "title": "Letter from the landlord", "marking": "OFFICIAL", "compartment": "core"}
    for content, says in ((b"MZ\x90\x00", "not kept"), (b"", "The file is empty")):
        response = client.post(page, said | {"file": SimpleUploadedFile("letter.pdf", content)})
        assert response.status_code == 200
        assert says in response.content.decode()
        assert "Letter from the landlord" in response.content.decode()
    assert "Choose a file" in client.post(page, said).content.decode()
    client.post(page, said | {"file": SimpleUploadedFile("../letter.exe", b"Dear Ms Fable")})
    with acting(cast.police_om):
        document = Document.objects.get()
        assert document.versions.get().file_kind == "txt"
    update = reverse("work:update_document", args=[document.pk])
    assert client.post(update, {"file": SimpleUploadedFile("a", PDF), "note": "As signed now"}).status_code == 302
    assert cast.client(cast.probation_om).get(update).status_code == 403
    assert (
        client.post(reverse("work:withdraw_document", args=[document.pk]), {"why": "Not needed now"}).status_code == 302
    )
    assert "No documents" in client.get(reverse("work:documents", args=[person.pk])).content.decode()
    assert cast.client(cast.neighbourhood).get(page).status_code == 403
