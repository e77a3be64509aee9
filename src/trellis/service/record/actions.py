"""What may be done to the record: put an alert in force, and say which offence of a day is the principal one."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from trellis.rules.errors import Refused
from trellis.rules.notices import NoticeKind
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import User
from trellis.service.access.permitted import check_permitted
from trellis.service.people.actions import add_alert
from trellis.service.people.correcting import correct, take_turns
from trellis.service.people.models import Alert, Person
from trellis.service.record.models import Disposal
from trellis.service.work.actions import notify


@transaction.atomic
def record_alert(*, person: Person, by: User, **alert: Any) -> Alert:
    """Put a safety alert in force as `people.actions.add_alert` does, and tell everybody who works with the person."""
    added = add_alert(person=person, by=by, **alert)
    notify(person_id=person.pk, kind=NoticeKind.ALERT, by=by)
    return added


@transaction.atomic
def mark_principal(*, by: User, disposal: Disposal) -> None:
    """Say that an offence is the principal one of its day. Others of the day lose the mark; nothing is overwritten."""
    check_permitted(by, Permission.EDIT_PERSON)
    take_turns(disposal.person_id)
    that_day = list(disposal.person.disposal_set.current().filter(happened_on=disposal.happened_on))
    if disposal.pk not in {offence.pk for offence in that_day}:
        raise Refused("That offence has been corrected since the page was made. Open the page again and choose.")
    for offence in that_day:
        chosen = offence.pk == disposal.pk
        if offence.principal != chosen:
            correct(offence, principal=chosen, recorded_by=by)
