"""Looks for what the reader may not know: each hidden text and number is a word of its own."""

from __future__ import annotations

import base64
import contextlib
import html
import re
from collections.abc import Iterator
from typing import Any

from tests.sweeps.browsing import Answer
from tests.sweeps.checks import NUMBER, WORD
from tests.sweeps.sights import reads_content, register_of, sight_of
from tests.sweeps.world import Held, World
from trellis.rules.vocabulary import Permission, Sight
from trellis.service.common.register import Category

ENCODED = re.compile(r"[A-Za-z0-9+/_-]{12,}")
# What everybody may read the name of: who works here and where.
KNOWN_TO_ALL = {"access.User", "access.Posting", "access.SharingAgreement", "access.AgreementParty"}


def leaks(answer: Answer, world: World) -> Iterator[str]:
    """Every hidden value in an answer, or in what else left the service, with the row that it is of."""
    asked = f"{answer.request.path} {answer.request.data}".lower()
    told = plain("\n".join([answer.head, answer.text, *answer.log, *answer.mail])).lower()
    for pattern, known in ((WORD, world.words), (NUMBER, world.numbers)):
        for value in sorted(set(pattern.findall(told))):
            held = known.get(value)
            if held and value not in asked and not knows(world, answer.request.who, held):
                yield f"{held.label}.{held.field} of row {held.row.pk}, hidden from {answer.request.who}: {value}"


def plain(text: str) -> str:
    """The text with what it says in another spelling: as entities, or encoded."""
    spelled = [html.unescape(text) if "&#" in text else ""]
    for run in set(ENCODED.findall(text)):
        with contextlib.suppress(ValueError):
            spelled.append(
                base64.b64decode(run + "=" * (-len(run) % 4), b"-_" if "-" in run or "_" in run else None).decode()
            )
    return "\n".join([text, *spelled])


def knows(world: World, who: str, held: Held) -> bool:
    """Whether the oracle lets a user read what a canary stands for."""
    register = register_of(held.label)
    if held.label in KNOWN_TO_ALL and held.field not in register.fields.get(Category.SECRET, ()):
        return True
    if who not in world.users or who == "disabled":
        return not register.rows.protected
    user = world.users[who].pk
    if held.field == "id" and held.label == "people.Person" and deals_with_limits(world, user, held.row):
        return True
    if held.field == "id":
        return sight_of(world.oracle, user, held.label, held.row) is not Sight.HIDDEN
    return reads_content(world.oracle, user, held.label, held.row, held.field)


def deals_with_limits(world: World, user: int, person: Any) -> bool:
    """Whoever reviews emergencies in a scheme knows of every limit and emergency in it, by the record's number."""
    oracle = world.oracle
    here = any(post.scheme == person.scheme_id for post in oracle.posts_of(user))
    return here and oracle.may(user, Permission.REVIEW_EMERGENCIES)
