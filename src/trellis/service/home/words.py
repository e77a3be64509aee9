"""What a timeline says of each kind of spell and event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import singledispatch
from typing import Any

from django.utils import timezone

from trellis.rules.dates import how_long, long_date
from trellis.rules.vocabulary import Finding
from trellis.service.caseload.models import Handover
from trellis.service.casework.models import Contact
from trellis.service.people.history import Spell
from trellis.service.people.models import Address, Alert
from trellis.service.priority.models import Proposal
from trellis.service.record.models import (
    AgencyScore,
    Arrest,
    Charge,
    Custody,
    Disposal,
    Priority,
    Registration,
    Supervision,
)
from trellis.service.selection.models import CohortMembership, Lead
from trellis.service.selection.offences import offence_words


@dataclass(frozen=True, slots=True)
class Told:
    """One entry in words: its title, and what stands under it, a sentence a line."""

    title: str
    lines: tuple[str, ...] = ()


def _told(title: str, *lines: str | None) -> Told:
    return Told(title, tuple(line for line in lines if line))


def span(spell: Spell, today: date | None = None) -> str:
    """How long a spell held: "Until 3 May 2026" or "Still so"."""
    if spell.ends is None:
        return "No end recorded"
    today = today or timezone.localdate()
    return f"Until {long_date(spell.ends)}, {how_long(spell.ends, today)}"


def _day(label: str, day: date | None) -> str | None:
    return f"{label} {long_date(day)}" if day else None


@singledispatch
def told(row: Any) -> Told:
    """What to say of a spell or event; a kind without words of its own says what its model says."""
    return _told(f"{row.timeline_label}: {row}")


@told.register
def _(row: Arrest) -> Told:
    offence = offence_words(row.ho_code)
    return _told(f"Arrested for {offence}" if offence else "Arrested", row.outcome and f"Outcome: {row.outcome}")


@told.register
def _(row: Charge) -> Told:
    offence = offence_words(row.ho_code)
    return _told(f"Charged with {offence}" if offence else "Charged", _day("Offence on", row.offence_on))


@told.register
def _(row: Disposal) -> Told:
    result = row.disposal or row.get_finding_display()
    finding = row.get_finding_display() if row.disposal and row.finding != Finding.CAUTION else None
    return _told(
        f"{result}: {offence_words(row.ho_code)}",
        finding,
        _day("Offence on", row.offence_on),
        "The principal offence of the day" if row.principal else None,
    )


@told.register
def _(row: AgencyScore) -> Told:
    percent = f"{row.percent_2y}% in two years" if row.percent_2y is not None else "no percentage given"
    return _told(f"{row.predictor} score: {percent}", row.band and f"Band: {row.get_band_display()}")


@told.register
def _(row: Custody) -> Told:
    ended = f"{span(row)}{f' ({row.release_reason.lower()})' if row.release_reason else ''}"
    return _told(
        f"Into custody: {row.get_kind_display().lower()}",
        row.prison,
        ended if row.ends else "Held now, as far as is known",
        _day("Release expected on", row.expected_release) if row.ends is None else None,
    )


@told.register
def _(row: Supervision) -> Told:
    return _told(
        f"Supervision: {row.get_kind_display().lower()}",
        row.team,
        row.reference and f"Reference {row.reference}",
        span(row),
    )


@told.register
def _(row: Registration) -> Told:
    harm = f"Risk of serious harm: {row.get_risk_of_harm_display().lower()}" if row.risk_of_harm else None
    return _told(f"Registration: {row.title} ({row.code})", harm, span(row))


@told.register
def _(row: Priority) -> Told:
    differs = row.proposed and row.proposed != row.colour
    return _told(
        f"Priority set to {row.get_colour_display()}",
        row.reason,
        row.decision_words and f"Decided by: {row.decision_words}",
        f"The grid proposed {row.get_proposed_display()}" if differs else None,
        _day("To be reviewed by", row.review_on),
        span(row) if row.ends else None,
    )


@told.register
def _(row: Proposal) -> Told:
    rests_on = f"Rests on: {row.get_rests_on_display().lower()}" if row.rests_on else None
    return _told(f"Priority proposed: {row.get_colour_display()}", row.reason, rests_on)


@told.register
def _(row: CohortMembership) -> Told:
    left = (
        f"Left on {long_date(row.ends)}{f': {row.leaving_reason}' if row.leaving_reason else ''}" if row.ends else None
    )
    return _told(f"Joined {row.cohort}", left)


@told.register
def _(row: Lead) -> Told:
    return _told(f"{row.get_kind_display()}: {row.officer}", row.reason, span(row) if row.ends else None)


@told.register
def _(row: Address) -> Told:
    return _told(f"Address: {row}", span(row) if row.ends else None)


@told.register
def _(row: Alert) -> Told:
    return _told(
        f"Alert: {row.get_kind_display().lower()}", row.reason, _day("To be reviewed by", row.review_on),
        f"Ended on {long_date(row.ends)}" if row.ends else None,
    )  # fmt: skip


@told.register
def _(row: Contact) -> Told:
    return _told(
        f"{row.full_words}: {row.get_outcome_display().lower()}",
        f"Made by {row.worker}" if row.worker else None,
        f"For: {row.purpose_words}" if row.purposes else None,
        row.get_engagement_display() or None,
        row.notes or None,
        f"Corrected: {row.correction}" if row.correction else None,
    )


@told.register
def _(row: Handover) -> Told:
    former = f", in place of {row.from_officer}" if row.from_officer else ""
    return _told(f"Case handed over: {row.get_kind_display().lower()} {row.to_officer}{former}", row.note or None)
