"""A panel's decision, and the adoption that follows it in the same breath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from trellis.rules.dates import long_date
from trellis.rules.errors import Refused
from trellis.rules.notices import NoticeKind
from trellis.rules.selection import ACT_OF_OUTCOME, check_decide
from trellis.rules.vocabulary import LeadKind, PanelOutcome, Permission, Stage
from trellis.service.access.models import User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.people.correcting import take_turns
from trellis.service.people.models import Person
from trellis.service.schemes.models import Cohort
from trellis.service.selection.leading import allocate
from trellis.service.selection.models import CohortMembership, PanelDecision, Proposal, Referral
from trellis.service.selection.queries.panel import evidence_of, picture_of, views_on
from trellis.service.selection.stages import check_open, move
from trellis.service.work.actions import notify


@transaction.atomic
def record_decision(
    *,
    by: User,
    referral: Referral,
    outcome: PanelOutcome,
    rationale: str,
    present: Sequence[str],
    decided_on: date,
    cohort: Cohort | None = None,
    review_on: date | None = None,
    leads: Mapping[LeadKind, User] | None = None,
    lead_reason: str = "",
) -> PanelDecision:
    """Record what a panel decided, with a copy of what it had before it. It can never be altered.

    `present`: a line for each person, "Name, Agency". Adoption needs the cohort and every lead that supervision asks
    for, and happens whole or not at all. Raises Refused with the sentence for whatever is lacking.
    """
    check_permitted(by, Permission.DECIDE)
    referral = Referral.objects.select_for_update().get(pk=referral.pk)
    person = _person_of(referral)
    take_turns(person.pk)
    there = [line.strip() for line in present if line.strip()]
    check_decide(
        stage=Stage(person.stage),
        outcome=outcome,
        rationale=rationale,
        present=there,
        cohort=cohort.slug if cohort else None,
    )
    _check_dates(outcome, decided_on, review_on)
    picture = picture_of(person)
    decision = PanelDecision.objects.create(
        referral=referral,
        person=person,
        outcome=outcome,
        cohort=cohort,
        rationale=rationale.strip(),
        present=there,
        evidence=evidence_of(picture, views_on(referral)),
        known_at=picture.known_at,
        decided_on=decided_on,
        review_on=review_on,
        decided_by=by,
    )
    if outcome == PanelOutcome.ADOPT and cohort is not None:
        _adopt(decision, cohort, by=by, leads=leads or {}, reason=lead_reason)
    if outcome != PanelOutcome.DEFER:
        Referral.objects.filter(pk=referral.pk).update(closed_at=timezone.now())
        Proposal.objects.filter(person=person, closed_at=None).update(closed_at=timezone.now())
    move(person, ACT_OF_OUTCOME[outcome])
    if outcome == PanelOutcome.ADOPT:
        notify(person_id=person.pk, kind=NoticeKind.ADOPTED, by=by)
    return decision


def _person_of(referral: Referral) -> Person:
    check_open(referral)
    if referral.person is None:
        raise Refused("Say who this referral is about before the panel decides.")
    return referral.person


def _check_dates(outcome: PanelOutcome, decided_on: date, review_on: date | None) -> None:
    if decided_on > timezone.localdate():
        raise Refused("The day of the decision must be today or in the past.")
    if outcome == PanelOutcome.DEFER and review_on is None:
        raise Refused("Give the date on which the panel will look at this again.")
    if review_on is not None and review_on <= decided_on:
        raise Refused("The review date must come after the day of the decision.")


def _adopt(decision: PanelDecision, cohort: Cohort, *, by: User, leads: Mapping[LeadKind, User], reason: str) -> None:
    person, day = decision.person, decision.decided_on
    if cohort.scheme_id != person.scheme_id:
        raise Refused(f"{cohort} is not a cohort of this person's scheme.")
    clashing = person.cohortmembership_set.current().exclude(ends__lte=day).first()
    if clashing is not None:
        raise Refused(f"The person is in {clashing.cohort} from {long_date(clashing.starts)}: end that first.")
    CohortMembership.objects.create(
        person=person, agency_id=acting_agency(by), recorded_by=by, starts=day, cohort=cohort, decision=decision
    )
    allocate(person, leads, by=by, day=day, reason=reason)
