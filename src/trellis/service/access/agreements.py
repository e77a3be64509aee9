"""Sharing agreements: founding a scheme's first, and whether anything new may be shared under one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from trellis.rules.need_to_know import WHOLE_RECORD, check_sharing
from trellis.rules.vocabulary import AgencyKind, SharingRegime
from trellis.service.access.models import AgreementParty, SharingAgreement, User
from trellis.service.schemes.models import Agency, Scheme
from trellis.service.schemes.queries import definitions

LEADS = frozenset({AgencyKind.POLICE, AgencyKind.PROBATION})
# A first guess for the parties to put right: the Data Protection Act 2018, Schedule 7, lists competent authorities.
COMPETENT = LEADS | {AgencyKind.PRISON, AgencyKind.PROSECUTION, AgencyKind.COURTS, AgencyKind.YOUTH}
MONTHS_UNTIL_REVIEW = 12


@transaction.atomic
def found_agreement(*, scheme: Scheme, agencies: Iterable[Agency], by: User) -> SharingAgreement:
    """Record a scheme's first agreement between these agencies: police and probation share the record they lead.

    Every other agency reads what the partner view of its kind lists. A scheme that has an agreement keeps it, and an
    agency that joined since gets its place in the oldest.
    """
    today = timezone.localdate()
    agreement = SharingAgreement.objects.filter(scheme=scheme).order_by("id").first()
    if agreement is None:
        agreement = SharingAgreement.objects.create(
            scheme=scheme,
            name=f"Information sharing agreement of {scheme.name}",
            purpose="Integrated Offender Management: choosing whom to manage, change and control.",
            powers="To be completed by the parties. Example: Crime and Disorder Act 1998, section 115.",
            starts=min(scheme.starts, today),
            review_on=today.replace(year=today.year + MONTHS_UNTIL_REVIEW // 12, day=min(today.day, 28)),
            recorded_by=by,
        )
    placed = set(agreement.parties.values_list("agency_id", flat=True))
    for agency in agencies:
        if agency.pk not in placed:
            add_party(agreement=agreement, agency=agency)
    return agreement


def add_party(*, agreement: SharingAgreement, agency: Agency) -> AgreementParty:
    """Give an agency its place, with what the partner view of its kind lists. The database asks who may."""
    leads = agency.kind in LEADS
    return AgreementParty.objects.create(
        agreement=agreement,
        agency=agency,
        regime=SharingRegime.LAW_ENFORCEMENT if agency.kind in COMPETENT else SharingRegime.GENERAL,
        shares=[WHOLE_RECORD] if leads else partner_view(agency.kind),
    )


def partner_view(kind: str) -> list[str]:
    """What the definition of a partner view lists for an agency of that kind; what none names gets the plain one."""
    views = definitions().partner_views
    found = next((view for view in views.values() if kind in view.agency_kinds), views["plain"])
    return sorted(found.shares)


def check_sharing_open(agency: Agency, scheme: Scheme) -> None:
    """Refuse where nothing new may be shared with an agency in a scheme: without an agreement, or past its review."""
    today = timezone.localdate()
    in_force = AgreementParty.objects.filter(agency=agency, agreement__scheme=scheme, agreement__starts__lte=today)
    in_force = in_force.filter(Q(agreement__ends=None) | Q(agreement__ends__gt=today))
    reviews = in_force.values_list("agreement__review_on", flat=True)
    check_sharing(agency.name, max(reviews, default=None), today)
