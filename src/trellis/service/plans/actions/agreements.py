"""Behaviour agreements: begun from a template, signed, kept or broken, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.plans import ClauseKind, Kept, PausesOn, check_words
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.people.correcting import end
from trellis.service.people.models import Person
from trellis.service.plans.models import BehaviourAgreement, Clause, ComplianceEntry, Signature
from trellis.service.schemes.queries import definitions


@transaction.atomic
def begin_agreement(
    *, person: Person, template: str, title: str, starts: date, own_clauses: Sequence[str], by: User
) -> BehaviourAgreement:
    """Put an agreement in force with a template's clauses, and expectations in words of one's own.

    Raises Refused for a template that is not defined, and for a clause of too few words.
    """
    check_permitted(by, Permission.PLAN)
    known = definitions().agreement_templates.get(template)
    if known is None:
        raise Refused("Choose a template among those that are defined.")
    agency = acting_agency(by)
    agreement = BehaviourAgreement.objects.create(
        person=person, title=title.strip() or known.name, template=known.key, template_version=known.version,
        starts=starts, agency_id=agency, recorded_by=by,
    )  # fmt: skip
    clauses: list[tuple[ClauseKind, str, list[PausesOn]]] = [
        (one.kind, one.text, list(one.pauses_on)) for one in known.clauses
    ]
    for text in own_clauses:
        check_words(text, "clause")
        clauses.append((ClauseKind.EXPECTATION, text.strip(), []))
    for place, (kind, text, pauses_on) in enumerate(clauses):
        Clause.objects.create(
            person=person, agreement_key=agreement.key, kind=kind, text=text, pauses_on=pauses_on, place=place,
            agency_id=agency, recorded_by=by,
        )  # fmt: skip
    return agreement


@transaction.atomic
def sign_agreement(
    *, agreement: BehaviourAgreement, signed_by: str, by_person: bool, signed_on: date, by: User
) -> Signature:
    """Record that somebody signed. Raises Refused once the agreement has ended and for a day to come."""
    check_permitted(by, Permission.PLAN)
    _check_in_force(agreement)
    if signed_on > timezone.localdate():
        raise Refused("A signature is dated today or earlier.")
    return Signature.objects.create(
        person_id=agreement.person_id, agreement_key=agreement.key, signed_by=signed_by.strip(), by_person=by_person,
        happened_on=signed_on, agency_id=acting_agency(by), recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def log_compliance(
    *, agreement: BehaviourAgreement, clause: Clause, happened_on: date, kept: Kept, note: str, by: User
) -> ComplianceEntry:
    """Record how a clause was kept. Raises Refused for a broken one without a note."""
    check_permitted(by, Permission.PLAN)
    _check_in_force(agreement)
    if happened_on > timezone.localdate():
        raise Refused("Record how a clause was kept once it has been: the day is today or earlier.")
    if kept is not Kept.KEPT and not note.strip():
        raise Refused("Say what happened, so that the consequence can be fair.")
    return ComplianceEntry.objects.create(
        person_id=agreement.person_id, agreement_key=agreement.key, clause_key=clause.key, happened_on=happened_on,
        kept=kept, note=note.strip(), agency_id=acting_agency(by), recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def end_agreement(*, agreement: BehaviourAgreement, why: str, by: User) -> None:
    """End an agreement today. Raises Refused without why."""
    check_permitted(by, Permission.PLAN)
    _check_in_force(agreement)
    if not why.strip():
        raise Refused("Say why the agreement ends.")
    end(agreement, timezone.localdate(), recorded_by=by, ended_why=why.strip())


def _check_in_force(agreement: BehaviourAgreement) -> None:
    if agreement.ends is not None and agreement.ends <= timezone.localdate():
        raise Refused("This agreement has ended.")
