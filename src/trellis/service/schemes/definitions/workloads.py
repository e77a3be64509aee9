"""The shape of weights of cases: how much work each is, by colour and custody."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from trellis.rules.contact_standards import Situation
from trellis.service.schemes.definitions.shapes import Definition


class WorkloadDefinition(Definition):
    """A scheme's weights of cases, one for every situation."""

    weights: dict[Situation, Annotated[float, Field(ge=0, le=100)]]

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        missing = [situation.value for situation in Situation if situation not in self.weights]
        if missing:
            raise ValueError(f"there is no weight for {missing[0]}: give one for every situation")
        return self
