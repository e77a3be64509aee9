"""The two worlds are worth what they find: every oracle seeded here must be found."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest

from tests.sweeps.browsing import Browsers
from tests.sweeps.database import rolled_back
from tests.sweeps.faults.kit import Fault, sampled_and_whole
from tests.sweeps.faults.oracles import ORACLES
from tests.sweeps.world import World
from tests.sweeps.worlds import Questions, Worlds

SEEDED = 15


def finds(fault: Fault, worlds: Worlds, asked: dict[str, Questions]) -> bool:
    """Whether one of the changed worlds gives a seeded oracle away."""
    with rolled_back(), fault.seed(worlds.world):
        return any(any(worlds.differing(fault.who[0], asked[page])) for page in fault.pages)


@pytest.mark.requirement("SEC-06")
@sampled_and_whole(ORACLES)
def test_two_worlds_find_seeded_oracles(
    seeded: Sequence[Fault], world: World, browsers: Browsers, figure: Callable[[str], None]
) -> None:
    began, worlds = time.monotonic(), Worlds(world, browsers, variants=0)
    wanted = {page for fault in seeded for page in fault.pages}
    asked = {
        name: worlds.everything("housing_worker", most=1, of=lambda page, name=name: page.name == name)  # type: ignore[misc]
        for name in wanted
    }
    missed = [fault.sentence for fault in seeded if not finds(fault, worlds, asked)]
    found = len(seeded) - len(missed)
    figure(f"two worlds: found {found} of {len(seeded)} seeded oracles, in {time.monotonic() - began:.0f} s")
    assert len(ORACLES) >= SEEDED
    assert not missed
