"""Referrals that wait, whom they may mean, and who may be asked for a view."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from trellis.rules.access import PERMISSIONS
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import Posting
from trellis.service.people.models import Person
from trellis.service.people.queries import Hit, search
from trellis.service.schemes.models import Scheme
from trellis.service.selection.models import PanelDecision, Referral, ViewRequest

MAY_GIVE_VIEWS = [role for role, held in PERMISSIONS.items() if Permission.GIVE_VIEW in held]


def referrals_seen(*, closed: bool) -> QuerySet[Referral]:
    """The referrals that the reader may see, oldest first while they wait, latest first once closed.

    Each has `view_count`, `again_on` (when the panel looks again, if it deferred) and `shows_person`: whether the
    reader may see the person, and not the referral alone.
    """
    found = Referral.objects.filter(closed_at__isnull=not closed)
    found = found.select_related("area", "agency", "referred_by", "cohort")
    found = found.annotate(view_count=Count("views"), again_on=_again_on(), shows_person=_shows_person())
    return found.order_by("-closed_at", "-pk") if closed else found.order_by("referred_at", "pk")


def _again_on() -> Subquery:
    made = PanelDecision.objects.filter(referral=OuterRef("pk")).order_by("-pk")
    return Subquery(made.values("review_on")[:1])


def _shows_person() -> Exists:
    return Exists(Person.objects.filter(pk=OuterRef("person_id")))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody a referral may mean, with what speaks for it."""

    hit: Hit
    same_birth: bool | None

    @property
    def person(self) -> Person:
        """Who it would be."""
        return self.hit.person


def suggestions(referral: Referral, words: str = "") -> list[Suggestion]:
    """People found by other words, or else by the referral's identifier and name, the likeliest first."""
    found: dict[int, Hit] = {}
    for text in [words] if words else [referral.given_identifier, referral.given_name]:
        for hit in _search(text):
            found.setdefault(hit.person.pk, hit)
    made = [Suggestion(hit, _same_birth(referral, hit.person)) for hit in found.values()]
    return sorted(made, key=lambda one: one.same_birth is not True)


def _search(text: str) -> list[Hit]:
    if not text.strip():
        return []
    try:
        return search(text).hits
    except Refused:
        return []


def _same_birth(referral: Referral, person: Person) -> bool | None:
    if referral.given_birth is None or person.date_of_birth is None:
        return None
    return referral.given_birth == person.date_of_birth


def may_be_asked(scheme: Scheme) -> list[Posting]:
    """Postings of everybody in a scheme whose role gives views, by agency and name: one query."""
    live = Posting.objects.live().filter(scheme=scheme, role__in=MAY_GIVE_VIEWS, user__is_active=True)
    return list(live.select_related("user", "agency").order_by("agency__name", "user__name", "pk"))


def requests_of(referral: Referral) -> list[ViewRequest]:
    """Who has been asked for a view, as far as the reader may know: one query."""
    return list(referral.requests.select_related("user", "agency"))


def asked_of(referral: Referral, user_id: int) -> bool:
    """Whether somebody has been asked for a view and may still give it: one query."""
    return referral.requests.filter(user_id=user_id, ends_at__gt=timezone.now()).exists()
