"""Opening the people of a panel to its members, until the meeting ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.protecting import check_meeting_end
from trellis.rules.vocabulary import Compartment, GrantBasis, Permission
from trellis.service.access.agreements import check_sharing_open
from trellis.service.access.models import Grant, Posting, User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.people.models import Person
from trellis.service.schemes.models import Scheme


@transaction.atomic
def open_to_panel(
    *, by: User, scheme: Scheme, people: Iterable[Person], members: Iterable[Posting], ends_at: datetime
) -> int:
    """Let the members of a panel see the core record of the people it is about, until it ends. Returns how many grants.

    Raises Refused without people or members, for a meeting that is over or weeks ahead, and for a member whose agency
    nothing new may be shared with.
    """
    check_permitted(by, Permission.DECIDE)
    now = timezone.now()
    check_meeting_end(ends_at, now)
    people, members = list(people), list(members)
    if not people or not members:
        raise Refused("Choose whom the panel is about, and who sits on it.")
    own = acting_agency(by)
    for agency in {member.agency for member in members if member.agency_id != own}:
        check_sharing_open(agency, scheme)
    for member in members:
        for person in people:
            Grant.objects.create(
                user_id=member.user_id,
                agency=member.agency,
                person_id=person.pk,
                compartments=[Compartment.CORE],
                basis=GrantBasis.PANEL,
                reason=f"Panel of {timezone.localtime(ends_at):%d/%m/%Y}",
                granted_by=by,
                starts_at=now,
                ends_at=ends_at,
            )
    return len(members) * len(people)
