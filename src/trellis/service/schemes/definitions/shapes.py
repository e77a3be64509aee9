"""The shapes of definition files: offence groups, eligibility rules and priority grids."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from trellis.rules.equality import check_eligibility_facts, check_scoring_fact, decides_by_protected
from trellis.rules.errors import Refused
from trellis.rules.priority import FACTS, Fact, Grid, GridLine, check_complete
from trellis.rules.vocabulary import PriorityColour, Word
from trellis.service.schemes.definitions.criteria import AnyCriterion

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
HomeOfficeCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}([0-9]{2})?$")]


class Status(Word):
    """Who stands behind a definition."""

    NATIONAL = "national", "National"
    LOCAL = "local", "Local"
    EXAMPLE = "example", "Example"


class Shape(BaseModel):
    """Part of a definition: fixed once read, and nothing in it that is not asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Definition(Shape):
    """What every file says of itself. `key` is the file's name and `name` the words on screen."""

    key: Key
    name: Words
    source: Words
    status: Status
    version: Annotated[int, Field(ge=1)]

    @property
    def is_example(self) -> bool:
        """Whether the screen must say that no published source could be confirmed."""
        return self.status is Status.EXAMPLE


class OffenceGroupDefinition(Definition):
    """Home Office classes (three digits), single codes (five) and other groups by key."""

    codes: tuple[HomeOfficeCode, ...] = ()
    includes: tuple[Key, ...] = ()

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if not self.codes and not self.includes:
            raise ValueError("give codes, or groups to include: an empty group would match nobody")
        return self


class RouteDefinition(Shape):
    """One way to be eligible."""

    key: Key
    name: Words
    criteria: Annotated[tuple[AnyCriterion, ...], Field(min_length=1)]


class EligibilityRuleDefinition(Definition):
    """What is asked of everyone and the routes of which one must hold; the justification where age or sex decides."""

    justification: str = ""
    everyone: tuple[AnyCriterion, ...] = ()
    routes: Annotated[tuple[RouteDefinition, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _is_lawful(cls, data: Any) -> Any:  # raw YAML: read before the criteria's own shapes refuse it
        kinds = tuple(_kinds_in(data))
        justification = data.get("justification", "") if isinstance(data, Mapping) else ""
        try:
            check_eligibility_facts(kinds, justification=str(justification))
        except Refused as refusal:
            raise ValueError(str(refusal)) from refusal
        return data

    @property
    def needs_approval(self) -> bool:
        """Whether age or sex decides, so that a scheme needs two people's approval to use it."""
        return decides_by_protected(tuple(_kinds_in(self.model_dump(include={"everyone", "routes"}))))


class GridLineDefinition(Shape):
    """One line of a priority grid: the facts' values that it asks for, and the colour with its reason."""

    key: Key
    when: dict[str, tuple[bool | str, ...]] = Field(default_factory=dict)
    colour: PriorityColour
    reason: Words
    review_days: Annotated[int, Field(ge=1, le=366)]

    @field_validator("when")
    @classmethod
    def _names_facts(cls, when: dict[str, tuple[bool | str, ...]]) -> dict[str, tuple[bool | str, ...]]:
        for fact, values in when.items():
            _check_fact(fact, values)
        return when

    def line(self) -> GridLine:
        """The rule's own line."""
        when = {fact: tuple(_value(fact, value) for value in values) for fact, values in self.when.items()}
        return GridLine(self.key, when, self.colour, self.reason, self.review_days)


class FlagDefinition(Shape):
    """How another service reads a colour, and where that is known from."""

    words: Words
    source: Words


class ColourDefinition(Shape):
    """What a colour means in a scheme, and which national colour reports over several schemes count it as."""

    means: Words
    national: PriorityColour
    flag: FlagDefinition | None = None


class PriorityGridDefinition(Definition):
    """A colour for every combination of facts, and what each colour means (RAG-05, RAG-06)."""

    colours: dict[PriorityColour, ColourDefinition]
    escalate_after_days: Annotated[int, Field(ge=1, le=90)]
    at_large_words: tuple[Words, ...] = ()
    lines: tuple[GridLineDefinition, ...]

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        for colour in PriorityColour:
            if colour not in self.colours:
                raise ValueError(f"colours: say what {colour} means, and which national colour it counts as")
        try:
            check_complete(self.grid())
        except Refused as refusal:
            raise ValueError(str(refusal)) from refusal
        return self

    def grid(self) -> Grid:
        """The rule's own grid."""
        return Grid(self.key, self.version, tuple(line.line() for line in self.lines))

    def national(self, colour: PriorityColour) -> PriorityColour:
        """The national colour that a local one counts as in reports over several schemes."""
        return self.colours[colour].national

    def says_at_large(self, release_reason: str) -> bool:
        """Whether a prison's reason for somebody's leaving custody means that they are unlawfully at large."""
        return any(words.casefold() in release_reason.casefold() for words in self.at_large_words)


def _check_fact(fact: str, values: tuple[bool | str, ...]) -> None:
    try:
        check_scoring_fact(fact)
    except Refused as refusal:
        raise ValueError(str(refusal)) from refusal
    if fact not in FACTS:
        raise ValueError(f"“{fact}” is no fact of a priority: choose from {', '.join(FACTS)}")
    for value in values:
        if value not in FACTS[fact]:
            allowed = ", ".join(str(each).lower() for each in FACTS[fact])
            raise ValueError(f"“{value}” is no value of {fact}: choose from {allowed}")


def _value(fact: str, value: bool | str) -> Fact:
    return next(known for known in FACTS[fact] if known == value)


def _kinds_in(data: Any) -> Iterator[str]:  # raw YAML
    if isinstance(data, Mapping):
        if isinstance(data.get("kind"), str):
            yield data["kind"]
        for value in data.values():
            yield from _kinds_in(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _kinds_in(value)
