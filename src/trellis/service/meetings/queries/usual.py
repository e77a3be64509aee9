"""Which agencies take part in a scheme, and which of them are expected at a meeting."""

from __future__ import annotations

from trellis.service.access.models import Posting
from trellis.service.meetings.models import Expectation, Meeting
from trellis.service.schemes.models import Agency, Scheme
from trellis.service.schemes.queries import definitions


def agencies_in(scheme: Scheme) -> list[Agency]:
    """The agencies for which somebody works in a scheme today, by name: one query."""
    return list(Agency.objects.filter(pk__in=Posting.objects.live().filter(scheme=scheme).values("agency")))


def usual_agencies(scheme: Scheme, kind: str) -> list[Agency]:
    """Those of a scheme's agencies that a type of meeting expects."""
    shape = definitions().meeting_types.get(kind)
    return [agency for agency in agencies_in(scheme) if shape is not None and agency.kind in shape.expects]


def expectations_of(meeting: Meeting) -> list[Expectation]:
    """What counts of each agency, by its name: the latest that was said of it. One query."""
    rows = Expectation.objects.filter(meeting=meeting).select_related("agency")
    latest = {row.agency_id: row for row in rows}
    return sorted(latest.values(), key=lambda row: row.agency.name)


def agencies_expected(meeting: Meeting) -> list[Agency]:
    """The agencies that are expected, by name."""
    return [row.agency for row in expectations_of(meeting) if row.expected]
