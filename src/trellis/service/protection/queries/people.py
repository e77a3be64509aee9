"""People as those who guard records meet them: by name where they may see them, by number where not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

from trellis.rules.vocabulary import Compartment
from trellis.service.access.models import Posting, User
from trellis.service.people.models import Person
from trellis.service.schemes.models import Scheme


def names_of(people: Iterable[int | None]) -> Mapping[int | None, str]:
    """What to call these people: one query. Somebody whom the reader may not see is a number."""
    ids = {one for one in people if one is not None}
    seen = Person.objects.in_bulk(ids)
    return {one: str(seen[one]) if one in seen else f"Record {one}, which you may not open" for one in ids}


def scheme_of(person_id: int) -> int | None:
    """The id of the scheme in which somebody stands, or None where the reader may not know of their record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor_scheme_of(%s)", [person_id])
        found: int | None = cursor.fetchone()[0]
    return found


def compartments_of(person_id: int, until: datetime | None) -> frozenset[Compartment]:
    """What the reader's grants open of a person's record until that moment, or without an end; limits apart."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor_compartments_of(%s, %s)", [person_id, until])
        return frozenset(Compartment(one) for one in cursor.fetchone()[0])


def workers_of(scheme: Scheme | None) -> list[User]:
    """Everybody who works in a scheme today and can sign in, by name."""
    posted = Posting.objects.live().filter(scheme=scheme, user__is_active=True, user__is_system=False)
    return list(User.objects.filter(pk__in=posted.values("user")).order_by("name", "pk"))


def users_of(users: Iterable[int], teams: Iterable[int]) -> frozenset[int]:
    """The ids of the users named, and of those who work in the teams named today, as far as they can sign in."""
    posted = Posting.objects.live().filter(user__is_active=True, user__is_system=False)
    by_user = posted.filter(user__in=list(users)).values_list("user", flat=True)
    return frozenset(by_user) | frozenset(posted.filter(team__in=list(teams)).values_list("user", flat=True))
