"""The canary sweep is worth what it finds: every leak seeded here must be found."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest

from tests.sweeps.addresses import Sample, pages, samples
from tests.sweeps.browsing import Browsers
from tests.sweeps.canaries import leaks
from tests.sweeps.checks import faults
from tests.sweeps.database import rolled_back
from tests.sweeps.faults.kit import Fault, sampled_and_whole
from tests.sweeps.faults.leaks import LEAKS
from tests.sweeps.matrix import Sweep
from tests.sweeps.sights import sight_of
from tests.sweeps.world import World
from trellis.rules.vocabulary import Sight

RECALL, SEEDED = 0.95, 40


def finds(fault: Fault, sweep: Sweep, world: World) -> bool:
    """Whether the sweep finds a seeded leak on the pages where it shows."""
    with rolled_back(), fault.seed(world):
        for page in pages():
            if page.name in fault.pages:
                for who in fault.who:
                    asked = sorted(samples(page, world), key=lambda sample: not is_hidden(world, who, sample))
                    for one in sweep.answers(page, who, asked):
                        if any(leaks(one.answer, world)) or "personal data" in " ".join(faults(one.answer)):
                            return True
    return False


def is_hidden(world: World, who: str, sample: Sample) -> bool:
    """Whether the oracle hides a sample from a user: those are asked about first."""
    if sample.row is None:
        return False
    return sight_of(world.oracle, world.users[who].pk, sample.label, sample.row) is not Sight.SHOWN


@pytest.mark.requirement("SEC-06")
@sampled_and_whole(LEAKS)
def test_the_canary_sweep_finds_seeded_leaks(
    seeded: Sequence[Fault], world: World, browsers: Browsers, figure: Callable[[str], None]
) -> None:
    began, sweep = time.monotonic(), Sweep(world, browsers)
    missed = [fault.sentence for fault in seeded if not finds(fault, sweep, world)]
    found = len(seeded) - len(missed)
    figure(
        f"canary sweep: found {found} of {len(seeded)} seeded leaks, in {time.monotonic() - began:.0f} s; "
        f"missed: {', '.join(missed) or 'none'}"
    )
    assert len(LEAKS) >= SEEDED
    assert found >= RECALL * len(seeded), missed
