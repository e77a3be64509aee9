"""Recording what a person was told and offered, how a drug test ended, and the answer to disengagement."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from trellis.rules.dates import long_date
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import (
    DisengagementResponse,
    DrugTestBasis,
    DrugTestResult,
    OfferAnswer,
    Permission,
    Understanding,
)
from trellis.service.access.models import User
from trellis.service.access.permitted import check_permitted
from trellis.service.casework.models import Disengagement, DrugTest, OfferOfHelp, SelectionExplained
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency


def _check_day(happened_on: date) -> None:
    if happened_on > timezone.localdate():
        raise Refused(f"{long_date(happened_on)} has not come yet. Record it once it has happened.")


@transaction.atomic
def record_explanation(
    *, person: Person, happened_on: date, worker: str, how: str, understood: Understanding, notes: str, agency: Agency,
    by: User,
) -> SelectionExplained:  # fmt: skip
    """Record that somebody was told why they were selected. Raises Refused for a day to come."""
    check_permitted(by, Permission.RECORD_CONTACT)
    _check_day(happened_on)
    if not (worker.strip() and how.strip()):
        raise Refused("Say who told them, and how, so that it can be relied on.")
    return SelectionExplained.objects.create(
        person=person, happened_on=happened_on, worker=worker.strip(), how=how.strip(), understood=understood,
        notes=notes.strip(), agency=agency, recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def record_offer(
    *, person: Person, happened_on: date, worker: str, offered: str, answer: OfferAnswer, their_reason: str,
    consequences_explained: bool, consequences: str, agency: Agency, by: User,
) -> OfferOfHelp:  # fmt: skip
    """Record what was offered and answered. Raises Refused for a day to come and for a refusal without its reason."""
    check_permitted(by, Permission.RECORD_CONTACT)
    _check_day(happened_on)
    if not offered.strip():
        raise Refused("Say what help was offered.")
    if answer in {OfferAnswer.REFUSED, OfferAnswer.PARTLY} and not their_reason.strip():
        raise Refused("Write their reason in their own words, or that they gave none.")
    return OfferOfHelp.objects.create(
        person=person, happened_on=happened_on, worker=worker.strip(), offered=offered.strip(), answer=answer,
        their_reason=their_reason.strip(), consequences_explained=consequences_explained,
        consequences=consequences.strip(), agency=agency, recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def respond_to_disengagement(
    *, person: Person, happened_on: date, signs: str, response: DisengagementResponse, reason: str, review_on: date,
    agency: Agency, by: User,
) -> Disengagement:  # fmt: skip
    """Record what is done about somebody who has stopped engaging. It only records: what follows, a person does.

    Raises Refused without signs or a reason, and for a review that does not come after today.
    """
    check_permitted(by, Permission.SET_PRIORITY)
    _check_day(happened_on)
    if not (signs.strip() and reason.strip()):
        raise Refused("Say what shows that they have stopped engaging, and why you chose this response.")
    if review_on <= timezone.localdate():
        raise Refused("Choose a day after today on which the response is looked at again.")
    return Disengagement.objects.create(
        person=person, happened_on=happened_on, signs=signs.strip(), response=response, reason=reason.strip(),
        review_on=review_on, agency=agency, recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def record_drug_test(
    *, person: Person, happened_on: date, basis: DrugTestBasis, tested_for: str, result: DrugTestResult,
    positive_for: str, worker: str, notes: str, agency: Agency, by: User,
) -> DrugTest:  # fmt: skip
    """Record a drug test. Raises Refused for a day to come and for a positive result that does not say for what."""
    check_permitted(by, Permission.RECORD_CONTACT)
    _check_day(happened_on)
    if not tested_for.strip():
        raise Refused("Say what was tested for.")
    if result is DrugTestResult.POSITIVE and not positive_for.strip():
        raise Refused("Say for what the test was positive.")
    return DrugTest.objects.create(
        person=person, happened_on=happened_on, basis=basis, tested_for=tested_for.strip(), result=result,
        positive_for=positive_for.strip() if result is DrugTestResult.POSITIVE else "", worker=worker.strip(),
        notes=notes.strip(), agency=agency, recorded_by=by,
    )  # fmt: skip
