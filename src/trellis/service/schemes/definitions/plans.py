"""The shapes of files about plans: catalogues of tactics and templates of behaviour agreements."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from trellis.rules.plans import ClauseKind, PausesOn
from trellis.rules.vocabulary import Serves
from trellis.service.schemes.definitions.shapes import Definition, Key, Shape, Words


class TacticDefinition(Shape):
    """One tactic, and what it usually serves."""

    key: Key
    name: Words
    serves: Serves


class TacticsDefinition(Definition):
    """Tactics that a step may name (PLN-03)."""

    tactics: Annotated[tuple[TacticDefinition, ...], Field(min_length=1)]


class ClauseDefinition(Shape):
    """One clause, in the person's own voice. Only an incentive pauses."""

    kind: ClauseKind
    text: Words
    pauses_on: tuple[PausesOn, ...] = ()

    @model_validator(mode="after")
    def _only_incentives_pause(self) -> Self:
        if self.pauses_on and self.kind is not ClauseKind.INCENTIVE:
            raise ValueError("only an incentive can pause: leave out pauses_on")
        return self


class AgreementTemplateDefinition(Definition):
    """What a behaviour agreement begins with (PLN-06)."""

    clauses: Annotated[tuple[ClauseDefinition, ...], Field(min_length=1)]
