"""Changes to people's own records: corrections of facts, safety alerts, details."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from trellis.rules.dates import long_date
from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.vocabulary import AlertKind
from trellis.service.access.models import User
from trellis.service.people.correcting import correct
from trellis.service.people.models import Alert, Person
from trellis.service.people.queries import EDITABLE, editable_by_actor
from trellis.service.people.tokens import refresh_search_tokens
from trellis.service.schemes.models import Agency


@transaction.atomic
def add_alert(
    *, person: Person, kind: AlertKind, reason: str, review_on: date, starts: date, agency: Agency, by: User
) -> Alert:
    """Record a safety alert. Raises Refused without a reason, or with a review that is not ahead."""
    _check_alert(reason, review_on)
    return Alert.objects.create(
        person=person, kind=kind, reason=reason.strip(), review_on=review_on, starts=starts, agency=agency,
        recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def review_alert(*, alert: Alert, reason: str, review_on: date, by: User) -> Alert:
    """Keep an alert in force with its reason as it is now and its next review, even one that somebody has just ended.

    Raises Changed when somebody else has reviewed or ended it since it was read.
    """
    _check_alert(reason, review_on)
    return correct(alert, recorded_by=by, reason=reason.strip(), review_on=review_on, ends=None)


@transaction.atomic
def end_alert(*, alert: Alert, ends: date, why: str, by: User) -> Alert:
    """End an alert from a day on, saying why.

    Raises Refused without a why, or on a day before it began; Changed when somebody else has reviewed or ended it.
    """
    if not why.strip():
        raise Refused("Say why the alert can end.")
    if ends <= alert.starts:
        raise Refused(f"The alert began on {long_date(alert.starts)}. Enter a later day for its end.")
    return correct(alert, recorded_by=by, ends=ends, reason=f"{alert.reason.rstrip('.')}. Ended: {why.strip()}")


def _check_alert(reason: str, review_on: date) -> None:
    if not reason.strip():
        raise Refused("Say what the alert warns of, so that a reader knows what to do.")
    if review_on <= timezone.localdate():
        raise Refused("Enter a day ahead for the next review.")


@transaction.atomic
def edit_person(*, person: Person, version: int, by: User, **changes: Any) -> int:
    """Change a person's details; returns the new version.

    Raises Changed when the record has changed since `version` was read; Refused for a field that may not be edited, or
    that is not shared with the agency that acts.
    """
    strange = set(changes) - set(EDITABLE)
    if strange:
        raise Refused(f"These details cannot be edited here: {', '.join(sorted(strange))}.")
    unseen = set(changes) - set(editable_by_actor())
    if unseen:
        raise Refused(
            f"These details are not shared with your agency: {', '.join(sorted(unseen))}. Ask an agency that reads them"
            " to correct them."
        )
    edited = Person.objects.filter(pk=person.pk, version=version).update(**changes, version=version + 1)
    if not edited:
        raise Changed("Somebody changed this record while you wrote. Look at it again, then make your change.")
    refresh_search_tokens([person.pk])
    return version + 1
