"""Meetings and everything said at them."""

from trellis.service.meetings.models.meetings import (
    AgencyReturn,
    Attendance,
    Expectation,
    GeneralItem,
    GeneralMinute,
    Invitation,
    Meeting,
)
from trellis.service.meetings.models.people import AgencyUpdate, Minute, PersonItem

__all__ = [
    "AgencyReturn",
    "AgencyUpdate",
    "Attendance",
    "Expectation",
    "GeneralItem",
    "GeneralMinute",
    "Invitation",
    "Meeting",
    "Minute",
    "PersonItem",
]
