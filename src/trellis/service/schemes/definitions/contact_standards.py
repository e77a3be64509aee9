"""The shape of a contact standard: how often each priority is seen, by whom, and what follows from custody."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from trellis.rules.contact_standards import Situation, Standard, StandardLine, check_complete
from trellis.rules.errors import Refused
from trellis.rules.first_contact import ReleasePlan
from trellis.rules.vocabulary import AgencyKind, ContactMode, RiskOfHarm
from trellis.service.schemes.definitions.shapes import Definition, Shape, Words

Days = Annotated[int, Field(ge=1, le=366)]


class StandardLineDefinition(Shape):
    """How often somebody in one situation is seen; `modes` count, all where left out."""

    times: Annotated[int, Field(ge=1, le=31)]
    days: Days
    first_days: Days | None = None
    modes: tuple[ContactMode, ...] = ()


class FinalThirdDefinition(Shape):
    """Whose contact stops in the final third of an order, and by which registrations somebody is exempt."""

    agency_kinds: tuple[AgencyKind, ...]
    exempt_codes: tuple[Words, ...] = ()
    exempt_risk_of_harm: tuple[RiskOfHarm, ...] = ()

    def exempt(self, code: str, risk_of_harm: str) -> bool:
        """Whether a registration keeps contact going to the end."""
        return code.upper().startswith(self.exempt_codes) or risk_of_harm in self.exempt_risk_of_harm


class ReleaseDefinition(Shape):
    """Days: to the first visit in custody, and how long before release to plan and to visit for the last time."""

    first_visit_days: Days
    plan_days: Days
    last_visit_days: Days

    def plan(self) -> ReleasePlan:
        """The rule's own."""
        return ReleasePlan(self.first_visit_days, self.plan_days, self.last_visit_days)


class ContactStandardDefinition(Definition):
    """A scheme's contact standard, with a line for every situation."""

    lines: dict[Situation, StandardLineDefinition]
    final_third: FinalThirdDefinition
    release: ReleaseDefinition
    informed_days: Days
    offer_days: Days

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        try:
            check_complete(self.standard())
        except Refused as refusal:
            raise ValueError(str(refusal)) from refusal
        return self

    def standard(self) -> Standard:
        """The rule's own standard."""
        lines = {
            situation: StandardLine(situation, line.times, line.days, line.first_days, frozenset(line.modes))
            for situation, line in self.lines.items()
        }
        return Standard(self.name, self.version, lines)
