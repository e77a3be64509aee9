"""Changing whom a restriction names: asked for by one, agreed to by another."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.protecting import check_limit, check_words
from trellis.rules.vocabulary import LimitKind, Permission
from trellis.service.access.models import Limit, LimitName, NameChange, User
from trellis.service.access.permitted import check_permitted
from trellis.service.protection.in_force import limit_in_force
from trellis.service.protection.queries.grants import openers_of
from trellis.service.protection.queries.limits import changes_waiting, named_in, names_on
from trellis.service.protection.queries.people import users_of
from trellis.service.schemes.models import Team

Key = tuple[int | None, int | None]
"""Whom a name names: the id of a user and None, or None and the id of a team."""


@transaction.atomic
def ask_to_change_names(
    *, by: User, limit: Limit, users: Iterable[User], teams: Iterable[Team], reason: str
) -> list[NameChange]:
    """Ask that a restriction name these users and teams and nobody else. It stays as it is until another agrees.

    Raises Refused without a why, where it names just these already, while a change waits for an answer, and for names
    that would leave nobody who could open the record.
    """
    check_permitted(by, Permission.RESTRICT_RECORDS)
    check_words(reason, "Say why the names change, in words that whoever agrees to it can judge.")
    limit = limit_in_force(limit)
    if changes_waiting(limit):
        raise Refused("A change of the names waits for an answer already. Somebody answers that one first.")
    named = {_key(name) for name in names_on(limit)}
    wanted: set[Key] = {(user.pk, None) for user in users} | {(None, team.pk) for team in teams}
    if named == wanted:
        raise Refused("These are the people and teams that it names already. Tick or untick somebody.")
    _check_names(limit, wanted)
    about = {"limit": limit, "reason": reason.strip(), "asked_by": by, "asked_at": timezone.now()}
    return [
        NameChange.objects.create(user_id=user, team_id=team, adds=(user, team) in wanted, **about)
        for user, team in sorted(named ^ wanted, key=str)
    ]


@transaction.atomic
def answer_name_changes(*, by: User, limit: Limit, agreed: bool) -> None:
    """Agree to the change of names that waits, or not. Whoever asked for it may only take it back.

    Raises Refused where none waits, and to agree for whoever asked for it, for whom it is about, and where by now it
    would leave nobody who could open the record.
    """
    check_permitted(by, Permission.RESTRICT_RECORDS)
    limit = limit_in_force(limit)
    changes = changes_waiting(limit)
    if not changes:
        raise Refused("No change of the names waits for an answer.")
    if agreed:
        _check_agrees(by, changes)
        _check_names(limit, _names_after(limit, changes))
    now = timezone.now()
    for change in changes:
        change.answered_by, change.answered_at, change.agreed = by, now, agreed
        change.save(update_fields=["answered_by", "answered_at", "agreed"])
    if agreed:
        _carry_out(by, limit, changes)


def _check_agrees(by: User, changes: Iterable[NameChange]) -> None:
    for change in changes:
        if change.asked_by_id == by.pk:
            raise Refused("You asked for this change, so somebody else agrees to it.")
        if by.pk in _users([_key(change)]):
            raise Refused("This change is about you, so somebody else agrees to it.")


def _check_names(limit: Limit, wanted: Collection[Key]) -> None:
    others = Limit.objects.filter(person_id=limit.person_id, lifted_at=None).exclude(pk=limit.pk)
    check_limit(
        kind=LimitKind(limit.kind),
        named=_users(wanted),
        openers=openers_of(limit.person_id),
        others=[(LimitKind(other.kind), named_in(other)) for other in others],
    )


def _names_after(limit: Limit, changes: Iterable[NameChange]) -> set[Key]:
    names = {_key(name) for name in names_on(limit)}
    for change in changes:
        names = names | {_key(change)} if change.adds else names - {_key(change)}
    return names


def _carry_out(by: User, limit: Limit, changes: Iterable[NameChange]) -> None:
    names = names_on(limit)
    for change in changes:
        if change.adds:
            LimitName.objects.create(limit=limit, named_by=by, user_id=change.user_id, team_id=change.team_id)
            continue
        for name in names:
            if _key(name) == _key(change):
                name.ends_at = timezone.now()
                name.save(update_fields=["ends_at"])


def _key(one: LimitName | NameChange) -> Key:
    return one.user_id, one.team_id


def _users(keys: Iterable[Key]) -> frozenset[int]:
    """The ids of the users whom the keys name, members of teams too."""
    keys = list(keys)
    return users_of([user for user, _ in keys if user is not None], [team for _, team in keys if team is not None])
