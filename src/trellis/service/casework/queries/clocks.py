"""The contact clock of one person or of many: what is due, how well the standard was kept, who has to fill a gap.

A set number of queries, however many people are asked about. Only figures are read here, not records: a page shows the
records of those whose rows it prints.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Max
from django.utils import timezone

from trellis.rules import clock
from trellis.rules.contact_standards import Due, Standard
from trellis.rules.contacts import ABSENCES_THAT_WARN, Contact, absences_in_a_row
from trellis.rules.dates import how_long, long_date
from trellis.rules.intervals import Interval, subtract, union
from trellis.rules.vocabulary import ContactMode, ContactOutcome, PriorityColour, Stage
from trellis.service.casework.models import Contact as ContactRecord
from trellis.service.people.models import Person
from trellis.service.record.models import Custody, Priority, Registration, Supervision
from trellis.service.schemes.definitions.contact_standards import ContactStandardDefinition, FinalThirdDefinition
from trellis.service.schemes.models import Scheme
from trellis.service.schemes.queries import definitions
from trellis.service.selection.models import CohortMembership

WEEKS_SHOWN = 12
# Longer than any line of a standard, and than the weeks that are drawn.
DAYS_READ = 400
SUCCESSFUL = [outcome.value for outcome in ContactOutcome if outcome.successful]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the clock of one person is counted from."""

    cut: tuple[clock.Stretch, ...]
    contacts: tuple[Contact, ...]
    custody: tuple[Interval, ...]
    orders: tuple[Interval, ...]
    exempt: str
    managed: tuple[Interval, ...]


@dataclass(frozen=True)
class ContactClock:
    """How one person stands to the contact standard on a day. What only their own page shows is counted when asked."""

    definition: ContactStandardDefinition
    standard: Standard
    today: date
    facts: Facts = field(repr=False)

    @property
    def is_example(self) -> bool:
        """Whether the page must say that no published source of the standard could be confirmed."""
        return self.definition.is_example

    @cached_property
    def due(self) -> Due | None:
        """When the next contact is due; None for somebody not managed."""
        return clock.due_now(self.standard, self.facts.cut, self.facts.contacts, today=self.today)

    @property
    def window(self) -> Interval:
        """The weeks that are drawn, up to today."""
        monday = self.today - timedelta(days=self.today.weekday())
        return Interval(monday - (WEEKS_SHOWN - 1) * clock.WEEK, self.today + timedelta(days=1))

    @cached_property
    def kept(self) -> clock.Kept:
        """On how many days of those weeks nothing was overdue."""
        return clock.kept(self.standard, self.facts.cut, self.facts.contacts, self.window)

    @cached_property
    def weeks(self) -> tuple[clock.Week, ...]:
        """Those weeks one by one."""
        return clock.weeks(self.standard, self.facts.cut, self.facts.contacts, today=self.today, number=WEEKS_SHOWN)

    @cached_property
    def gaps(self) -> tuple[Interval, ...]:
        """The stretches of management in those weeks without success, each longer than the standard's span."""
        free = [part for spell in self.facts.managed if (part := spell.intersect(self.window))]
        longest = self.due.line.days if self.due else max(line.days for line in self.standard.lines.values())
        return tuple(gap for part in free for gap in clock.gaps(self.facts.contacts, part, longer_than=longest))

    @cached_property
    def absences(self) -> int:
        """How many contacts running failed by the person's own doing."""
        return absences_in_a_row(self.facts.contacts, as_at=self.today)

    @property
    def switch(self) -> clock.Switch | None:
        """When the contact of some agencies stops because every order is in its final third."""
        return clock.switch(self.facts.orders, today=self.today, exempt=self.facts.exempt)

    @property
    def without(self) -> int:
        """Contacts of the line's span by others than those whose contact stops in the final third."""
        if self.due is None:
            return 0
        kinds = self.definition.final_third.agency_kinds
        return clock.made_without(self.facts.contacts, self.due.line, agencies=kinds, today=self.today)

    @property
    def is_overdue(self) -> bool:
        """Whether the next contact is late."""
        return self.due is not None and self.due.is_overdue

    @property
    def disengaging(self) -> list[str]:
        """What shows that somebody may have stopped engaging, in sentences; nothing while nothing does."""
        signs = []
        if self.absences >= ABSENCES_THAT_WARN:
            signs.append(f"{self.absences} contacts in a row failed without a good reason.")
        if self.due is not None and self.due.days_overdue >= self.due.line.days:
            signs.append(f"The contact standard has not been kept for {self.due.days_overdue} days.")
        return signs

    def final_third_sentence(self, today: date) -> str:
        """What the final third of an order means for who sees them; nothing where it means nothing yet."""
        if self.switch is None or self.due is None:
            return ""
        if self.switch.exempt:
            return f"Probation’s appointments go on to the end of the order: {self.switch.exempt}."
        if not self.switch.is_on(today):
            return f"Final third from {long_date(self.switch.on)} ({how_long(self.switch.on, today)}): probation’s" \
                " appointments stop then. Plan who sees them instead."  # fmt: skip
        made = {0: "none", 1: "one"}.get(self.without, str(self.without))
        return f"Final third since {long_date(self.switch.on)}: probation’s appointments have stopped, and police and" \
            f" partners make the contacts. Of the standard, {self.due.line.words}, they made {made}."  # fmt: skip


