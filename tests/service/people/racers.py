"""One of several processes that change the same records at once. Run as `python -m ... DATABASE TASK`; prints JSON.

The task names the act, its user, the record and how often to try; the answer says what became of each try.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import tests.settings  # noqa: F401  the mode test, before Django reads its settings


def race(task: dict[str, Any]) -> dict[str, int]:
    """Try the act so many times, each from the record as it was just read, and count what was told."""
    from trellis.rules.merging import Changed
    from trellis.service.access.actor import acting
    from trellis.service.access.models import User

    act = ACTS[task["act"]]
    told: Counter[str] = Counter()
    chance = random.Random(task["seed"])
    user = User.objects.get(pk=task["user"])
    for number in range(task["tries"]):
        try:
            with acting(user):
                read = act(task["person"], user)
            # Another transaction, as between showing a page and receiving it.
            with acting(user):
                read(f"{task['seed']}-{number}", chance)
        except Changed:
            told["lost"] += 1
        else:
            told["won"] += 1
    return dict(told)


Write = Callable[[str, random.Random], None]


def edit(person_id: int, user: Any) -> Write:
    """Read a person, and hand back the edit of one of two fields."""
    from trellis.service.people.actions import edit_person
    from trellis.service.people.models import Person

    person = Person.objects.get(pk=person_id)

    def write(text: str, chance: random.Random) -> None:
        name = chance.choice(["given_names", "family_name"])
        edit_person(person=person, version=person.version, by=user, **{name: text})

    return write


def careless(person_id: int, user: Any) -> Write:
    """The fault that the race must find: an edit that writes whatever has happened since it read."""
    from trellis.service.people.models import Person

    person = Person.objects.get(pk=person_id)

    def write(text: str, chance: random.Random) -> None:
        Person.objects.filter(pk=person_id).update(given_names=text, version=person.version + 1)

    return write


def review(person_id: int, user: Any) -> Write:
    """Read an alert in force, and hand back its review."""
    from django.utils import timezone

    from trellis.service.people.actions import review_alert
    from trellis.service.people.models import Alert

    alert = Alert.objects.current().get(person_id=person_id)

    def write(text: str, chance: random.Random) -> None:
        ahead = timezone.localdate() + timedelta(days=chance.randrange(1, 90))
        review_alert(alert=alert, reason=text, review_on=ahead, by=user)

    return write


def colour(person_id: int, user: Any) -> Write:
    """Read the priority, if one is set, and hand back setting another in its place."""
    from django.utils import timezone

    from trellis.rules.vocabulary import Engagement, IntelligencePicture, PriorityColour
    from trellis.service.people.models import Person
    from trellis.service.priority.actions import decide_priority
    from trellis.service.record.queries import priority_of

    person = Person.objects.select_related("scheme").get(pk=person_id)
    current = priority_of(person).current

    def write(text: str, chance: random.Random) -> None:
        decide_priority(
            by=user, person=person, colour=chance.choice(list(PriorityColour)), reason=text,
            engagement=Engagement.SOME, intelligence=IntelligencePicture.NONE, at_large=False,
            review_on=timezone.localdate() + timedelta(days=14), instead_of=current.pk if current else 0,
        )  # fmt: skip

    return write


ACTS: dict[str, Callable[[int, Any], Write]] = {"edit": edit, "careless": careless, "review": review, "colour": colour}


def main(database: str, task: str) -> None:
    """Join the race in that database."""
    import django

    django.setup()
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].settings_dict["NAME"] = database
    print(json.dumps(race(json.loads(task))))


if __name__ == "__main__":
    main(*sys.argv[1:])
