"""Issuing briefings."""

from __future__ import annotations

from django.db import transaction

from trellis.rules.vocabulary import Marking, Permission
from trellis.service.access.models import User
from trellis.service.access.permitted import check_permitted
from trellis.service.intelligence.models import Briefing
from trellis.service.schemes.models import Scheme


@transaction.atomic
def issue_briefing(
    *, scheme: Scheme, by: User, note: str = "", marking: Marking = Marking.OFFICIAL_SENSITIVE
) -> Briefing:
    """Issue a briefing of a scheme: from this moment its lines stand as the record is known now.

    Raises Refused for somebody whose role does not issue briefings.
    """
    check_permitted(by, Permission.ISSUE_BRIEFING)
    return Briefing.objects.create(scheme=scheme, note=note.strip(), marking=marking, issued_by=by)
