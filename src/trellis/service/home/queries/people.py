"""People whom a search found, each with their priority: one query, however many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from trellis.service.people.birth import age_words, born_words
from trellis.service.people.models import Person
from trellis.service.record.models import Priority


@dataclass(frozen=True, slots=True)
class Listed:
    """One person of a list, with their priority today."""

    person: Person
    priority: Priority | None

    @property
    def born(self) -> str:
        """Birth and age in words."""
        age = age_words(self.person)
        return f"{born_words(self.person)}{f' (age {age})' if age else ''}"


def listed(people: Sequence[Person]) -> list[Listed]:
    """What a list shows of these people, in their order."""
    rows = Priority.objects.current().as_at(timezone.localdate()).filter(person__in=[person.pk for person in people])
    priorities = {row.person_id: row for row in rows}
    return [Listed(person, priorities.get(person.pk)) for person in people]
