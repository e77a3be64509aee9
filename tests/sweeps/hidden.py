"""Changes to the world that one reader must not be able to tell: to hidden people and to what is recorded of them."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable

from django.db import IntegrityError, connection, models, transaction

from tests.service.access.samples import OURS
from tests.sweeps.building import more_people
from tests.sweeps.canaries import deals_with_limits
from tests.sweeps.database import outside
from tests.sweeps.facts import oracle_of
from tests.sweeps.lots import lot
from tests.sweeps.rows import shown_rows
from tests.sweeps.sights import sight_of, subject_of
from tests.sweeps.world import World
from trellis.rules.vocabulary import Sight
from trellis.service.access.models import Grant
from trellis.service.people.models import Identifier, Person
from trellis.service.people.tokens import refresh_search_tokens
from trellis.service.selection.models import Referral, ViewRequest

TYPED_NAME, TYPED_NUMBER = "Barnaby Typedname", "2011/0123456X"
# What is typed into every free box; in one of the worlds somebody hidden is called so.
TYPED = (TYPED_NAME, TYPED_NUMBER)
# Columns that decide who sees a row, or that another column must fit.
FIXED = {"stage", "area", "scheme", "source", "source_key", "cell"}
Change = Callable[[World, str], None]
FAR = 5000
MOST_MORE = 3


def hidden_people(world: World, who: str) -> list[Person]:
    """Those of whose existence the oracle lets the user know nothing."""
    user = world.users[who].pk
    return [one for one in world.people.values() if world.oracle.sight(user, one.pk) is Sight.HIDDEN]


def hidden_rows(world: World, who: str, *, of_known: bool = False) -> dict[str, list[models.Model]]:
    """Rows about hidden people, and the people, by the model's label; who may see what is left as it is.

    With `of_known` also what is hidden of people of whom the user may be told that a record is held: everything but
    the numbers under which it is.
    """
    user, found = world.users[who].pk, defaultdict(list)
    for label, row in shown_rows(world):
        about = label == "people.Person" or subject_of(label, row) is not None or hasattr(row, "referral_id")
        if about and not label.startswith("access."):
            sight = sight_of(world.oracle, user, label, row)
            held = of_known and sight is Sight.PRESENCE and label != "people.Identifier"
            if sight is Sight.HIDDEN or held:
                found[label].append(row)
    return found


def alter(world: World, who: str) -> None:
    """Other words, days and choices in everything hidden."""
    with outside(), connection.cursor() as cursor:
        for label, rows in hidden_rows(world, who, of_known=True).items():
            for column, value in _otherwise(OURS[label]):
                try:
                    with transaction.atomic():
                        cursor.execute(
                            f'UPDATE "{OURS[label]._meta.db_table}" SET "{column}" = {value}'
                            f' WHERE "{OURS[label]._meta.pk.column}" = ANY (%s)',
                            [[row.pk for row in rows]],
                        )
                except IntegrityError:
                    # Some choices fit only with others; the rest of the row is altered.
                    continue


def _otherwise(model: type[models.Model]) -> list[tuple[str, str]]:
    """Columns of a model with SQL for another value."""
    key, made = model._meta.pk.column, []
    for one in model._meta.concrete_fields:
        if one.is_relation or one.generated or one.primary_key or one.name in FIXED:
            continue
        if one.choices:
            made.append((one.column, f"'{one.choices[-1][0]!s}'"))
        elif isinstance(one, models.CharField | models.TextField):
            made.append((one.column, f'left(md5("{one.column}" || "{key}"), {min(one.max_length or 32, 32)})'))
        elif isinstance(one, models.DateField) and not isinstance(one, models.DateTimeField):
            made.append((one.column, f'"{one.column}" - 40'))
        elif isinstance(one, models.BooleanField):
            made.append((one.column, f'NOT "{one.column}"'))
        elif isinstance(one, models.IntegerField) and one.name != "version":
            made.append((one.column, f'"{one.column}" + 7'))
    return made


def remove(world: World, who: str) -> None:
    """Nothing of what is hidden was ever there."""
    meant = referred_in_sight(world, who)
    with outside(), connection.cursor() as cursor:
        for label, rows in hidden_rows(world, who).items():
            model = OURS[label]
            cursor.execute(
                f'DELETE FROM "{model._meta.db_table}" WHERE "{model._meta.pk.column}" = ANY (%s)',
                [[row.pk for row in rows if label != "people.Person" or row.pk not in meant]],
            )


def referred_in_sight(world: World, who: str) -> set[int]:
    """Hidden people whom a referral that the user may see is about: it would not be there without them."""
    user = world.users[who].pk
    return {
        row.person_id  # type: ignore[attr-defined]
        for label, row in shown_rows(world)
        if label == "selection.Referral" and sight_of(world.oracle, user, label, row) is Sight.SHOWN
    }


def add(world: World, who: str) -> None:
    """More hidden people, called what is typed, each with a row of everything, and referred by others."""
    user = world.users[who].pk
    hidden = {one.pk for one in hidden_people(world, who)}
    # Whoever reviews emergencies may know of each limit and emergency in the scheme, whosever it is.
    relations = [
        name for name, one in world.people.items() if one.pk in hidden and not deals_with_limits(world, user, one)
    ]
    relations = sorted(relations, key=lambda name: lot(who, name))[:MOST_MORE]
    with outside():
        scratch = dataclasses.replace(world, people={}, rows={}, limits={}, words=dict(world.words), numbers={})
        more_people(scratch, relations, ids_from=FAR)
        people = [person.pk for person in scratch.people.values()]
        # Whoever refers somebody, or is asked for a view, sees the referral; whoever has a grant, the person. So all
        # this is somebody's who neither asks nor is covered for.
        another = world.users["disabled"]
        ViewRequest.objects.filter(referral__person__in=people, user=user).update(user=another)
        Grant.objects.filter(person_id__in=people, user=user).update(user=another)
        given, family = TYPED_NAME.split()
        Person.objects.filter(pk__in=people).update(given_names=given, family_name=family)
        Referral.objects.filter(person__in=people).update(
            given_name=TYPED_NAME, given_identifier=TYPED_NUMBER, referred_by=another
        )
        first = Identifier.objects.filter(person__in=people).order_by("pk").first()
        Identifier.objects.filter(pk=first.pk if first else 0).update(kind="PNC", value=TYPED_NUMBER)
        refresh_search_tokens(people)
        oracle = oracle_of()
        assert all(oracle.sight(user, person) is Sight.HIDDEN for person in people), (who, relations)


CHANGES: dict[str, Change] = {"otherwise": alter, "never there": remove, "more of them": add}
