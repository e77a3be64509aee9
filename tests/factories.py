"""Makes rows for tests, as the feeds would: each with an owner agency and provenance."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.cast import Cast
from trellis.rules.vocabulary import Compartment, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant, User
from trellis.service.people.history import AboutPerson
from trellis.service.people.models import Person


def make_person(cast: Cast, family_name: str = "Quillfeather", **fields: Any) -> Person:
    """A person of the cast's scheme, known in the north unless told otherwise."""
    values: dict[str, Any] = {
        "given_names": "Osric",
        "date_of_birth": date(1995, 5, 14),
        "sex": "M",
        "scheme": cast.scheme,
        "area": cast.north,
        "stage": Stage.KNOWN,
    }
    with acting("feeds"):
        return Person.objects.create(family_name=family_name, **(values | fields))


def make_fact(model: type[AboutPerson], person: Person, agency: Any, **fields: Any) -> Any:
    """One spell, event or other fact about a person."""
    with acting("feeds") as actor:
        return model.objects.create(person=person, agency=agency, recorded_by_id=actor.user_id, **fields)


def grant(cast: Cast, user: User, person: Person, **fields: Any) -> Grant:
    """Let a user see a person."""
    with acting("setup") as actor:
        return Grant.objects.create(
            **{
                "user": user,
                "person_id": person.pk,
                "compartments": [Compartment.CORE],
                "basis": "allocated",
                "granted_by_id": actor.user_id,
            }
            | fields
        )