def contact_clocks(people: Sequence[Person], scheme: Scheme | None, today: date) -> dict[int, ContactClock]:
    """The clock of each person, by number. Seven queries."""
    definition = standard_of(scheme)
    standard = definition.standard()
    found = facts_of(people, definition.final_third, today)
    return {number: ContactClock(definition, standard, today, facts) for number, facts in found.items()}


def contact_clock(person: Person, today: date | None = None) -> ContactClock:
    """The clock of one person."""
    return contact_clocks([person], person.scheme, today or timezone.localdate())[person.pk]


def standard_of(scheme: Scheme | None) -> ContactStandardDefinition:
    """The contact standard that holds in a scheme."""
    return definitions().contact_standard(scheme.slug if scheme else "")


def facts_of(people: Sequence[Person], final_third: FinalThirdDefinition, today: date) -> dict[int, Facts]:
    """What each person's clock is counted from, by number: a set number of queries."""
    numbers = [person.pk for person in people]
    since = today - timedelta(days=DAYS_READ)
    managed = _spells(CohortMembership, numbers)
    colours = _by_person(Priority.objects.current().filter(person__in=numbers), "colour", "starts", "ends")
    custody = _spells(Custody, numbers)
    orders = _spells(Supervision, numbers)
    flags = _by_person(Registration.objects.current().as_at(today).filter(person__in=numbers), *_FLAG)
    contacts = _contacts(numbers, since)
    found = {}
    for person in people:
        # Who is managed without a spell of it, such as somebody of a list that says no more, counts from our record on.
        joined = Interval(timezone.localdate(person.recorded_at)) if person.stage == Stage.MANAGED else None
        terms = managed.get(person.pk) or ([joined] if joined else [])
        held = custody.get(person.pk, [])
        named = [(PriorityColour(one), Interval(starts, ends)) for one, starts, ends in colours.get(person.pk, [])]
        cut = clock.stretches(managed=terms, colours=named, custody=held)
        exempt = [title for code, harm, title in flags.get(person.pk, []) if final_third.exempt(code, harm)]
        found[person.pk] = Facts(
            cut, tuple(contacts.get(person.pk, [])), union(held), tuple(orders.get(person.pk, [])),
            exempt[0] if exempt else "", union(terms),
        )  # fmt: skip
    return found


_FLAG = ("code", "risk_of_harm", "title")


def _by_person(rows: Any, *columns: str) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for number, *values in rows.order_by().values_list("person_id", *columns):
        found[number].append(tuple(values))
    return found


def _spells(model: type[Any], numbers: Iterable[int]) -> dict[int, list[Interval]]:
    rows = _by_person(model.objects.current().filter(person__in=numbers), "starts", "ends")
    return {number: [Interval(starts, ends) for starts, ends in spells] for number, spells in rows.items()}


def _contacts(numbers: Sequence[int], since: date) -> dict[int, list[Contact]]:
    """Contacts of the days that count; of somebody not seen in them, the last time that somebody saw them."""
    current = ContactRecord.objects.current().filter(person__in=numbers)
    rows = _by_person(current.filter(happened_on__gte=since), "happened_on", "outcome", "agency__kind", "mode")
    found = {
        number: [Contact(on, ContactOutcome(outcome), kind, ContactMode(mode)) for on, outcome, kind, mode in made]
        for number, made in rows.items()
    }
    earlier = current.filter(happened_on__lt=since, outcome__in=SUCCESSFUL).order_by().values("person_id")
    for row in earlier.annotate(last=Max("happened_on")):
        found.setdefault(row["person_id"], []).append(Contact(row["last"], ContactOutcome.ATTENDED_COMPLIED))
    return found


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How often people were seen in a window: of the cases that count, who was seen so many times a week."""

    window: Interval
    times: int
    seen: clock.Kept
    always: clock.Kept
    left_out: int
    kept: clock.Kept


def frequencies(people: Sequence[Person], scheme: Scheme | None, window: Interval, times: int = 2) -> Frequencies:
    """The share of people seen at least so many times a week over a window, and how well the standard was kept.

    A case counts by its whole weeks at liberty and under management; one without such a week is left out (INT-03).
    Raises Refused as `rules.clock.check_window` does.
    """
    clock.check_window(window)
    definition = standard_of(scheme)
    standard = definition.standard()
    found = facts_of(people, definition.final_third, timezone.localdate())
    cases = [
        clock.frequency(facts.contacts, window, at_liberty=subtract(facts.managed, facts.custody))
        for facts in found.values()
    ]
    kept = [clock.kept(standard, facts.cut, facts.contacts, window) for facts in found.values()]
    seen = clock.share_seen(cases, times=times)
    always = [answer for case in cases if (answer := case.always(times)) is not None]
    return Frequencies(
        window=window,
        times=times,
        seen=seen,
        always=clock.Kept(sum(always), len(always)),
        left_out=len(cases) - seen.of,
        kept=clock.Kept(sum(one.days for one in kept), sum(one.of for one in kept)),
    )
