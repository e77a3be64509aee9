"""What the oracle is told: the plain rows of the world, read past row security."""

from __future__ import annotations

from django.utils import timezone

from tests.sweeps.oracle import Limited, Opening, Oracle, Place, Post, Whom
from trellis.rules.vocabulary import Role
from trellis.service.access.models import AgreementParty, Grant, Limit, Posting
from trellis.service.people.models import Person
from trellis.service.schemes.models import Area
from trellis.service.selection.models import ViewRequest


def oracle_of() -> Oracle:
    """The facts as they stand; to be called where nothing is hidden."""
    paths = dict(Area.objects.values_list("pk", "path"))
    oracle = Oracle(timezone.now())
    for person in Person.objects.all():
        oracle.people[person.pk] = Whom(person.scheme_id, person.stage, paths.get(person.area_id, ""))
    for one in Grant.objects.all():
        path = paths[one.area_id] if one.area_id else ""
        oracle.openings.append(
            Opening(
                one.user_id, one.team_id, one.person_id, one.scheme_id, tuple(one.stages), path,
                tuple(one.compartments), one.starts_at, one.ends_at, one.basis, one.agency_id,
            )
        )  # fmt: skip
    for post in Posting.objects.order_by("user", "pk"):
        oracle.posts.append(
            Post(post.user_id, post.agency_id, post.team_id, post.scheme_id, Role(post.role), post.starts, post.ends)
        )
    for limit in Limit.objects.filter(lifted_at=None):
        names = limit.names.filter(ends_at=None)
        users = frozenset(names.filter(user__isnull=False).values_list("user_id", flat=True))
        teams = frozenset(names.filter(team__isnull=False).values_list("team_id", flat=True))
        oracle.limits.append(Limited(limit.person_id, limit.kind, users, teams))
    live = ViewRequest.objects.filter(ends_at__gt=oracle.now)
    oracle.asked.update(live.values_list("user_id", "referral_id"))
    for party in AgreementParty.objects.filter(agreement__ends=None).select_related("agreement"):
        oracle.places.append(Place(party.agency_id, party.agreement.scheme_id, frozenset(party.shares)))
    return oracle
