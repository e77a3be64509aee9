"""The rules and the database decide the same: over invented schemes, about everybody, as everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections

from tests.service.access.invented import Invented, Inventor
from trellis.rules import need_to_know as rules
from trellis.rules.access import PERMISSIONS
from trellis.rules.vocabulary import Compartment, Permission, Sight
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.people.models import Person, SensitiveNote
from trellis.service.record.models import Arrest

Answer = tuple[str, int, str]


def asked_of_the_database(world: Invented, user: User, agency: int | None) -> set[Answer]:
    """What row security and its functions say to that user, acting for that agency."""
    people = [standing.person for standing in world.standings]
    until = world.now + timedelta(minutes=rules.EMERGENCY_MINUTES)
    with acting("feeds" if user.is_system else user, agency_id=agency or 0), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, actor_knows_of(id), actor_may_break(id, '{core}', %s) FROM unnest(%s::bigint[]) AS id",
            [until, people],
        )
        told = cursor.fetchall()
        return {
            *(
                ("shown", person, "core")
                for person in Person.objects.filter(pk__in=people).values_list("pk", flat=True)
            ),
            *(
                ("note", person, compartment)
                for person, compartment in SensitiveNote.objects.filter(person__in=people).values_list(
                    "person_id", "compartment"
                )
            ),
            *(
                ("arrest", person, "core")
                for person in Arrest.objects.filter(person__in=people).values_list("person_id", flat=True)
            ),
            *(
                ("field", 0, "")
                for reads in [_answer(cursor, "actor_reads_field('record.Arrest', 'outcome')")]
                if reads
            ),
            *(
                ("shares with", other.pk, "")
                for other in world.users
                if _answer(cursor, "actor_may_share_with(%s, NULL)", other.pk)
            ),
            *(("knows", person, "") for person, knows, _ in told if knows),
            *(("breaks", person, "") for person, _, breaks in told if breaks),
        }


def _answer(cursor: Any, call: str, *values: object) -> bool:
    cursor.execute(f"SELECT {call}", values)
    (answer,) = cursor.fetchone()
    return bool(answer)


def asked_of_the_rules(world: Invented, user: User, agency: int | None) -> set[Answer]:
    """What the rules say, given the same facts."""
    by = world.viewer(user, agency)
    return set(_answers(world, by))


def _answers(world: Invented, by: rules.Viewer) -> Iterator[Answer]:
    if rules.shares_field(by, "record.Arrest", "outcome", world.agreements, world.today):
        yield "field", 0, ""
    for other in world.users:
        theirs = {post.agency for post in world.posts if post.user == other.pk and post.is_live(world.today)}
        if rules.may_share_with(by, theirs, world.agreements, world.today):
            yield "shares with", other.pk, ""
    for of in world.standings:
        shown = {
            one
            for one in Compartment
            if rules.sight(of=of, by=by, compartment=one, openings=world.openings, limits=world.limits, now=world.now)
            is Sight.SHOWN
        }
        owned = world.owners[of.person] == by.agency
        if Compartment.CORE in shown:
            yield "shown", of.person, "core"
            if owned or rules.shares(by, "record.Arrest", world.agreements, world.today):
                yield "arrest", of.person, "core"
        for one in shown - {Compartment.CORE}:
            if owned or rules.shares(by, "people.SensitiveNote", world.agreements, world.today):
                yield "note", of.person, one.value
        if rules.knows_of(of, by, world.limits):
            yield "knows", of.person, ""
        if rules.may_break_glass(of, by, world.limits):
            yield "breaks", of.person, ""


def disagreements(seed: int) -> tuple[list[str], Counter[str]]:
    """Where the two differ in the world of a seed, and how many answers of each kind were yes, of how many asked."""
    world = Inventor(seed).world
    found: list[str] = []
    counts: Counter[str] = Counter()
    for user in world.users:
        for agency in {None} if user.is_system else {one.pk for one in world.agencies}:
            rows, law = asked_of_the_database(world, user, agency), asked_of_the_rules(world, user, agency)
            found += [f"seed {seed}: {user} for {agency}: {answer}" for answer in rows ^ law]
            counts["decisions"] += len(world.standings) * (len(Compartment) + 3)
            counts.update(kind for kind, _, _ in law)
    return found, counts


@pytest.mark.requirement("SEC-06", "SEC-01")
@pytest.mark.parametrize("seed", [1, 2])
def test_rules_and_rows_never_disagree(committed: str, seed: int) -> None:
    found, counts = disagreements(seed)
    assert found == []
    assert counts["decisions"] > 5_000
    assert all(counts[kind] > 5 for kind in ("shown", "note", "arrest", "knows", "breaks", "shares with")), counts
    # Asked once of each who looks, not of each person.
    assert counts["field"] > 1, counts


@pytest.mark.prove
def test_rules_and_rows_never_disagree_over_many_schemes(committed: str, figure: Callable[[str], None]) -> None:
    total: Counter[str] = Counter()
    for seed in range(100, 120):
        found, counts = disagreements(seed)
        assert found == []
        total += counts
    figure(f"need to know: {total['decisions']:,} decisions by rules and by rows, 0 disagreements ({dict(total)})")
    assert total["decisions"] > 100_000


FORGOTTEN = {
    "limits": ("actor_barred()", "bigint[]", "'{}'::bigint[]"),
    "standing in": ("actor_stands_in_for()", "bigint[]", "'{}'::bigint[]"),
    "agreements": ("actor_shared()", "text[]", "'{*}'::text[]"),
    "disabled accounts": ("actor_is_live()", "boolean", "true"),
    "days": ("actor_today()", "date", "current_date + 1"),
}


@pytest.mark.parametrize("what", ["limits", "days"])
def test_what_the_rows_forget_is_noticed(committed: str, what: str) -> None:
    assert notices(what)


@pytest.mark.prove
@pytest.mark.parametrize("what", FORGOTTEN)
def test_whatever_the_rows_forget_is_noticed(committed: str, what: str) -> None:
    assert notices(what)


def notices(what: str) -> bool:
    """Whether a disagreement is found once a function of the database decides nothing any more."""
    signature, kind, answer = FORGOTTEN[what]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {signature} RETURNS {kind} LANGUAGE sql STABLE SECURITY DEFINER"
            f" SET search_path = public, pg_temp AS $$ SELECT {answer} $$"
        )
    # A small scheme may have nobody whom the lapse touches, so there are several.
    return any(disagreements(seed)[0] for seed in range(1, 9))


def test_presence_and_emergency_go_together() -> None:
    """Whoever may break glass may be told of the record, or the refusal would tell."""
    for role, held in PERMISSIONS.items():
        assert (Permission.BREAK_GLASS in held) <= (Permission.SEE_PRESENCE in held), role
        assert (Permission.ASK_FOR_ACCESS in held) <= (Permission.SEE_PRESENCE in held), role
