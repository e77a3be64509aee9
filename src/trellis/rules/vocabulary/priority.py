"""Words of proposing and deciding a priority."""

from __future__ import annotations

from trellis.rules.vocabulary.knowing import Compartment
from trellis.rules.vocabulary.words import Word


class DecidedBy(Word):
    """Who decided a colour. An officer who does not lead the case may decide at once, and it shows (RAG-09)."""

    LEAD = "lead", "Lead officer"
    FOR_LEAD = "for_lead", "On behalf of the lead officer"
    MEETING = "meeting", "Meeting"


class RestsOn(Word):
    """What an agency's proposal of a colour rests on."""

    CONTACT = "contact", "Contact with the person"
    ARREST = "arrest", "An arrest, charge or court result"
    CUSTODY = "custody", "Custody or release"
    AT_LARGE = "at_large", "Unlawfully at large"
    INTELLIGENCE = "intelligence", "Intelligence"
    TEST = "test", "A drug test"
    PARTNER = "partner", "A partner’s word"

    @property
    def compartment(self) -> Compartment:
        """Who reads a proposal that rests on it: those who may read the evidence itself."""
        return _COMPARTMENTS.get(self, Compartment.CORE)


_COMPARTMENTS = {RestsOn.INTELLIGENCE: Compartment.INTELLIGENCE, RestsOn.TEST: Compartment.HEALTH}
