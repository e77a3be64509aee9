"""Contacts, appointments, and what was told and offered."""

from trellis.service.casework.models.calendar import CalendarFeed
from trellis.service.casework.models.contacts import Appointment, Contact, DrugTest, RecordedElsewhere
from trellis.service.casework.models.engagement import Disengagement, OfferOfHelp, SelectionExplained

__all__ = [
    "Appointment",
    "CalendarFeed",
    "Contact",
    "Disengagement",
    "DrugTest",
    "OfferOfHelp",
    "RecordedElsewhere",
    "SelectionExplained",
]
