"""Whom a panel is about, who may sit on it, and what is open to members now."""

from __future__ import annotations

from django.db.models import BooleanField, F, Func, QuerySet
from django.utils import timezone

from trellis.rules.vocabulary import GrantBasis, Stage
from trellis.service.access.models import Grant, Posting
from trellis.service.people.models import Person
from trellis.service.schemes.models import Scheme

MOST_PEOPLE = 100


def people_for_panel(scheme: Scheme | None) -> list[Person]:
    """Those referred to a scheme and waiting for its panel, by name."""
    return list(Person.objects.filter(scheme=scheme, stage=Stage.REFERRAL)[:MOST_PEOPLE])


def members_for_panel(scheme: Scheme | None, agency_id: int | None) -> list[Posting]:
    """One posting of everybody who works in a scheme for another agency than one's own, by agency and name."""
    posted = Posting.objects.live().filter(scheme=scheme, user__is_active=True).exclude(agency=agency_id)
    found = posted.select_related("user", "agency").order_by("agency__name", "user__name", "pk")
    return list({(one.user_id, one.agency_id): one for one in found}.values())


def open_to_members() -> QuerySet[Grant]:
    """What is open to members of panels now, of people of whom the reader may know."""
    known = Func(F("person_id"), function="actor_knows_of", output_field=BooleanField())
    grants = Grant.objects.filter(basis=GrantBasis.PANEL, ends_at__gt=timezone.now(), person_id__isnull=False)
    return grants.filter(known).select_related("user", "agency").order_by("ends_at", "user__name", "id")
