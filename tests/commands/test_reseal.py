"""`trellis reseal` on a database where work is really committed: every file opens with the new key alone afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast, make_cast
from tests.factories import make_person
from trellis.cli import main
from trellis.commands import _service
from trellis.rules.documents import DocumentKind
from trellis.rules.vocabulary import Compartment, LimitKind, LimitReason, Stage
from trellis.service.access.actor import acting
from trellis.service.people.models import Person
from trellis.service.protection.actions.limits import set_limit
from trellis.service.work.actions.documents import add_document, add_version, withdraw_document
from trellis.service.work.models import Document, DocumentVersion
from trellis.service.work.queries.documents import content_of

OLD, NEW, LOST = (bytes([number]) * 32 for number in (1, 2, 3))
LETTER = b"%PDF-1.7 The letter says marmalade. %%EOF"


@pytest.fixture
def cast(committed: str, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Cast:
    monkeypatch.setattr(_service, "prepare", lambda **_: None)
    settings.FIELD_KEYS = [OLD]
    return make_cast()


def keep(cast: Cast, person: Person, compartment: Compartment = Compartment.CORE) -> Document:
    with acting(cast.coordinator):
        return add_document(
            by=cast.coordinator, person=person, kind=DocumentKind.LETTER, title="Letter", content=LETTER,
            compartment=compartment,
        )  # fmt: skip


@pytest.mark.requirement("SEC-04")
def test_every_file_opens_with_the_new_key_alone_afterwards(
    cast: Cast, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    person, restricted = make_person(cast, stage=Stage.MANAGED), make_person(cast, stage=Stage.MANAGED)
    first = keep(cast, person)
    keep(cast, person, Compartment.HEALTH)
    gone = keep(cast, person)
    keep(cast, restricted)
    with acting(cast.coordinator):
        add_version(by=cast.coordinator, document=first, content=LETTER + b" later", note="Signed by both")
        withdraw_document(by=cast.coordinator, document=gone, why="The wrong person's")
        set_limit(
            by=cast.coordinator, person=restricted, kind=LimitKind.RESTRICTION, users=[cast.coordinator], teams=(),
            reason_code=LimitReason.STAFF_OR_RELATIVE, reason="A sister works in the probation office here.",
            review_on=timezone.localdate() + timedelta(30),
        )  # fmt: skip
    settings.FIELD_KEYS = [NEW, OLD]
    keep(cast, person)
    assert main(["reseal"]) == 0
    assert "5 files sealed again; 1 had the newest key already." in capsys.readouterr().out
    settings.FIELD_KEYS = [NEW]
    assert main(["reseal"]) == 0
    assert "0 files sealed again; 6 had the newest key already." in capsys.readouterr().out
    with acting("setup"):
        opened = [content_of(version) for version in DocumentVersion.objects.all()]
        assert len({bytes(version.sealed)[:12] for version in DocumentVersion.objects.all()}) == 1
    assert sorted(opened) == [*[LETTER] * 5, LETTER + b" later"]


def test_what_no_key_opens_stays_as_it_was_and_is_named(
    cast: Cast, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    person = make_person(cast, stage=Stage.MANAGED)
    settings.FIELD_KEYS = [LOST]
    keep(cast, person)
    settings.FIELD_KEYS = [OLD]
    keep(cast, person)
    settings.FIELD_KEYS = [NEW, OLD]
    assert main(["reseal"]) == 1
    said = capsys.readouterr().out
    assert "1 files sealed again" in said
    with acting("setup"):
        lost = DocumentVersion.objects.order_by("recorded_at").first()
    assert lost is not None
    assert f"opens the file {lost.pk}" in said
    settings.FIELD_KEYS = [LOST]
    with acting("setup"):
        assert content_of(lost) == LETTER
