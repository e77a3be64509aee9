"""Recording agreements, consent and each act of sharing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from trellis.rules.dates import long_date
from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.need_to_know import WHOLE_RECORD
from trellis.rules.sharing import check_act, check_consent, check_onward
from trellis.rules.vocabulary import (
    AgencyKind,
    Permission,
    Role,
    SharingAct,
    SharingBasis,
    SharingContent,
    SharingRegime,
)
from trellis.service.access.agreements import check_sharing_open
from trellis.service.access.models import AgreementParty, SharingAgreement, User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.access.queries import roles_of
from trellis.service.people.correcting import end
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency, Scheme
from trellis.service.sharing.models import Consent, InformationShared
from trellis.service.sharing.queries import consents_of, given, onward_rules, place_of, sharable_kinds

# Twelve of the longest months: a review is never put off for more than a year or so.
LONGEST_UNTIL_REVIEW = timedelta(days=12 * 31)


@transaction.atomic
def record_agreement(
    *, scheme: Scheme, name: str, purpose: str, powers: str, starts: date, review_on: date, by: User
) -> SharingAgreement:
    """Record an agreement, without parties yet.

    Raises Refused for a review that is not after its start and after today, or that is more than 12 months ahead.
    """
    check_permitted(by, Permission.MANAGE_AGREEMENTS)
    _check_review(starts, review_on)
    return SharingAgreement.objects.create(
        scheme=scheme, name=name.strip(), purpose=purpose.strip(), powers=powers.strip(), starts=starts,
        review_on=review_on, recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def change_agreement(
    *, agreement: SharingAgreement, version: int, name: str, purpose: str, powers: str, review_on: date,
    ends: date | None, by: User,
) -> int:  # fmt: skip
    """Review an agreement, or end it; returns the new version. Raises Changed when it has changed since.

    Raises Refused for an agreement that has ended, which only a new one follows, and for a new day of review that is
    not after today or is more than 12 months ahead. A day that stands may stay, so that one past its review can end.
    """
    check_permitted(by, Permission.MANAGE_AGREEMENTS)
    standing = SharingAgreement.objects.select_for_update().get(pk=agreement.pk)
    if standing.ends is not None and standing.ends <= timezone.localdate():
        raise Refused(f"This agreement ended on {long_date(standing.ends)}. Record a new agreement instead.")
    if review_on != standing.review_on:
        _check_review(standing.starts, review_on)
    if ends is not None and ends < agreement.starts:
        raise Refused(f"The agreement began on {long_date(agreement.starts)}. Enter a later day for its end.")
    changed = SharingAgreement.objects.filter(pk=agreement.pk, version=version).update(
        name=name.strip(), purpose=purpose.strip(), powers=powers.strip(), review_on=review_on, ends=ends,
        version=version + 1,
    )  # fmt: skip
    if not changed:
        raise Changed("Somebody else changed this agreement while you wrote.")
    return version + 1


def _check_review(starts: date, review_on: date) -> None:
    if review_on <= starts:
        raise Refused("Enter a day for the review that is after the agreement starts.")
    today = timezone.localdate()
    if not today < review_on <= today + LONGEST_UNTIL_REVIEW:
        raise Refused("Enter a day for the review that is after today, and at most 12 months ahead.")


@transaction.atomic
def place_agency(
    *, agreement: SharingAgreement, agency: Agency, regime: SharingRegime, basis: str, shares: Iterable[str], by: User
) -> AgreementParty:
    """Give an agency its place in an agreement, or change what it may read. It counts from the next request on.

    Raises Refused for a kind of record or a field that nobody may list, and for whoever would widen what an agency
    reads that they work for themselves: somebody of another agency has to.
    """
    check_permitted(by, Permission.MANAGE_AGREEMENTS)
    listed = sorted(set(shares))
    known = {"*"} | {kind.label for kind in sharable_kinds()}
    known |= {field for kind in sharable_kinds() for field, _ in kind.fields}
    if strange := set(listed) - known:
        raise Refused(f"These cannot be shared: {', '.join(sorted(strange))}. Choose from the list.")
    _check_widening(agreement, agency, listed, by)
    place, _ = AgreementParty.objects.update_or_create(
        agreement=agreement, agency=agency, defaults={"regime": regime, "basis": basis.strip(), "shares": listed}
    )
    return place


def _check_widening(agreement: SharingAgreement, agency: Agency, listed: list[str], by: User) -> None:
    # Any agency that they work for, not only the one they act for: acting for another would be a way round.
    if not by.postings.live().filter(agency=agency).exists():
        return
    held = AgreementParty.objects.select_for_update().filter(agreement=agreement, agency=agency).first()
    if held is None or not all(_covered(one, held.shares) for one in listed):
        raise Refused("Somebody of another agency has to widen what your own agency reads.")


def _covered(one: str, shares: Iterable[str]) -> bool:
    """Whether a list of shares opens a kind of record, or one field of a kind, already."""
    return any(held in (WHOLE_RECORD, one) or one.startswith(f"{held}.") for held in shares)


@transaction.atomic
def record_consent(
    *, person: Person, with_agency: Agency, was_given: bool, purpose: str, how: str, starts: date, agency: Agency,
    by: User,
) -> Consent:  # fmt: skip
    """Record what somebody answered; an earlier answer about the same agency ends."""
    check_permitted(by, Permission.SHARE)
    if not (purpose.strip() and how.strip()):
        raise Refused("Say what for, and how they were asked, so that the answer can be relied on.")
    for earlier in Consent.objects.current().filter(person=person, with_agency=with_agency, ends=None):
        if earlier.starts < starts:
            end(earlier, starts)
    return Consent.objects.create(
        person=person, with_agency=with_agency, given=was_given, purpose=purpose.strip(), how=how.strip(),
        starts=starts, agency=agency, recorded_by=by,
    )  # fmt: skip


def check_may_withdraw(consent: Consent, by: User) -> None:
    """Refuse whoever acts for another agency than the one that recorded it, unless they coordinate."""
    check_permitted(by, Permission.SHARE)
    agency_id = acting_agency(by)
    if consent.agency_id != agency_id and Role.COORDINATOR not in roles_of(by, agency_id):
        raise Refused(f"{consent.agency} recorded this consent. Ask them, or a coordinator, to withdraw it.")


@transaction.atomic
def withdraw_consent(*, consent: Consent, ends: date, by: User) -> None:
    """End consent from a day on, because the person has withdrawn it. Raises Refused as `check_may_withdraw` does."""
    check_may_withdraw(consent, by)
    if ends <= consent.starts:
        raise Refused(f"They agreed on {long_date(consent.starts)}. Enter a later day for withdrawing it.")
    end(consent, ends)


@transaction.atomic
def record_act(
    *, person: Person, act: SharingAct, recipient: Agency | None, recipient_name: str, what: str,
    contents: Iterable[SharingContent], reason: str, basis: SharingBasis | None, power: str, conditions: str,
    happened_on: date, agency: Agency, by: User,
) -> InformationShared:  # fmt: skip
    """Record that something was shared, disclosed or refused.

    Raises Refused where it may not be shared: without grounds, with an agency that no agreement in force and reviewed
    covers, on consent that nobody gave, or past the rules of its source.
    """
    check_permitted(by, Permission.SHARE)
    _check_recipient(act, recipient, recipient_name)
    if not what.strip():
        raise Refused("Say what was shared, or asked for, in words that a reader understands.")
    check_act(act=act, basis=basis, power=power, reason=reason)
    chosen = list(contents)
    agreement, consent = None, None
    if act is not SharingAct.REFUSAL:
        check_onward(chosen, AgencyKind(recipient.kind) if recipient else None, onward_rules())
        if basis is SharingBasis.AGREEMENT and recipient is not None:
            check_sharing_open(recipient, person.scheme)
            place = place_of(recipient, person.scheme, timezone.localdate())
            agreement = place.agreement if place else None
        if basis is SharingBasis.CONSENT:
            consent = _consent(person, recipient, happened_on)
    return InformationShared.objects.create(
        person=person, act=act, recipient=recipient, recipient_name="" if recipient else recipient_name.strip(),
        what=what.strip(), contents=sorted(chosen), reason=reason.strip(), basis=basis or "", power=power.strip(),
        agreement=agreement, consent=consent, conditions=conditions.strip(), happened_on=happened_on, agency=agency,
        recorded_by=by,
    )  # fmt: skip


def _check_recipient(act: SharingAct, recipient: Agency | None, name: str) -> None:
    if act is SharingAct.SHARE and recipient is None:
        raise Refused("Choose the agency that it was shared with.")
    if act is SharingAct.DISCLOSURE and recipient is not None:
        raise Refused("A disclosure goes to somebody outside the partnership. For an agency, record a share.")
    if recipient is None and not name.strip():
        raise Refused("Say who was told, or who asked.")


def _consent(person: Person, recipient: Agency | None, day: date) -> Consent:
    if recipient is None:
        raise Refused("Consent is recorded for an agency. For somebody outside, name the power, or ask for consent.")
    consents = consents_of(person)
    check_consent(recipient.pk, recipient.name, given(consents), day)
    return next(one for one, asked in zip(consents, given(consents), strict=True) if asked.covers(recipient.pk, day))
