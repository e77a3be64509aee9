"""What casework finds due, for the sweep that makes tasks of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from trellis.rules.dates import long_date
from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import LeadKind
from trellis.service.casework.queries.clocks import standard_of
from trellis.service.casework.queries.contacts import waiting_for_outcome
from trellis.service.casework.queries.lists import (
    by_due_day,
    in_custody_now,
    lacking,
    managed_people,
    plans_around_custody,
)
from trellis.service.schemes.models import Scheme
from trellis.service.selection.models import Lead
from trellis.service.work.clocks import Clock, Due, offer_clock

# A task for what is due much later would only stand in the way of what is due now.
AHEAD = timedelta(days=3)
VISIT_AHEAD = timedelta(days=14)
# Who is asked first, where several lead a case.
ASKED_FIRST = (LeadKind.POLICE, LeadKind.PROBATION, LeadKind.CASE_MANAGER)


def contacts_due(scheme: Scheme, today: date) -> Iterator[Due]:
    """Everybody managed whom somebody must see within days, or should have seen: a task of whoever leads."""
    late = [one for one in by_due_day(managed_people(scheme), scheme, today) if one.clock.due is not None]
    late = [one for one in late if one.clock.due is not None and one.clock.due.by <= today + AHEAD]
    leads = _leads((one.person_id for one in late), today)
    for one in late:
        due = one.clock.due
        if due is not None:
            begun = due.last or due.since
            yield Due(
                kind=TaskKind.CONTACT, due_on=due.by, person_id=one.person_id, user_id=leads.get(one.person_id),
                source="people.Person", source_key=f"{one.person_id} since {begun.isoformat()}",
                reason=f"Somebody must see them: {due.line.words}. {due.reasons[2]}",
            )  # fmt: skip


def outcomes_due(scheme: Scheme, today: date) -> Iterator[Due]:
    """Appointments that have passed: a task of whose calendar they stand in."""
    waiting = waiting_for_outcome(today).filter(person__scheme=scheme)
    for number, person_id, on, user_id in waiting.values_list("pk", "person_id", "happened_on", "with_user_id"):
        yield Due(
            kind=TaskKind.APPOINTMENT, due_on=on + timedelta(days=1), person_id=person_id, user_id=user_id,
            source="casework.Appointment", source_key=str(number),
            reason=f"Record how the appointment of {long_date(on)} ended.",
        )  # fmt: skip


def telling_due(scheme: Scheme, today: date) -> Iterator[Due]:
    """Everybody managed of whom it is not recorded that they were told why, or offered help."""
    standard = standard_of(scheme)
    people: Any = lacking(scheme)
    found = list(people.values_list("pk", "joined", "lacks_telling", "lacks_offer"))
    leads = _leads((number for number, *_ in found), today)
    for number, joined, lacks_telling, lacks_offer in found:
        for lacks, days, what in (
            (lacks_telling, standard.informed_days, "Tell them why they were selected, and record it."),
            (lacks_offer, standard.offer_days, "Offer help, explain the consequences, and record the answer."),
        ):
            if lacks:
                name = "told" if what.startswith("Tell") else "offer"
                yield Due(
                    kind=TaskKind.INFORM, due_on=joined + timedelta(days=days), person_id=number,
                    user_id=leads.get(number), source="selection.CohortMembership",
                    source_key=f"{number} since {joined.isoformat()}, {name}", reason=what,
                )  # fmt: skip


def visits_due(scheme: Scheme, today: date) -> Iterator[Due]:
    """Visits in prison and the gate: the next one to plan for each person held, from some days before."""
    held = list(in_custody_now(managed_people(scheme), today))
    plans = plans_around_custody(held, scheme, today)
    leads = _leads((custody.person_id for custody in held), today)
    for custody in held:
        step = next((step for step in plans[custody.person_id] if step.made is None), None)
        if step is not None and step.by <= today + VISIT_AHEAD:
            yield Due(
                kind=TaskKind.RELEASE, due_on=step.by, person_id=custody.person_id,
                user_id=leads.get(custody.person_id), source="record.Custody", source_key=f"{custody.pk} {step.step}",
                reason=f"{step.step.label}. {step.why}",
            )  # fmt: skip


def _leads(people: Iterable[int], today: date) -> dict[int, int]:
    """Who is asked to do something about each person: one query. Without a lead it is a coordinator's."""
    rows = Lead.objects.current().as_at(today).filter(person__in=set(people)).order_by()
    found: dict[int, dict[str, int]] = {}
    for person_id, kind, officer_id in rows.values_list("person_id", "kind", "officer_id"):
        found.setdefault(person_id, {})[kind] = officer_id
    return {
        number: next(held[kind] for kind in [one.value for one in ASKED_FIRST] if kind in held)
        for number, held in found.items()
    }


CLOCKS = (
    Clock("contact-due", "Somebody has seen them since, or the standard no longer asks for it.", contacts_due),
    Clock("outcome-due", "The outcome is recorded, or the appointment was moved or called off.", outcomes_due),
    Clock("telling-due", "It is recorded.", telling_due),
    Clock("visit-due", "It was made, or the dates of custody have changed.", visits_due),
)


def offer_clocks() -> None:
    """Offer every clock of casework to the sweep."""
    for clock in CLOCKS:
        offer_clock(clock)
