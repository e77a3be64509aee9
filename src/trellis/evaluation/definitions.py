"""Unit costs and harm weights as definitions: one YAML file each, with source, status, version and every line's codes.

A line speaks for Home Office offence codes: a class (three digits), a run of codes (four) or one code (five). The
longest that fits a code decides, so a class may have exceptions. A code that no line fits has no price or weight: it is
counted as such and never taken for nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Generic, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from trellis.rules.errors import Refused

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
CodePrefix = Annotated[str, StringConstraints(pattern=r"^[0-9]{3,5}$")]
PriceYear = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}/[0-9]{2}$")]
Positive = Annotated[float, Field(gt=0)]

ROUNDING_POUNDS = 1.0
"""How far the agencies' parts of a published cost may exceed their sum: each part is rounded to a pound."""


class Status(StrEnum):
    """Who stands behind a definition or a line of it: an example has no confirmed published source."""

    NATIONAL = "national"
    LOCAL = "local"
    EXAMPLE = "example"


class Basis(StrEnum):
    """What a unit cost covers. Two bases are never added or compared."""

    PUBLIC_PURSE = "public purse"
    ECONOMIC_AND_SOCIAL = "economic and social"


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(_Shape):
    """Offences that share a cost or weight. Its own `status` is set where it is less sure than the rest of the file."""

    key: Key
    name: Words
    codes: Annotated[tuple[CodePrefix, ...], Field(min_length=1)]
    status: Status | None = None


class CostLine(Line):
    """Pounds for each offence, and the parts of it that fall to agencies where the source gives them."""

    amount: Positive
    agencies: Mapping[str, Positive] = Field(default_factory=dict)

    @property
    def not_split(self) -> float:
        """Pounds that the source gives to no agency, and the pound that rounding of the parts may leave over."""
        return self.amount - sum(self.agencies.values())

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.not_split < -ROUNDING_POUNDS:
            raise ValueError(f"the agencies' parts of {self.key} come to more than its amount")
        return self


class HarmLine(Line):
    """The weight of one offence, in the index's own unit."""

    weight: Positive


AnyLine = TypeVar("AnyLine", bound=Line)


class Coded(_Shape, Generic[AnyLine]):
    """A named set of lines by offence code. `key` is the file's name."""

    key: Key
    name: Words
    source: Words
    status: Status
    version: Annotated[int, Field(ge=1)]
    lines: Annotated[tuple[AnyLine, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        codes = [code for line in self.lines for code in line.codes]
        keys = [line.key for line in self.lines]
        for found in (codes, keys):
            if twice := sorted({each for each in found if found.count(each) > 1}):
                raise ValueError(f"{twice[0]} stands there twice")
        return self

    def line_of(self, ho_code: str) -> AnyLine | None:
        """The line with the longest code that the offence code begins with, or None."""
        fitting = [(len(code), line) for line in self.lines for code in line.codes if ho_code.startswith(code)]
        return max(fitting, key=lambda found: found[0])[1] if fitting else None

    def lines_of(self, ho_codes: Iterable[str]) -> dict[str, AnyLine]:
        """The line of each different code that has one."""
        found = {code: self.line_of(code) for code in set(ho_codes)}
        return {code: line for code, line in found.items() if line is not None}

    def status_of(self, line: Line) -> Status:
        """The line's own status, or the set's."""
        return line.status or self.status


class UnitCostSet(Coded[CostLine]):
    """What one offence costs, on one basis and in the prices of one year. `per` says one of what."""

    basis: Basis
    price_year: PriceYear
    per: Words

    @property
    def label(self) -> str:
        """How every figure made with it names it: the set, its basis and its price year."""
        return f"{self.name}, version {self.version}: {self.basis} cost in {self.price_year} prices, per {self.per}"

    @property
    def agencies(self) -> tuple[str, ...]:
        """Every agency that some line gives a part to, in the order in which the file first names them."""
        return tuple(dict.fromkeys(agency for line in self.lines for agency in line.agencies))


class HarmIndex(Coded[HarmLine]):
    """What one offence weighs. `unit` says in what, such as days of imprisonment."""

    unit: Words

    @property
    def label(self) -> str:
        """How every figure made with it names it."""
        return f"{self.name}, version {self.version}, in {self.unit}"


class _OneOfEach(yaml.SafeLoader):
    """The safe loader, but a key given twice is a fault and not a silent last word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build the mapping, refusing doubles."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if twice := [key for key in keys if keys.count(key) > 1]:
            raise yaml.MarkedYAMLError(problem=f"“{twice[0]}” stands there twice", problem_mark=node.start_mark)
        return super().construct_mapping(node, deep=deep)


AnySet = TypeVar("AnySet", UnitCostSet, HarmIndex)


def read_unit_costs(path: Path) -> UnitCostSet:
    """The set of unit costs in a YAML file. Raises Refused with a sentence for each fault, naming file and field."""
    return _read(path, UnitCostSet)


def read_harm_index(path: Path) -> HarmIndex:
    """The harm index in a YAML file. Raises Refused as `read_unit_costs`."""
    return _read(path, HarmIndex)


def _read(path: Path, shape: type[AnySet]) -> AnySet:
    where = f"{path.parent.name}/{path.name}"
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _OneOfEach)  # noqa: S506  # a SafeLoader underneath
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise Refused(f"{where} cannot be read as YAML: {error}.") from error
    if not isinstance(content, dict):
        raise Refused(f"{where}: a definition is a mapping of names to values.")
    try:
        return shape.model_validate({**content, "key": path.stem})
    except ValidationError as error:
        raise Refused("\n".join(_sentences(where, error))) from error


def _sentences(where: str, error: ValidationError) -> Iterator[str]:
    for fault in error.errors():
        field = " > ".join(str(part) for part in fault["loc"])
        said = fault["msg"].removeprefix("Value error, ").rstrip(".")
        yield f"{where}{', ' if field else ''}{field}: {said}."
