"""A person's behaviour agreements: clauses, who signed, how they were kept, and which incentives pause today."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from trellis.rules.plans import ClauseKind, Kept, PausesOn, Status, paused_by
from trellis.rules.vocabulary import PriorityColour
from trellis.service.people.models import Person
from trellis.service.plans.models import BehaviourAgreement, Clause, ComplianceEntry, Signature
from trellis.service.record.models import Custody, Priority


@dataclass(frozen=True, slots=True)
class ClauseView:
    """One clause with how it was kept, the latest first, and what pauses it today."""

    row: Clause
    entries: list[ComplianceEntry]
    paused: list[PausesOn]


@dataclass(frozen=True, slots=True)
class AgreementView:
    """One agreement as a page shows it: the clauses that stand and who signed those words; and what went before."""

    row: BehaviourAgreement
    clauses: list[ClauseView]
    signatures: list[Signature]
    in_force: bool
    former_clauses: list[ClauseView]
    former_signatures: list[Signature]

    @property
    def by_kind(self) -> list[tuple[ClauseKind, list[ClauseView]]]:
        """The clauses by what they are."""
        return [(kind, [one for one in self.clauses if one.row.kind == kind]) for kind in ClauseKind]

    @property
    def signed_by_person(self) -> bool:
        """Whether the person has signed."""
        return any(one.by_person for one in self.signatures)


def status_of(person: Person, today: date) -> Status:
    """How the person stands, as far as it pauses incentives: two queries."""
    custody = Custody.objects.current().as_at(today).filter(person=person).exists()
    priority = Priority.objects.current().as_at(today).filter(person=person).order_by("-starts", "-id").first()
    return Status(
        in_custody=custody,
        at_large=bool(priority and priority.at_large),
        red=bool(priority and priority.colour == PriorityColour.RED),
    )


def agreements_of(person: Person, today: date) -> list[AgreementView]:
    """Every agreement of a person, the latest first: six queries."""
    rows = list(BehaviourAgreement.objects.current().filter(person=person).select_related("agency", "recorded_by"))
    keys = [row.key for row in rows]
    clauses: dict[UUID, list[Clause]] = defaultdict(list)
    for clause in Clause.objects.current().filter(person=person, agreement_key__in=keys):
        clauses[clause.agreement_key].append(clause)
    entries: dict[UUID, list[ComplianceEntry]] = defaultdict(list)
    told = ComplianceEntry.objects.current().filter(person=person, agreement_key__in=keys)
    for entry in told.select_related("agency", "recorded_by").order_by("-happened_on", "-id"):
        entries[entry.clause_key].append(entry)
    signatures: dict[UUID, list[Signature]] = defaultdict(list)
    signed = Signature.objects.current().filter(person=person, agreement_key__in=keys)
    for signature in signed.select_related("agency").order_by("happened_on", "id"):
        signatures[signature.agreement_key].append(signature)
    status = status_of(person, today)
    return [_view(row, _clauses(clauses[row.key], entries, status), signatures[row.key], today) for row in rows]


def _view(
    row: BehaviourAgreement, clauses: list[ClauseView], signatures: list[Signature], today: date
) -> AgreementView:
    return AgreementView(
        row,
        [one for one in clauses if one.row.until_version is None],
        [one for one in signatures if one.version == row.version],
        row.ends is None or row.ends > today,
        [one for one in clauses if one.row.until_version is not None],
        [one for one in signatures if one.version != row.version],
    )


def _clauses(clauses: list[Clause], entries: dict[UUID, list[ComplianceEntry]], status: Status) -> list[ClauseView]:
    """Each clause; an incentive stands or falls with how the agreement was kept last."""
    log = sorted((one for clause in clauses for one in entries[clause.key]), key=lambda one: (one.happened_on, one.pk))
    now = replace(status, log=tuple(Kept(one.kept) for one in log))
    return [
        ClauseView(clause, entries[clause.key], paused_by([PausesOn(one) for one in clause.pauses_on], now))
        for clause in clauses
    ]
