"""Who is invited to a meeting, as those to whom its records may be opened."""

from __future__ import annotations

from trellis.service.access.models import Posting
from trellis.service.meetings.models import Invitation, Meeting


def members_of(meeting: Meeting, own: int) -> list[Posting]:
    """A posting of each who is invited and works for another agency today."""
    invited = Invitation.objects.filter(meeting=meeting).exclude(agency=own)
    pairs = set(invited.values_list("user_id", "agency_id"))
    posted = Posting.objects.live().filter(scheme=meeting.scheme, user__in=[user for user, _ in pairs])
    found = {(one.user_id, one.agency_id): one for one in posted.select_related("agency")}
    return [one for key, one in found.items() if key in pairs]
