"""The clocks of plans: a missing plan, reviews, a new look after a lapse, and a contingency about to end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from trellis.rules.dates import long_date
from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import Role
from trellis.service.needs.clocks import NOTICE, managed_in, workers_of
from trellis.service.plans.models import Contingency, Plan
from trellis.service.plans.queries.exceptions import MISSING, REPLAN, REVIEW, standings_of
from trellis.service.schemes.models import Scheme
from trellis.service.work.clocks import Clock, Due

NEIGHBOURHOOD = "Review the plan with the case’s officer: what has the ward seen, and what should patrols know?"
ENDING = timedelta(days=7)
"""A contingency that is about to end is looked at this long before."""


def plans_missing(scheme: Scheme, today: date) -> Iterator[Due]:
    """Managed people without a current plan."""
    found = [(person, at) for person, at in standings_of(scheme, today) if at.what == MISSING]
    workers = workers_of([person for person, _ in found], today)
    # Earlier plans tell one time without a plan from the next.
    ended = dict(_latest_ends([person for person, _ in found]))
    for person, at in found:
        since = ended.get(person, at.on)
        yield Due(
            TaskKind.PLAN, at.sentence, since, "plans.Plan", f"missing-{person}-{since}", person, workers.get(person)
        )


def _latest_ends(people: list[int]) -> list[tuple[int, date]]:
    rows = Plan.objects.current().filter(person__in=people).exclude(ends=None).order_by("ends")
    return list(rows.values_list("person_id", "ends"))


def plan_reviews(scheme: Scheme, today: date) -> Iterator[Due]:
    """Plans to be reviewed within a fortnight or overdue, or looked at again after a lapse."""
    found = [
        (person, at)
        for person, at in standings_of(scheme, today)
        if at.what != MISSING and (at.what == REPLAN or at.on <= today + NOTICE)
    ]
    workers = workers_of([person for person, _ in found], today)
    for person, at in found:
        source = "plans.Lapse" if at.what == REPLAN else "plans.Plan"
        yield Due(TaskKind.PLAN, at.sentence, at.on, source, f"{at.what}-{at.row}", person, workers.get(person))


def neighbourhood_reviews(scheme: Scheme, today: date) -> Iterator[Due]:
    """Plans whose review is near or past, for neighbourhood policing to look at too (PLN-08)."""
    for person, at in standings_of(scheme, today):
        if at.what == REVIEW and at.on <= today + NOTICE:
            yield Due(
                TaskKind.NEIGHBOURHOOD_REVIEW, NEIGHBOURHOOD, at.on, "plans.Plan", f"neighbourhood-{at.row}", person,
                role=Role.NEIGHBOURHOOD_OFFICER,
            )  # fmt: skip


def contingencies_ending(scheme: Scheme, today: date) -> Iterator[Due]:
    """Contingencies that end within a week: is the risk past, or is it planned for again?"""
    rows = Contingency.objects.current().filter(
        person__in=managed_in(scheme), starts__lte=today, ends__gt=today, ends__lte=today + ENDING
    )
    found = list(rows.order_by("ends", "id").values_list("pk", "person_id", "ends"))
    workers = workers_of([person for _, person, _ in found], today)
    for row, person, ends in found:
        reason = f"A contingency of the plan ends on {long_date(ends)}: say whether the risk is past."
        yield Due(TaskKind.PLAN, reason, ends, "plans.Contingency", str(row), person, workers.get(person))


CLOCKS = (
    Clock("plans.missing", "A plan has been written since.", plans_missing),
    Clock("plans.reviews", "The plan has been reviewed since.", plan_reviews),
    Clock("plans.neighbourhood", "The plan has been reviewed since.", neighbourhood_reviews),
    Clock("plans.contingencies", "The contingency has ended or changed.", contingencies_ending),
)
