"""A mail says that there is something to read, once, and nothing else to anybody."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import get_connection
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.notices import NoticeKind
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant, User
from trellis.service.people.models import Person
from trellis.service.work.actions import mark_read, notify
from trellis.service.work.jobs import mail_notices
from trellis.service.work.mailing import mail_waiting
from trellis.service.work.models import Notice

pytestmark = pytest.mark.django_db
ADDRESS = "police.om@example.invalid"


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    for user in (cast.police_om, cast.housing_worker):
        grant(cast, user, person)
    with acting("setup"):
        User.objects.filter(pk=cast.police_om.pk).update(email=ADDRESS)
    return person


def tell(cast: Cast, person: Person, kind: NoticeKind = NoticeKind.PRIORITY) -> None:
    with acting(cast.coordinator):
        notify(person_id=person.pk, kind=kind, by=cast.coordinator)


@pytest.mark.requirement("SEC-07")
def test_one_mail_for_what_waits_and_none_for_what_was_mailed(cast: Cast, person: Person) -> None:
    tell(cast, person)
    tell(cast, person, NoticeKind.ALERT)
    assert mail_waiting(cast.police_om.pk)
    assert not mail_waiting(cast.police_om.pk)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([ADDRESS], "You have a new notice in Trellis")
    tell(cast, person)
    assert mail_waiting(cast.police_om.pk)
    assert len(mail.outbox) == 2


def test_a_mail_names_nobody_and_says_nothing_of_what_happened(cast: Cast, person: Person) -> None:
    tell(cast, person)
    mail_waiting(cast.police_om.pk)
    text = mail.outbox[0].message().as_string()
    said = {person.family_name, person.given_names, "riority", str(cast.coordinator), cast.scheme.name, "Police Om"}
    assert not {word for word in said if word in text}
    assert f"/{person.pk}" not in text
    assert "http://127.0.0.1:8000/" in text


def test_the_job_is_written_with_the_notice_and_goes_with_it(cast: Cast, person: Person) -> None:
    jobs = ProcrastinateJob.objects.filter(task_name="work.mail_notices")
    with acting(cast.coordinator):
        work = transaction.savepoint()
        notify(person_id=person.pk, kind=NoticeKind.ALERT)
        assert jobs.count() == 1
        transaction.savepoint_rollback(work)
    assert jobs.count() == 0
    tell(cast, person)
    assert jobs.get().args == {"user_ids": sorted([cast.police_om.pk, cast.housing_worker.pk])}


def test_the_job_run_twice_mails_once(cast: Cast, person: Person) -> None:
    tell(cast, person)
    for _ in range(2):
        mail_notices(user_ids=[cast.housing_worker.pk, cast.police_om.pk])
    assert [sent.to for sent in mail.outbox] == [[ADDRESS]]


def test_what_could_not_be_sent_is_sent_at_the_next_try_under_the_same_name(
    cast: Cast, person: Person, settings: pytest.FixtureRequest, tmp_path: Path
) -> None:
    tell(cast, person)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
    with pytest.raises(ConnectionRefusedError):
        mail_waiting(cast.police_om.pk)
    with acting(cast.police_om):
        notice = Notice.objects.get()
        assert notice.mailed_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_FILE_PATH = tmp_path  # type: ignore[attr-defined]
    assert get_connection().file_path == str(tmp_path)  # type: ignore[attr-defined]
    assert mail_waiting(cast.police_om.pk)
    (file,) = tmp_path.iterdir()
    assert message_from_bytes(file.read_bytes())["Message-ID"] == f"<notice-{notice.pk}@localhost>"


def test_a_notice_that_its_addressee_may_no_longer_see_causes_no_mail(cast: Cast, person: Person) -> None:
    tell(cast, person)
    with acting("setup"):
        held = Grant.objects.get(user=cast.police_om)
        Grant.objects.filter(pk=held.pk).update(ends_at=held.starts_at)
    assert not mail_waiting(cast.police_om.pk)
    assert mail.outbox == []


def test_what_is_read_already_a_disabled_account_and_one_without_an_address_get_none(
    cast: Cast, person: Person
) -> None:
    tell(cast, person)
    assert not mail_waiting(cast.housing_worker.pk)
    with acting(cast.police_om):
        mark_read(by=cast.police_om)
    assert not mail_waiting(cast.police_om.pk)
    tell(cast, person)
    with acting("setup"):
        User.objects.filter(pk=cast.police_om.pk).update(is_active=False)
    assert not mail_waiting(cast.police_om.pk)
    assert not mail_waiting(0)
    assert mail.outbox == []
