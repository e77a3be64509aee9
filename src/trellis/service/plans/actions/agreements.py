"""Behaviour agreements: begun from a template, signed, kept or broken, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.plans import ClauseKind, Kept, PausesOn, check_clauses, check_words, version_after
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.people.correcting import correct, end, take_turns
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
    """Record that somebody signed its present version. Raises Refused once it has ended and for a day to come; Changed
    where its clauses have changed since it was read.
    """
    check_permitted(by, Permission.PLAN)
    _check_in_force(agreement)
    _check_latest(agreement)
    if signed_on > timezone.localdate():
        raise Refused("A signature is dated today or earlier.")
    return Signature.objects.create(
        person_id=agreement.person_id, agreement_key=agreement.key, signed_by=signed_by.strip(), by_person=by_person,
        version=agreement.version, happened_on=signed_on, agency_id=acting_agency(by), recorded_by=by,
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
def change_clauses(
    *, agreement: BehaviourAgreement, ending: Sequence[Clause], why: str, by: User, kind: ClauseKind | None = None,
    text: str = "", pauses_on: Sequence[PausesOn] = (),
) -> BehaviourAgreement:  # fmt: skip
    """End clauses from today and add one; returns the agreement, which waits to be signed anew if it was signed.

    What was signed and how it was kept stay. Raises Refused without a change or a reason, and where no clause would be
    left; Changed when somebody else has changed it since it was read.
    """
    check_permitted(by, Permission.PLAN)
    take_turns(agreement.person_id)
    _check_in_force(agreement)
    _check_latest(agreement)
    standing = Clause.objects.current().filter(agreement_key=agreement.key, until_version=None)
    check_clauses(ending=len(ending), standing=standing.count(), adding=kind is not None, why=why)
    signed = Signature.objects.current().filter(agreement_key=agreement.key, version=agreement.version).exists()
    version = version_after(agreement.version, signed=signed)
    for clause in ending:
        end_of_it = {"until_version": version, "ended_on": timezone.localdate(), "ended_why": why.strip()}
        correct(clause, recorded_by=by, **end_of_it)
    if kind is not None:
        check_words(text, "clause")
        last = max((clause.place for clause in Clause.objects.current().filter(agreement_key=agreement.key)), default=0)
        Clause.objects.create(
            person_id=agreement.person_id, agreement_key=agreement.key, kind=kind, text=text.strip(), place=last + 1,
            pauses_on=sorted(pauses_on) if kind is ClauseKind.INCENTIVE else [], from_version=version,
            agency_id=acting_agency(by), recorded_by=by,
        )  # fmt: skip
    return correct(agreement, version=version, recorded_by=by)


@transaction.atomic
def end_agreement(*, agreement: BehaviourAgreement, why: str, by: User) -> None:
    """End an agreement today. Raises Refused without why."""
    check_permitted(by, Permission.PLAN)
    _check_in_force(agreement)
    if not why.strip():
        raise Refused("Say why the agreement ends.")
    end(agreement, timezone.localdate(), recorded_by=by, ended_why=why.strip())


def _check_latest(agreement: BehaviourAgreement) -> None:
    if not BehaviourAgreement.objects.current().filter(pk=agreement.pk).exists():
        raise Changed("Somebody else changed the agreement while you wrote. Look at it again first.")


def _check_in_force(agreement: BehaviourAgreement) -> None:
    if agreement.ends is not None and agreement.ends <= timezone.localdate():
        raise Refused("This agreement has ended.")
