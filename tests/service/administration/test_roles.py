"""Giving and ending roles, disabling and enabling: felt on the next request, never for oneself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import make_person
from tests.service.administration.office import (
    REASON,
    in_days,
    make_colleague,
    make_other_scheme,
    make_user,
    read,
    role_form,
    roles_at,
    send,
    text_of,
)
from trellis.rules.vocabulary import GrantBasis, Role
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant, Posting, User
from trellis.service.administration.models import AccountDecision, AccountRequest
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db


def give(cast: Cast, user: User, **changes: str) -> str:
    """Ask for a role as the administrator, and approve it as the information officer."""
    page = text_of(send(cast, cast.administrator, "role", role_form(cast, **changes), user.pk))
    with acting(cast.administrator):
        request = AccountRequest.objects.filter(user=user, decided_at=None).first()
    if request is not None:
        send(cast, cast.information_officer, "decide", {"decision": "approve"}, request.pk)
    return page


def end(cast: Cast, posting: Posting, **data: str) -> str:
    return text_of(send(cast, cast.administrator, "end_role", {"when": "now"} | data, posting.pk))


def people_seen(user: User) -> int:
    with acting(user):
        return Person.objects.count()


def test_a_role_opens_its_sight_once_approved_and_closes_it_with_its_end(cast: Cast) -> None:
    make_person(cast)
    worker = make_user(cast, "worker")
    give(cast, worker)
    assert roles_at(worker, cast.police) == {"partner_worker", "coordinator"}
    assert people_seen(worker) == 1
    page = end(cast, worker.postings.get(role="coordinator"))
    assert "The role is ended" in page
    assert roles_at(worker, cast.police) == {"partner_worker"}
    assert people_seen(worker) == 0


def test_an_asked_for_role_opens_nothing(cast: Cast) -> None:
    worker = make_user(cast, "worker")
    page = text_of(send(cast, cast.administrator, "role", role_form(cast), worker.pk))
    assert "Somebody else approves it before it takes effect" in page
    assert "It waits for approval" in page
    assert roles_at(worker, cast.police) == {"partner_worker"}


def test_an_ended_role_is_felt_by_a_session_on_its_next_request(cast: Cast) -> None:
    client = cast.client(cast.analyst)
    assert client.get(reverse("selection:candidates")).status_code == 200
    end(cast, cast.analyst.postings.get())
    assert client.get(reverse("selection:candidates")).status_code == 403


def test_a_role_ends_at_the_end_of_its_last_day(cast: Cast) -> None:
    make_person(cast)
    worker = make_user(cast, "worker")
    give(cast, worker, last_day=in_days(30))
    posting = worker.postings.get(role="coordinator")
    end(cast, posting, when="later", last_day=in_days(2))
    posting.refresh_from_db()
    assert posting.ends == timezone.localdate() + timedelta(days=3)
    assert people_seen(worker) == 1
    with acting(cast.administrator):
        assert timezone.localdate(worker.grants.get().ends_at) == posting.ends
    assert "never later" in end(cast, posting, when="later", last_day=in_days(9))


def test_ending_one_of_two_roles_leaves_what_the_other_opened(cast: Cast) -> None:
    make_person(cast)
    worker = make_user(cast, "worker", agency=cast.police)
    give(cast, worker, role="coordinator")
    give(cast, worker, role="information_officer")
    end(cast, worker.postings.get(role="coordinator"))
    assert people_seen(worker) == 1
    end(cast, worker.postings.get(role="information_officer"))
    assert people_seen(worker) == 0


def test_a_role_that_never_began_opens_nothing_on_its_day(cast: Cast) -> None:
    worker = make_user(cast, "worker")
    give(cast, worker, starts=in_days(5))
    posting = worker.postings.get(role="coordinator")
    end(cast, posting)
    posting.refresh_from_db()
    assert posting.starts == posting.ends
    with acting(cast.administrator):
        grant = worker.grants.get()
        assert grant.ends_at == grant.starts_at


def test_an_ended_role_is_not_ended_again_and_keeps_its_dates(cast: Cast) -> None:
    worker = make_user(cast, "worker", ends=date(2021, 1, 1))
    posting = worker.postings.get()
    assert "This role has ended already" in end(cast, posting)
    posting.refresh_from_db()
    assert posting.ends == date(2021, 1, 1)
    assert "Ended 1 Jan 2021" in text_of(read(cast, cast.administrator, "user", worker.pk))


def test_a_role_held_or_waiting_is_not_given_again(cast: Cast) -> None:
    worker = make_user(cast, "worker")
    assert "is partner agency worker there already" in give(cast, worker, role="partner_worker")
    send(cast, cast.administrator, "role", role_form(cast), worker.pk)
    page = text_of(send(cast, cast.administrator, "role", role_form(cast), worker.pk))
    assert "waits for approval already" in page


def test_nobody_gives_a_role_to_themselves(cast: Cast) -> None:
    page = text_of(send(cast, cast.administrator, "role", role_form(cast), cast.administrator.pk))
    assert "Nobody asks for access for themselves" in page
    with acting(cast.administrator), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Posting.objects.create(
            user=cast.administrator, agency=cast.police, scheme=cast.scheme, role=Role.COORDINATOR,
            starts=timezone.localdate(),
        )  # fmt: skip
    with acting(cast.administrator), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Grant.objects.create(
            user=cast.administrator, scheme=cast.scheme, stages=["managed"], compartments=["core"],
            basis=GrantBasis.ROLE, granted_by=cast.administrator,
        )  # fmt: skip


def test_nobody_approves_a_role_of_their_own(cast: Cast) -> None:
    colleague = make_colleague(cast)
    send(cast, cast.administrator, "role", role_form(cast), colleague.pk)
    with acting(cast.administrator):
        request = AccountRequest.objects.get()
    page = text_of(send(cast, colleague, "decide", {"decision": "approve"}, request.pk))
    assert "This is about your own account" in page
    assert roles_at(colleague, cast.police) == {"administrator"}


def test_nobody_ends_or_disables_their_own(cast: Cast) -> None:
    assert "Nobody changes their own roles" in end(cast, cast.administrator.postings.get())
    page = text_of(send(cast, cast.administrator, "disable", {"reason": REASON}, cast.administrator.pk))
    assert "Nobody disables their own account" in page
    assert User.objects.get(pk=cast.administrator.pk).is_active


@pytest.mark.parametrize("who", ["coordinator", "analyst", "stranger"])
def test_nobody_else_changes_roles_or_accounts(cast: Cast, who: str) -> None:
    user, posting = getattr(cast, who), cast.housing_worker.postings.get()
    assert send(cast, user, "end_role", {"when": "now"}, posting.pk).status_code == 403
    for page in ("role", "disable", "enable", "link"):
        assert send(cast, user, page, role_form(cast), cast.housing_worker.pk).status_code == 403
    assert roles_at(cast.housing_worker, cast.housing) == {"partner_worker"}


def test_another_schemes_users_are_out_of_reach(cast: Cast) -> None:
    _, other = make_other_scheme(cast)
    assert send(cast, other, "end_role", {"when": "now"}, cast.analyst.postings.get().pk).status_code == 404
    for page in ("role", "disable", "enable", "link", "review"):
        assert send(cast, other, page, {"reason": REASON}, cast.analyst.pk).status_code == 404
    assert User.objects.get(pk=cast.analyst.pk).is_active


@pytest.mark.parametrize(
    ("data", "sentence"),
    [({"when": "never"}, "Select an answer"), ({"when": "later", "last_day": "1/1/2020"}, "today or in the future")],
)
def test_a_bad_end_is_explained(cast: Cast, data: dict[str, str], sentence: str) -> None:
    assert sentence in end(cast, cast.analyst.postings.get(), **data)
    assert roles_at(cast.analyst, cast.police) == {"analyst"}


def test_a_disabled_account_is_dead_at_once_and_cannot_sign_in(cast: Cast) -> None:
    with acting("setup"):
        cast.analyst.set_password("a long and plain sentence")
        cast.analyst.save()
    client = cast.client(cast.analyst)
    assert client.get(reverse("home:work")).status_code == 200
    page = text_of(send(cast, cast.administrator, "disable", {"reason": REASON}, cast.analyst.pk))
    assert "The account is disabled" in page
    assert client.get(reverse("home:work")).status_code == 302
    answer = Client().post(
        reverse("account_login"), {"login": "analyst", "password": "a long and plain sentence"}, follow=True
    )
    assert "_auth_user_id" not in answer.client.session
    with acting(cast.administrator):
        decision = AccountDecision.objects.get()
    assert (decision.decided_by_id, decision.reason, decision.kind) == (cast.administrator.pk, REASON, "disable")
    assert "already" in text_of(send(cast, cast.administrator, "disable", {"reason": REASON}, cast.analyst.pk))


def test_enabling_again_takes_a_second_person(cast: Cast) -> None:
    send(cast, cast.administrator, "disable", {"reason": REASON}, cast.analyst.pk)
    send(cast, cast.administrator, "enable", {"reason": "Is back"}, cast.analyst.pk)
    assert not User.objects.get(pk=cast.analyst.pk).is_active
    assert "Waiting for approval" in text_of(read(cast, cast.administrator, "users", state="waiting"))
    with acting(cast.administrator):
        request = AccountRequest.objects.get(kind="enable")
    send(cast, cast.administrator, "decide", {"decision": "approve"}, request.pk)
    assert not User.objects.get(pk=cast.analyst.pk).is_active
    send(cast, cast.information_officer, "decide", {"decision": "approve"}, request.pk)
    assert User.objects.get(pk=cast.analyst.pk).is_active
    page = text_of(read(cast, cast.administrator, "user", cast.analyst.pk))
    assert page.index("Enable a disabled account, approved") < page.index("Enable a disabled account, asked for")


@pytest.mark.parametrize(
    ("page", "sentence"), [("disable", "Enter the reason"), ("enable", "This account is not disabled")]
)
def test_a_reason_is_asked_for_and_an_open_account_is_not_enabled(cast: Cast, page: str, sentence: str) -> None:
    data = {"reason": "" if page == "disable" else REASON}
    assert sentence in text_of(send(cast, cast.administrator, page, data, cast.analyst.pk))


def test_an_end_leaves_open_what_another_role_brought_and_nothing_that_no_role_explains(cast: Cast) -> None:
    worker = make_user(cast, "worker")
    give(cast, worker, role="coordinator")
    give(cast, worker, role="information_officer")
    with acting("setup") as actor:
        stray = Grant.objects.create(
            user=worker, scheme=cast.scheme, area=cast.south, stages=["managed"], compartments=["core"],
            basis=GrantBasis.UNIT, granted_by_id=actor.user_id,
        )  # fmt: skip
    end(cast, worker.postings.get(role="coordinator"))
    with acting(cast.administrator):
        open_still = worker.grants.filter(ends_at=None)
        assert [grant.compartments for grant in open_still] == [["core"]]
        assert stray.pk not in {grant.pk for grant in open_still}
