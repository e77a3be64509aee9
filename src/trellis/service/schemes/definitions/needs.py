"""The shapes of files about needs: sets of pathways, instruments that score them, and published profiles."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Self

from pydantic import Field, model_validator

from trellis.rules.needs import Scale
from trellis.rules.vocabulary import Compartment
from trellis.service.schemes.definitions.shapes import Definition, Key, Shape, Words

COMMON_SET = "national_seven"
"""The set to which every other maps its pathways, so that any two can be set side by side."""


class PathwayDefinition(Shape):
    """One pathway. `compartment` says who reads it; `maps_to` its counterpart among the seven, where it has one.

    `need_from` and `severe_from` are thresholds of a score that arrives by feed.
    """

    key: Key
    name: Words
    about: Words
    compartment: Compartment = Compartment.CORE
    maps_to: Key | None = None
    need_from: Annotated[int, Field(ge=1)] | None = None
    severe_from: Annotated[int, Field(ge=1)] | None = None


class PathwaySetDefinition(Definition):
    """The pathways by which a scheme assesses (ASM-01)."""

    pathways: Annotated[tuple[PathwayDefinition, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _keys_are_single(self) -> Self:
        doubles = [key for key, times in Counter(one.key for one in self.pathways).items() if times > 1]
        if doubles:
            raise ValueError(f"the pathway {doubles[0]} stands there twice: give each its own key")
        return self

    def pathway(self, key: str) -> PathwayDefinition | None:
        """A pathway by key, or None for one that the set had in an earlier version."""
        return next((one for one in self.pathways if one.key == key), None)

    def name_of(self, key: str) -> str:
        """What a pathway is called; its key where the set no longer has it."""
        found = self.pathway(key)
        return found.name if found else key.replace("_", " ").capitalize()

    def common(self, key: str) -> str | None:
        """The pathway's counterpart in the common set, or None."""
        found = self.pathway(key)
        if found is None:
            return None
        return found.key if self.key == COMMON_SET else found.maps_to


class IndicatorDefinition(Shape):
    """One intermediate outcome that an assessment asks about (ASM-11)."""

    key: Key
    name: Words
    question: Words
    compartment: Compartment = Compartment.CORE


class FromProbationDefinition(Shape):
    """The score that a section of probation's assessment counts for."""

    no_need: int
    need: int
    severe_need: int


class InstrumentDefinition(Definition):
    """How pathways are scored, how often, and what the form says (ASM-03, ASM-19). Lower is better."""

    months: Annotated[int, Field(ge=1, le=24)]
    least: Annotated[int, Field(ge=0, le=10)]
    most: Annotated[int, Field(ge=1, le=10)]
    need_from: int
    words: dict[int, Words]
    from_probation: FromProbationDefinition
    guidance: tuple[Words, ...] = ()
    indicators: tuple[IndicatorDefinition, ...] = ()

    @model_validator(mode="after")
    def _scale_is_whole(self) -> Self:
        wanted = set(range(self.least, self.most + 1))
        if set(self.words) != wanted:
            raise ValueError(f"words must say what each score from {self.least} to {self.most} means, and no other")
        arrives = self.from_probation
        for value in (self.need_from, arrives.no_need, arrives.need, arrives.severe_need):
            if value not in wanted:
                raise ValueError(f"{value} is not on the scale from {self.least} to {self.most}")
        return self

    @property
    def scale(self) -> Scale:
        """The rule's own scale."""
        return Scale(self.least, self.most, self.need_from)


class NeedProfileLineDefinition(Shape):
    """Two published percentages of one need."""

    pathway: Key
    managed: Annotated[int, Field(ge=0, le=100)]
    compared: Annotated[int, Field(ge=0, le=100)]


class NeedProfileDefinition(Definition):
    """A published profile of needs, to set one's own beside (ASM-09)."""

    pathway_set: Key
    managed: Words
    compared: Words
    lines: Annotated[tuple[NeedProfileLineDefinition, ...], Field(min_length=1)]
