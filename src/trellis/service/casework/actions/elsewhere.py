"""Keeping a contact once: ticking that it stands in an agency's own system, and noting what was shared of it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.note_formats import check_reference
from trellis.rules.vocabulary import OtherSystem, Permission, SharingAct, SharingBasis
from trellis.service.access.models import User
from trellis.service.access.permitted import check_permitted
from trellis.service.casework.models import Contact, RecordedElsewhere
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency
from trellis.service.sharing.actions import record_act
from trellis.service.sharing.models import InformationShared


@transaction.atomic
def tick_recorded(
    *, contact: Contact, system: OtherSystem, reference: str, agency: Agency, by: User
) -> RecordedElsewhere:
    """Record under which reference a contact stands in another system. Ticked already, that tick stands.

    Raises Refused without a reference, and for a version of a contact that has been corrected since.
    """
    check_permitted(by, Permission.RECORD_CONTACT)
    tidy = check_reference(reference)
    if contact.superseded_at is not None:
        raise Refused("This contact has been corrected since. Copy the latest version instead.")
    standing: RecordedElsewhere | None = (
        RecordedElsewhere.objects.current().filter(contact=contact, system=system).first()
    )
    if standing is not None:
        return standing
    return RecordedElsewhere.objects.create(
        person_id=contact.person_id, contact=contact, system=system, reference=tidy, agency=agency, recorded_by=by
    )


@transaction.atomic
def note_share(
    *, person: Person, recipient: Agency, who: str, what: str, purpose: str, agency: Agency, by: User
) -> InformationShared:
    """Note something told to a partner in passing: by whom, to whom and what for (IQ-16).

    It is an act of sharing like any other, under the agreement. Raises Refused as `record_act` does.
    """
    told = f"{what.strip()} Told to {who.strip()}." if who.strip() else what
    return record_act(
        person=person, act=SharingAct.SHARE, recipient=recipient, recipient_name="", what=told, contents=(),
        reason=purpose, basis=SharingBasis.AGREEMENT, power="", conditions="", happened_on=timezone.localdate(),
        agency=agency, by=by,
    )  # fmt: skip
