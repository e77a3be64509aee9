"""How cases are laid out: a row for each on screen and in a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from trellis.rules.caseload import Case, PlanState
from trellis.rules.dates import how_long
from trellis.rules.vocabulary import LeadKind
from trellis.service.access.models import User
from trellis.service.caseload.queries.cases import people_of
from trellis.service.caseload.queries.sight import Sight
from trellis.service.people.birth import age_words, born_words
from trellis.service.people.models import Person
from trellis.service.schemes.models import Cohort
from trellis.service.ui.filters import plural, short_date

PLAN_WORDS = {
    PlanState.MISSING: "No plan",
    PlanState.REPLAN: "Look again by",
    PlanState.OVERDUE: "Review overdue since",
    PlanState.CURRENT: "Review by",
}
SERVICES = {LeadKind.POLICE: "police", LeadKind.PROBATION: "probation", LeadKind.CASE_MANAGER: "case manager"}


@dataclass(frozen=True, slots=True)
class Row:
    """One case as a list shows it: the person's record beside its figures in words."""

    person: Person
    case: Case
    leads: tuple[tuple[str, str], ...]
    cohorts: tuple[str, ...]

    @property
    def born(self) -> str:
        """Birth and age in words."""
        age = age_words(self.person)
        return f"{born_words(self.person)}{f' (age {age})' if age else ''}"

    @property
    def seen(self) -> str:
        """When anybody last saw them."""
        return f"Seen {how_long(self.case.last_seen, self.case.today)}" if self.case.last_seen else "Not seen yet"

    @property
    def contact(self) -> tuple[str, bool]:
        """By when somebody must see them, and whether that is past."""
        words, late = _by(self.case.contact_by, self.case.today)
        return words[0].upper() + words[1:] if late else words.removeprefix("by "), late

    @property
    def review(self) -> tuple[str, bool]:
        """When the priority is reviewed, and whether that is past."""
        return _by(self.case.review_on, self.case.today)

    @property
    def plan(self) -> tuple[str, bool]:
        """How the plan stands, and whether somebody must look at it."""
        case = self.case
        day = f" {short_date(case.plan_on)}" if case.plan_on else ""
        return f"{PLAN_WORDS[case.plan]}{day}", case.plan is not PlanState.CURRENT

    @property
    def tasks(self) -> str:
        """Open tasks, and how many of them are overdue."""
        case = self.case
        return f"{case.tasks}{f', {case.tasks_overdue} overdue' if case.tasks_overdue else ''}"

    @property
    def steadiness(self) -> str:
        """How often the manager changed since joining, and for how long the longest led."""
        case = self.case
        if case.continuity is None or not case.changes:
            return ""
        return f"{plural(case.changes, 'change')} of manager, longest lead {case.continuity.percent}%"


def _by(day: date | None, today: date) -> tuple[str, bool]:
    if day is None:
        return "", False
    return (f"overdue since {short_date(day)}", True) if day < today else (f"by {short_date(day)}", False)


def rows_of(cases: Sequence[Case]) -> list[Row]:
    """The rows of these cases, in their order: three queries."""
    people = people_of(cases)
    names = names_of(number for case in cases for number in case.leads.values())
    cohorts = {cohort.pk: str(cohort) for cohort in Cohort.objects.filter(
        pk__in={number for case in cases for number in case.cohorts})}  # fmt: skip
    return [
        Row(
            people[case.person], case,
            tuple((names.get(case.leads[kind], ""), SERVICES[kind]) for kind in LeadKind if kind in case.leads),
            tuple(cohorts[number] for number in sorted(case.cohorts) if number in cohorts),
        )
        for case in cases if case.person in people
    ]  # fmt: skip


def names_of(numbers: Iterable[int]) -> dict[int, str]:
    """Officers' names by number: one query."""
    return {user.pk: str(user) for user in User.objects.filter(pk__in=set(numbers))}


HEADINGS = (
    *("Name", "Date of birth", "Area", "Cohort", "Priority", "Priority review", "In custody", "Leads", "Last seen"),
    *("Contact due", "Next appointment", "Plan", "Open tasks", "Tasks overdue", "Managed since", "Days managed"),
    *("Changes of manager", "Longest lead, % of days"),
)


def exported(row: Row, sight: Sight) -> list[object]:
    """A case's cells under `HEADINGS`; what is not shared with the reader's agency stays empty."""
    case = row.case
    cells: dict[str, object] = {
        "Name": row.person.list_name, "Date of birth": born_words(row.person),
        "Area": str(row.person.area or ""), "Cohort": row.cohorts,
        "Priority": case.colour.label if case.colour else "Not set",
        "Priority review": case.review_on if sight.reviews else None,
        "In custody": case.in_custody if sight.custody else None,
        "Leads": [f"{name} ({service})" for name, service in row.leads], "Last seen": case.last_seen,
        "Contact due": case.contact_by, "Next appointment": case.appointment,
        "Plan": row.plan[0] if sight.plans else None,
        "Open tasks": case.tasks if sight.tasks else None, "Tasks overdue": case.tasks_overdue if sight.tasks else None,
        "Managed since": case.joined, "Days managed": case.days, "Changes of manager": case.changes,
        "Longest lead, % of days": case.continuity.percent if case.continuity else None,
    }  # fmt: skip
    return [cells[heading] for heading in HEADINGS]
