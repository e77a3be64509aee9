"""An account takes two people: one asks, another approves, and until then nothing works."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from tests.factories import make_person
from tests.service.access.factors import give_app, give_password
from tests.service.administration.office import (
    asked_for,
    in_days,
    invitation_form,
    make_colleague,
    make_other_scheme,
    read,
    roles_at,
    send,
    text_of,
)
from trellis.rules.vocabulary import Role
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.access.sign_in.factors import has_second_factor
from trellis.service.administration.models import AccountRequest
from trellis.service.audit.models import AccessEvent
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db


def approve(cast: Cast, user: User, request: AccountRequest) -> str:
    return text_of(send(cast, user, "decide", {"decision": "approve"}, request.pk))


def only_request(cast: Cast) -> AccountRequest:
    with acting(cast.administrator):
        return AccountRequest.objects.get()


def test_an_invitation_makes_no_account(cast: Cast) -> None:
    page = text_of(send(cast, cast.administrator, "invite", invitation_form(cast)))
    assert "Somebody else approves it before it takes effect" in page
    assert not User.objects.filter(username="t.merriweather").exists()
    request = only_request(cast)
    assert (request.asked_by_id, request.approved, request.agency_id) == (
        cast.administrator.pk,
        None,
        cast.housing.pk,
    )


@pytest.mark.parametrize("approver", ["colleague", "information_officer"])
def test_a_second_person_approves_and_then_it_works(cast: Cast, approver: str) -> None:
    second = make_colleague(cast) if approver == "colleague" else cast.information_officer
    request = asked_for(cast)
    page = approve(cast, second, request)
    user = User.objects.get(username="new.person")
    assert user.is_active
    assert roles_at(user, cast.housing) == {"partner_worker"}
    assert "It works once, and is shown here this once only" in page
    link = page.split('govuk-!-text-break-word">')[1].split("<")[0]
    assert link.startswith("http://testserver/account/welcome/")
    assert "new.person" not in link
    assert Client().get(link).status_code == 200
    assert link not in text_of(read(cast, second, "decide", request.pk))
    with acting(cast.auditor):
        assert "account/welcome" not in str(list(AccessEvent.objects.values()))


def test_the_link_goes_by_email_where_that_is_set_up_and_names_nobody(cast: Cast, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example"
    page = approve(cast, cast.information_officer, asked_for(cast))
    assert "is on its way to tansy@agency.example" in page
    assert "account/welcome" not in page
    (letter,) = mail.outbox
    assert letter.to == ["tansy@agency.example"]
    assert "/account/welcome/" in letter.body
    for word in ("Tansy", "Merriweather", "new.person", "housing", "Fable"):
        assert word not in letter.subject + letter.body


def test_nobody_approves_what_they_asked_for(cast: Cast) -> None:
    request = asked_for(cast)
    assert "You asked for this, so somebody else decides it" in approve(cast, cast.administrator, request)
    assert not User.objects.filter(username="new.person").exists()


@pytest.mark.parametrize("approved", [True, False])
def test_the_database_wants_two_people(cast: Cast, approved: bool) -> None:
    request = asked_for(cast)
    decided = {"approved": approved, "decided_at": timezone.now()}
    with acting(cast.administrator), pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        AccountRequest.objects.filter(pk=request.pk).update(decided_by=cast.administrator, **decided)


def test_the_database_lets_nobody_decide_in_anothers_name_or_twice(cast: Cast) -> None:
    officer, colleague = cast.information_officer, make_colleague(cast)
    request = asked_for(cast)
    decided = {"approved": True, "decided_at": timezone.now(), "decided_by": officer}
    mine = AccountRequest.objects.filter(pk=request.pk)
    with acting(colleague), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        mine.update(**decided)
    with acting(officer):
        mine.update(**decided)
    with acting(officer), pytest.raises(ProgrammingError, match="decided once"), transaction.atomic():
        mine.update(approved=False)


def test_the_database_lets_nobody_ask_in_anothers_name_or_ask_for_what_is_decided(cast: Cast) -> None:
    colleague = make_colleague(cast)
    values = {
        "scheme": cast.scheme, "kind": "enable", "user": cast.analyst, "reason": "x",
    }  # fmt: skip
    with acting(cast.administrator), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        AccountRequest.objects.create(asked_by=colleague, **values)
    decided = {"decided_by": colleague, "decided_at": timezone.now(), "approved": True}
    with acting(cast.administrator), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        AccountRequest.objects.create(asked_by=cast.administrator, **values, **decided)


def test_a_refusal_makes_nothing_and_keeps_its_reason(cast: Cast) -> None:
    request = asked_for(cast)
    page = text_of(
        send(cast, cast.information_officer, "decide", {"decision": "refuse", "why": "Left in May"}, request.pk)
    )
    assert "It is refused" in page
    assert not User.objects.filter(username="new.person").exists()
    assert "Left in May" in text_of(read(cast, cast.administrator, "decide", request.pk))
    assert "has decided this already" in approve(cast, make_colleague(cast), request)


def test_a_refusal_needs_its_reason(cast: Cast) -> None:
    request = asked_for(cast)
    page = text_of(send(cast, cast.information_officer, "decide", {"decision": "refuse", "why": ""}, request.pk))
    assert "Say why you refuse" in page
    assert only_request(cast).is_open


def test_another_schemes_administrator_sees_and_decides_nothing(cast: Cast) -> None:
    request = asked_for(cast)
    _, other = make_other_scheme(cast)
    assert read(cast, other, "decide", request.pk).status_code == 404
    assert send(cast, other, "decide", {"decision": "approve"}, request.pk).status_code == 404
    assert "Tansy" not in text_of(read(cast, other, "waiting"))


@pytest.mark.parametrize("who", ["coordinator", "analyst", "auditor", "stranger"])
def test_nobody_else_invites_or_approves(cast: Cast, who: str) -> None:
    request = asked_for(cast)
    user = getattr(cast, who)
    assert send(cast, user, "invite", invitation_form(cast)).status_code == 403
    assert send(cast, user, "decide", {"decision": "approve"}, request.pk).status_code == 403
    assert only_request(cast).is_open


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Enter the full name"),
        ({"email": "tansy"}, "Work email address must be an email address"),
        ({"username": "coordinator"}, "There is an account coordinator already"),
        ({"username": "Waiting.One"}, "An invitation for waiting.one waits for approval already"),
        ({"username": "a b"}, "with no spaces"),
        ({"role": "king"}, "Select the role"),
        ({"team": "north"}, "North team is not a team of Fable housing"),
        ({"starts": "1/1/2020"}, "First day must be today or in the future"),
        ({"starts": "soon"}, "soon"),
        ({"reason": ""}, "Enter the reason"),
        ({"supervises": "yes"}, "Choose the team that they supervise"),
    ],
)
def test_bad_answers_are_explained_and_ask_for_nothing(cast: Cast, changes: dict[str, str], sentence: str) -> None:
    asked_for(cast, "waiting.one")
    changes = {key: str(cast.north_team.pk) if value == "north" else value for key, value in changes.items()}
    page = text_of(send(cast, cast.administrator, "invite", invitation_form(cast, **changes)))
    assert "There is a problem" in page
    assert sentence in page.split("</title>")[1]
    only_request(cast)


def test_a_last_day_before_the_first_is_refused(cast: Cast) -> None:
    form = invitation_form(cast, starts=in_days(5), last_day=in_days(3))
    assert "The last day is before the first day" in text_of(send(cast, cast.administrator, "invite", form))


@pytest.mark.requirement("GOV-04")
def test_a_role_for_one_local_unit_opens_that_unit_alone(cast: Cast) -> None:
    make_person(cast, "Northern", area=cast.north)
    make_person(cast, "Southern", area=cast.south)
    officer = cast.information_officer
    for username, area, seen in (("unit.one", cast.north, ["Northern"]), ("all.of", None, ["Northern", "Southern"])):
        request = asked_for(cast, username, role=Role.COORDINATOR, agency=cast.police, area=area)
        approve(cast, officer, request)
        with acting(User.objects.get(username=username)):
            assert list(Person.objects.order_by("family_name").values_list("family_name", flat=True)) == seen


@pytest.mark.requirement("GOV-03")
def test_a_probation_unit_opens_the_districts_that_it_spans(cast: Cast) -> None:
    make_person(cast, "Northern", area=cast.north)
    make_person(cast, "Southern", area=cast.south)
    with acting("setup"):
        unit = cast.force.children.create(slug="unit", name="Unit", boundary="probation_unit", covers=[cast.south.pk])
        unit.path = f"{cast.force.path}{unit.pk}/"
        unit.save()
    request = asked_for(cast, role=Role.COORDINATOR, agency=cast.police, area=unit)
    approve(cast, cast.information_officer, request)
    with acting(User.objects.get(username="new.person")):
        assert [person.family_name for person in Person.objects.all()] == ["Southern"]


def test_a_role_that_begins_later_opens_nothing_yet(cast: Cast) -> None:
    make_person(cast)
    later = timezone.localdate() + timedelta(days=7)
    request = asked_for(cast, role=Role.COORDINATOR, agency=cast.police, starts=later, ends=later + timedelta(days=7))
    approve(cast, cast.information_officer, request)
    user = User.objects.get(username="new.person")
    with acting(user):
        assert not Person.objects.exists()
        starts, ends = user.grants.values_list("starts_at", "ends_at").get()
    assert (timezone.localdate(starts), timezone.localdate(ends)) == (later, later + timedelta(days=7))


def test_a_day_that_passes_while_it_waits_becomes_today_and_an_end_that_passes_is_refused(cast: Cast) -> None:
    request = asked_for(cast)
    past = timezone.localdate() - timedelta(days=3)
    with acting("setup"), transaction.atomic():
        late = AccountRequest.objects.create(
            scheme=cast.scheme, kind="invite", username="late", name="Late", email="late@agency.example",
            agency=cast.housing, role="partner_worker", starts=past, ends=past + timedelta(days=1), reason="x",
            asked_by=cast.administrator,
        )  # fmt: skip
    officer = cast.information_officer
    assert "The last day asked for has passed" in approve(cast, officer, late)
    approve(cast, officer, request)
    assert User.objects.get(username="new.person").postings.get().starts == timezone.localdate()
    assert not User.objects.filter(username="late").exists()


def test_somebody_who_never_signed_in_gets_a_new_link_the_same_way(cast: Cast) -> None:
    officer = cast.information_officer
    approve(cast, officer, asked_for(cast))
    user = User.objects.get(username="new.person")
    send(cast, cast.administrator, "link", {"reason": "The first ran out"}, user.pk)
    with acting(cast.administrator):
        request = AccountRequest.objects.get(kind="link")
    assert "/account/welcome/" in approve(cast, officer, request)


def test_a_link_for_a_forgotten_password_leaves_the_second_factor(cast: Cast) -> None:
    """ASVS 6.4.3."""
    user = give_app(give_password(cast.police_om))
    send(cast, cast.administrator, "link", {"reason": "Forgot the password"}, user.pk)
    with acting(cast.administrator):
        request = AccountRequest.objects.get(kind="link")
    assert "/account/welcome/" in approve(cast, cast.information_officer, request)
    assert has_second_factor(user)
    with acting("setup"):
        User.objects.filter(pk=user.pk).update(is_active=False)
    page = text_of(send(cast, cast.administrator, "link", {"reason": "Again"}, user.pk))
    assert "A link opens no disabled account" in page


def test_an_account_that_is_opened_again_begins_afresh(cast: Cast) -> None:
    """ASVS 6.4.4: whoever lost every factor proves who they are to two people, as for a first account."""
    user = give_app(give_password(cast.police_om))
    send(cast, cast.administrator, "disable", {"reason": "Phone and key are lost"}, user.pk)
    send(cast, cast.administrator, "enable", {"reason": "Came to the desk with a warrant card"}, user.pk)
    with acting(cast.administrator):
        request = AccountRequest.objects.get(kind="enable")
    assert has_second_factor(user)
    assert "/account/welcome/" in approve(cast, cast.information_officer, request)
    user.refresh_from_db()
    assert user.is_active
    assert not user.has_usable_password()
    assert not has_second_factor(user)
