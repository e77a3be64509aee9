"""Accounts that nobody uses: found by their last sign-in, decided about, and asked about again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from tests.cast import Cast
from tests.service.administration.office import (
    REASON,
    in_days,
    make_other_scheme,
    read,
    send,
    text_of,
)
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.administration.models import AccountDecision

pytestmark = pytest.mark.django_db
DAYS = settings.DORMANT_AFTER_DAYS


@pytest.fixture
def unused(cast: Cast) -> User:
    leave(cast.analyst, DAYS + 1)
    return cast.analyst


def leave(user: User, days: int, *, signed_in: bool = True) -> None:
    """Nobody has used the account for so many days."""
    then = timezone.now() - timedelta(days=days)
    with acting("setup"):
        User.objects.filter(pk=user.pk).update(last_login=then if signed_in else None, joined_at=then)


def review(cast: Cast, user: User, **data: str) -> str:
    answer = {"decision": "keep", "until": in_days(40), "reason": REASON} | data
    return text_of(send(cast, cast.administrator, "review", answer, user.pk))


def queue(cast: Cast) -> str:
    return text_of(read(cast, cast.administrator, "dormant"))


@pytest.mark.parametrize(("days", "listed"), [(-1, False), (1, True)])
@pytest.mark.parametrize("signed_in", [True, False])
def test_lists_whom_nobody_has_seen_for_the_days_set(cast: Cast, days: int, signed_in: bool, listed: bool) -> None:
    leave(cast.analyst, DAYS + days, signed_in=signed_in)
    assert (">Analyst</a>" in queue(cast)) is listed


def test_the_longest_unused_stand_first_and_the_page_says_that_the_days_are_an_example(
    cast: Cast, unused: User
) -> None:
    leave(cast.auditor, DAYS + 100)
    page = queue(cast)
    assert page.index(">Auditor</a>") < page.index(">Analyst</a>")
    assert f"for {DAYS} days or more" in page
    assert "and an example" in page


def test_a_needed_account_leaves_the_queue_until_its_day(cast: Cast, unused: User) -> None:
    assert "The decision is recorded" in review(cast, unused)
    assert ">Analyst</a>" not in queue(cast)
    with acting(cast.administrator):
        decision = AccountDecision.objects.get()
        assert (decision.decided_by_id, decision.until) == (
            cast.administrator.pk,
            timezone.localdate() + timedelta(days=40),
        )
        assert decision.last_sign_in == User.objects.get(pk=unused.pk).last_login
    with acting("setup"):
        AccountDecision.objects.create(
            scheme=cast.scheme, user=unused, kind="keep", until=timezone.localdate() - timedelta(days=1), reason="x",
            decided_by=cast.administrator,
        )  # fmt: skip
    assert ">Analyst</a>" in queue(cast)


def test_an_account_nobody_needs_is_disabled(cast: Cast, unused: User) -> None:
    review(cast, unused, decision="disable", until="")
    assert not User.objects.get(pk=unused.pk).is_active
    assert ">Analyst</a>" not in queue(cast)


def test_the_printed_list_has_what_waits_and_who_decided_what_and_when(cast: Cast, unused: User) -> None:
    leave(cast.auditor, DAYS + 5)
    review(cast, unused)
    page = text_of(read(cast, cast.administrator, "dormant_list"))
    waiting, decided = page.split("What was decided, the latest first</caption>")
    assert "Auditor" in waiting
    for words in ("Analyst", "Still needed until", "Administrator", REASON):
        assert words in decided


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"decision": ""}, "Select an answer to “Is the account still needed?”"),
        ({"until": ""}, "Enter the day until which the account is needed"),
        ({"until": in_days(0)}, "until a day after today"),
        ({"reason": ""}, "Enter the reason"),
    ],
)
def test_bad_answers_are_explained(cast: Cast, unused: User, data: dict[str, str], sentence: str) -> None:
    assert sentence.lower() in review(cast, unused, **data).lower()
    assert ">Analyst</a>" in queue(cast)


def test_nobody_reviews_their_own_account(cast: Cast) -> None:
    assert "Nobody reviews their own account" in review(cast, cast.administrator)
    with acting(cast.administrator), pytest.raises(IntegrityError, match="about_themselves"), transaction.atomic():
        AccountDecision.objects.create(
            scheme=cast.scheme, user=cast.administrator, kind="disable", reason="x", decided_by=cast.administrator
        )


def test_a_decision_is_never_altered(cast: Cast, unused: User) -> None:
    review(cast, unused)
    with acting(cast.administrator), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        AccountDecision.objects.update(reason="Another")


@pytest.mark.parametrize("who", ["coordinator", "analyst", "stranger"])
def test_nobody_else_decides(cast: Cast, unused: User, who: str) -> None:
    data = {"decision": "disable", "reason": REASON}
    assert send(cast, getattr(cast, who), "review", data, cast.housing_worker.pk).status_code == 403


def test_the_information_officer_reads_the_queue_and_another_scheme_does_not(cast: Cast, unused: User) -> None:
    page = text_of(read(cast, cast.information_officer, "dormant"))
    assert ">Analyst</a>" in page
    assert "Decide" not in page.split("<table")[1]
    _, other = make_other_scheme(cast)
    assert "No account waits" in text_of(read(cast, other, "dormant"))
