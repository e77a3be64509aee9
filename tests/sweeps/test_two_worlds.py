"""Nobody learns anything from what they may not see: not by a count, an order, a refusal or a number that is taken."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.sweeps.addresses import Page
from tests.sweeps.browsing import LOCKED_OUT, Browsers
from tests.sweeps.lots import lot
from tests.sweeps.world import World
from tests.sweeps.worlds import Worlds

Figure = Callable[[str], None]
# The sampled sweep: who asks, the pages that each is always made to ask, and what share of the others by lot.
SAMPLED, SHARE = ("housing_worker", "police_om", "coordinator"), 0.04
ALWAYS = {"home:search", "caseload:people", "home:person", "selection:refer", "selection:referrals"}
MOST_USERS = 16


def drawn(who: str) -> Callable[[Page], bool]:
    """The pages that a sampled sweep has somebody ask."""
    return lambda page: page.name in ALWAYS or lot("two worlds", page.name, who)[0] < 256 * SHARE


@pytest.mark.requirement("SEC-06")
@pytest.mark.parametrize("who", SAMPLED)
def test_what_is_hidden_changes_no_answer(who: str, world: World, browsers: Browsers, figure: Figure) -> None:
    began, worlds = time.monotonic(), Worlds(world, browsers, variants=1)
    differing = list(worlds.differing(who, worlds.everything(who, most=1, of=drawn(who))))
    figure(f"two worlds, sampled: {worlds.pairs:,} pairs as {who} in {time.monotonic() - began:.0f} s")
    assert not differing, "\n".join(differing[:40])


@pytest.mark.prove
@pytest.mark.requirement("SEC-06")
@pytest.mark.parametrize("number", range(MOST_USERS))
def test_what_is_hidden_changes_no_answer_to_anybody(
    number: int, world: World, browsers: Browsers, figure: Figure
) -> None:
    everybody = sorted(set(world.users) - LOCKED_OUT)
    began, worlds = time.monotonic(), Worlds(world, browsers)
    differing = []
    for who in everybody[number::MOST_USERS]:
        differing += worlds.differing(who, worlds.everything(who, most=1))
        figure(f"two worlds, whole: {worlds.pairs:,} pairs as {who} in {time.monotonic() - began:.0f} s")
    assert not differing, "\n".join(differing[:40])
