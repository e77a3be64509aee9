"""The mapping file of a source: columns, delimiter, encoding, forms of dates, codes and keys. Data, not code."""

from __future__ import annotations

import codecs
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from django.conf import settings
from pydantic import Field, field_validator, model_validator

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import RiskOfHarm
from trellis.service.feeds.targets import IDENTIFIER_FIELDS, TARGETS, Target
from trellis.service.schemes.definitions.reading import read_definition
from trellis.service.schemes.definitions.shapes import Definition, Key, Shape, Words

Transform = Literal[
    "text", "name", "date", "datetime", "integer", "yes_no", "code", "identifier", "aliases", "registrations",
    "ho_code", "postcode", "phone", "vehicle", "area", "agency", "cohort", "user",
]  # fmt: skip


class ReplacementDefinition(Shape):
    """Where another column says so, this value and not the cell's, as a result of “Caution” makes the finding one."""

    column: Words
    says: Words
    value: str


class RegistrationDefinition(Shape):
    """What a register's code stands for."""

    title: Words
    risk_of_harm: RiskOfHarm | None = None


class FieldDefinition(Shape):
    """Which column fills a field, and how its cells are read."""

    column: Words
    read: Transform = "text"
    required: bool = False
    formats: tuple[Words, ...] = ()
    codes: dict[str, str] = {}
    registers: dict[str, RegistrationDefinition] = {}
    separator: str = ""
    unless: ReplacementDefinition | None = None
    least: int | None = None
    most: int | None = None
    # A day still to come is allowed: the end of an order, a review.
    ahead: bool = False

    @field_validator("codes", mode="before")
    @classmethod
    def _words_only(cls, codes: dict[object, object]) -> dict[object, object]:
        # YAML reads bare yes, no, on and off as truth values, which no cell would ever equal.
        if any(not isinstance(word, str) for pair in codes.items() for word in pair):
            raise ValueError("put quotation marks round codes, or YAML reads some as numbers or truth values")
        return codes

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.read in {"date", "datetime"} and not self.formats:
            raise ValueError("give the forms of its dates, such as %d/%m/%Y")
        if self.read == "code" and not self.codes:
            raise ValueError("give the codes and what each stands for")
        if self.read in {"aliases", "registrations"} and not self.separator:
            raise ValueError("give what separates one from the next")
        if self.read == "registrations" and not self.registers:
            raise ValueError("give the registers' codes and titles")
        return self


class FeedMapping(Definition):
    """One source's extract. `known_by` names the sender's own identifier of a person, where rows name people."""

    agency: Key
    target: Literal[
        "nominal", "custody_record", "disposal", "probation_case", "prison_movement", "cohort_member", "priority",
        "contact", "need",
    ]  # fmt: skip
    delimiter: Annotated[str, Field(min_length=1, max_length=1)]
    encoding: str
    nothing: tuple[str, ...] = ()
    row_key: Annotated[tuple[str, ...], Field(min_length=1)]
    known_by: str = ""
    fields: dict[str, FieldDefinition]

    @field_validator("encoding")
    @classmethod
    def _encoding_is_known(cls, encoding: str) -> str:
        try:
            return codecs.lookup(encoding).name
        except LookupError:
            raise ValueError(f"there is no encoding {encoding}") from None

    @model_validator(mode="after")
    def _fits_the_target(self) -> Self:
        allowed = self.shape.fields
        for name, field in self.fields.items():
            if name not in allowed:
                raise ValueError(f"{self.target} has no field {name}. There are {', '.join(allowed)}")
            if field.read not in allowed[name].kinds:
                raise ValueError(f"{name} must be read as {' or '.join(allowed[name].kinds)}, not as {field.read}")
        missing = [name for name, field in allowed.items() if field.required and name not in self.fields]
        missing += [name for name in self.row_key if name not in self.fields]
        if missing:
            raise ValueError(f"{', '.join(missing)} must have a column")
        if not self.identifiers:
            raise ValueError("no column holds an identifier, so nobody could be recognised")
        if self.shape.names and self.known_by not in self.identifiers:
            raise ValueError("known_by must name the field of the sender's own identifier")
        return self

    @property
    def shape(self) -> Target:
        """What the target asks for."""
        return TARGETS[self.target]

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The fields that hold identifiers, in the mapping's order."""
        return tuple(name for name in self.fields if name in IDENTIFIER_FIELDS)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the file must have."""
        replaced = [field.unless.column for field in self.fields.values() if field.unless]
        return tuple(dict.fromkeys([*(field.column for field in self.fields.values()), *replaced]))

    def is_required(self, name: str) -> bool:
        """Whether every row must have a value for the field."""
        return self.fields[name].required or self.shape.fields[name].required or name == self.known_by


def mapping(feed: str) -> FeedMapping:
    """The mapping of that name. Raises Refused when there is none or it cannot be used."""
    found = all_mappings(settings.DEFINITIONS)
    if feed not in found:
        raise Refused(f"There is no feed “{feed}”. There are {', '.join(sorted(found)) or 'none'}.")
    return found[feed]


@cache
def all_mappings(definitions: Path) -> dict[str, FeedMapping]:
    """Every mapping under a folder of definitions, by name. Raises Refused with a sentence for each fault."""
    faults: list[str] = []
    read = [read_definition(path, FeedMapping, faults) for path in sorted(definitions.glob("feeds/*.yaml"))]
    if faults:
        raise Refused(" ".join(faults))
    return {found.key: found for found in read if isinstance(found, FeedMapping)}
