"""Whatever the owner of the database does to the trail, verifying finds it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from django.conf import settings

from tests.service.audit.tamperings import TAMPERINGS
from tests.service.audit.trails import as_owner_unhindered, make_trail, opened
from trellis.service.audit.anchors import Anchor
from trellis.service.audit.verifying import Broken, verify_trail

SAMPLED = 4
ALL = 80


WHERE = re.compile(r"seal \d|event |The chain ends", re.IGNORECASE)


def found(database: str, anchors: list[Anchor], each: int) -> dict[str, int]:
    """How many of so many tamperings of each kind were found and placed. Each is undone before the next."""
    counts = dict.fromkeys(TAMPERINGS, 0)
    with as_owner_unhindered(database) as link:
        assert verify_trail(link, settings.TRAIL_KEYS, anchors).seals > 100
        for kind, tamper in TAMPERINGS.items():
            for seed in range(each):
                with link.transaction(force_rollback=True):
                    did = tamper(link, random.Random(f"{kind}{seed}"))
                    try:
                        verify_trail(link, settings.TRAIL_KEYS, anchors)
                    except Broken as fault:
                        counts[kind] += bool(WHERE.search(str(fault)))
                    else:
                        print(f"not found: {kind}: {did}")
    return counts


@pytest.mark.requirement("SEC-02")
def test_every_tampering_of_a_sample_is_found(committed: str) -> None:
    counts = found(committed, make_trail(committed), SAMPLED)
    assert counts == dict.fromkeys(TAMPERINGS, SAMPLED)


@pytest.mark.prove
@pytest.mark.requirement("SEC-02")
def test_every_tampering_is_found(committed: str, figure: Callable[[str], None]) -> None:
    counts = found(committed, make_trail(committed), ALL)
    tried = ALL * len(TAMPERINGS)
    figure(f"tampering: {sum(counts.values()):,} found of {tried:,}, {len(TAMPERINGS)} kinds")
    assert tried >= 1000
    assert counts == dict.fromkeys(TAMPERINGS, ALL)


def test_without_the_anchors_a_cut_end_and_the_keys_holder_would_go_unseen(committed: str) -> None:
    anchors = make_trail(committed)
    unseen = 0
    with as_owner_unhindered(committed) as link:
        for kind in ("cut the end off", "chain anew with the key"):
            for seed in range(SAMPLED):
                with link.transaction(force_rollback=True):
                    TAMPERINGS[kind](link, random.Random(f"{kind}{seed}"))
                    try:
                        verify_trail(link, settings.TRAIL_KEYS, [])
                        unseen += 1
                    except Broken:
                        pass
                    with pytest.raises(Broken):
                        verify_trail(link, settings.TRAIL_KEYS, anchors)
    assert unseen >= SAMPLED


def test_an_untouched_trail_is_whole(committed: str) -> None:
    anchors = make_trail(committed)
    with opened(committed) as link:
        done = verify_trail(link, settings.TRAIL_KEYS, anchors)
    assert done.seals == done.by_kind["change"] + done.by_kind["access"]
    assert (done.by_kind["access"], done.anchors, done.erased, done.waiting) == (32, len(anchors), 0, 0)
    assert done.rate > 0
