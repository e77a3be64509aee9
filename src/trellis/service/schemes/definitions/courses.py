"""The shape of files about courses: what each is, and which every role must hold (TRN-03)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from trellis.rules.training import Course
from trellis.rules.vocabulary import Role
from trellis.service.schemes.definitions.shapes import Definition, Key, Shape, Words


class CourseDefinition(Shape):
    """One course. `months`: for how long it counts, for ever where left out; `judged`: competence is judged too."""

    key: Key
    name: Words
    about: Words
    months: Annotated[int, Field(ge=1, le=120)] | None = None
    judged: bool = False

    def course(self) -> Course:
        """The rule's own."""
        return Course(self.key, self.name, self.months, self.judged)


class CourseSetDefinition(Definition):
    """A scheme's courses. Days: from a post's first until its courses are due, and before an end to remind."""

    courses: Annotated[tuple[CourseDefinition, ...], Field(min_length=1)]
    required: dict[Role, tuple[Key, ...]]
    # The day from which the scheme asks for them: whoever was in post before has as long from then.
    in_force_from: date
    within_days: Annotated[int, Field(ge=1, le=366)]
    remind_days: Annotated[int, Field(ge=1, le=366)]

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        keys = [course.key for course in self.courses]
        if len(set(keys)) != len(keys):
            raise ValueError("a course stands there twice: give each its own key")
        for role, asked in self.required.items():
            for key in asked:
                if key not in keys:
                    raise ValueError(f"there is no course {key} in this set, which {role} must hold")
        return self

    def course(self, key: str) -> Course | None:
        """A course by key, or None."""
        return next((one.course() for one in self.courses if one.key == key), None)

    def required_of(self, roles: Iterable[str]) -> tuple[Course, ...]:
        """What somebody in these roles must hold, in the order of the set."""
        asked = {key for role in roles for key in self.required.get(Role(role), ())}
        return tuple(one.course() for one in self.courses if one.key in asked)

    def picked(self, keys: Iterable[str]) -> tuple[Course, ...]:
        """The courses of these keys, in the order of the set."""
        wanted = set(keys)
        return tuple(one.course() for one in self.courses if one.key in wanted)
