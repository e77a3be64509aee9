"""Referring somebody, saying who they are, and gathering agencies' views."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.selection import Act, check_refer
from trellis.rules.vocabulary import Compartment, GrantBasis, Permission, ReferralSource, Stage
from trellis.service.access.actor import acting_agency_id
from trellis.service.access.models import Grant, User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.people.models import Person
from trellis.service.schemes.models import Area, Cohort, Scheme
from trellis.service.selection.models import AgencyView, Referral, ViewRequest
from trellis.service.selection.stages import check_open, move

DAYS_TO_ANSWER = 14


@transaction.atomic
def refer(
    *,
    by: User,
    scheme: Scheme,
    source: ReferralSource | None,
    reason: str,
    person: Person | None = None,
    cohort: Cohort | None = None,
    name: str = "",
    birth: date | None = None,
    identifier: str = "",
    area: Area | None = None,
) -> Referral:
    """Refer somebody: a person on record, or a name that a coordinator will put to a person.

    Nothing of a record is read for a name, so a partner learns nothing by referring. Raises Refused without source,
    reason or name, and for somebody already referred or managed.
    """
    check_permitted(by, Permission.REFER)
    check_refer(stage=Stage(person.stage) if person else Stage.KNOWN, source=source, reason=reason)
    assert source is not None
    if person is None and not name.strip():
        raise Refused("Give the name of the person you refer.")
    if person:
        # First, so that of two people who refer at once the second is refused and not failed.
        move(person, Act.REFER)
    return Referral.objects.create(
        scheme=scheme,
        area=person.area if person else area,
        person=person,
        given_name=str(person) if person else name.strip(),
        given_birth=person.date_of_birth if person else birth,
        given_identifier=identifier.strip(),
        source=source,
        reason=reason.strip(),
        cohort=cohort,
        referred_by=by,
        agency_id=acting_agency(by),
    )


@transaction.atomic
def match_referral(*, by: User, referral: Referral, person: Person) -> None:
    """Say whom a referral means. The person is then referred, and stands before the panel."""
    check_permitted(by, Permission.DECIDE)
    _check_unmatched(referral)
    check_refer(stage=Stage(person.stage), source=ReferralSource(referral.source), reason=referral.reason)
    _answer(referral, person_id=person.pk, area_id=person.area_id)
    move(person, Act.REFER)


@transaction.atomic
def close_unmatched(*, by: User, referral: Referral, closing: str) -> None:
    """Close a referral that is of nobody on record, and say why to whoever referred."""
    check_permitted(by, Permission.DECIDE)
    _check_unmatched(referral)
    if not closing.strip():
        raise Refused("Say what the referrer should know, such as what would help to find the person.")
    _answer(referral, closed_at=timezone.now(), closing=closing.strip())


@transaction.atomic
def ask_for_view(*, by: User, referral: Referral, user: User, with_record: bool = False) -> ViewRequest:
    """Ask somebody for their agency's view. The request opens the referral to them for two weeks.

    With `with_record` a grant opens the person's core record to them for as long, on the basis "asked for a view".
    """
    check_permitted(by, Permission.DECIDE)
    check_open(referral)
    agency_id = acting_agency_id(user)
    if agency_id is None:
        raise Refused(f"{user} works for no agency today. Choose somebody else.")
    until = timezone.now() + timedelta(days=DAYS_TO_ANSWER)
    if with_record:
        if referral.person_id is None:
            raise Refused("Say who the referral is about before you open a record.")
        Grant.objects.create(
            user=user,
            person_id=referral.person_id,
            agency_id=agency_id,
            compartments=[Compartment.CORE],
            basis=GrantBasis.VIEW,
            reason=f"Referral of {timezone.localdate(referral.referred_at):%d/%m/%Y}",
            granted_by=by,
            ends_at=until,
        )
    return ViewRequest.objects.create(referral=referral, user=user, agency_id=agency_id, asked_by=by, ends_at=until)


@transaction.atomic
def give_view(*, by: User, referral: Referral, supports: bool | None, text: str) -> AgencyView:
    """Give one's agency's view. A later view adds to an earlier one. Raises Refused without words or once decided."""
    check_permitted(by, Permission.GIVE_VIEW)
    check_open(referral)
    if not text.strip():
        raise Refused("Say what your agency thinks, and why: the panel reads it as evidence.")
    return AgencyView.objects.create(
        referral=referral, agency_id=acting_agency(by), supports=supports, text=text.strip(), given_by=by
    )


def _check_unmatched(referral: Referral) -> None:
    check_open(referral)
    if referral.person_id is not None:
        raise Refused("Somebody has already said who this referral is about. Open it again.")


def _answer(referral: Referral, **values: object) -> None:
    """Say whom a referral means, or that it is of nobody. Raises Changed when somebody else has just done either."""
    if not Referral.objects.filter(pk=referral.pk, person=None, closed_at=None).update(**values):
        raise Changed("Somebody else has just answered this referral. Open it again and see what they said.")
