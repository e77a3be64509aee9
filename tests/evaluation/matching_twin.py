"""Nearest neighbours the slow and obvious way: step left and right from everybody's own place, one unit at a time.

Written from the description of MatchIt 4.7.2's search, without sorting tricks: O(treated × units) and more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

Rows = list[int]
Pairs = list[tuple[int, int]]


@dataclass
class Walk:
    """Units in a row, who is left, and who has whom."""

    distance: Sequence[float]
    treated: Sequence[bool]
    uses: int = 1
    width: float = math.inf
    strata: Sequence[int] = ()
    near: Sequence[tuple[Sequence[float], float]] = ()
    left: dict[int, int] = field(init=False)
    mine: dict[int, Rows] = field(init=False)

    def __post_init__(self) -> None:
        size = len(self.distance)
        self.strata = self.strata or [0] * size
        self.line = sorted(range(size), key=lambda row: (self.distance[row], row))
        self.left = {row: self.uses for row in range(size) if not self.treated[row]}
        self.mine = {row: [] for row in range(size) if self.treated[row]}

    def gap(self, row: int, other: int) -> float:
        return abs(self.distance[row] - self.distance[other])

    def fits(self, row: int, other: int) -> bool:
        return (
            self.left.get(other, 0) > 0
            and other not in self.mine[row]
            and self.strata[other] == self.strata[row]
            and self.gap(row, other) <= self.width
            and all(abs(of[row] - of[other]) <= most for of, most in self.near)
        )

    def find(self, row: int, lost: Rows) -> int | None:
        """The first come upon of the nearest, going outwards by turns from all that it has or has just lost."""
        places = [self.line.index(each) for each in [row, *self.mine[row], *lost]]
        found = []
        for turn in range(1, len(self.line) + 1):
            for side, place in ((0, min(places) - turn), (1, max(places) + turn)):
                if 0 <= place < len(self.line) and self.fits(row, self.line[place]):
                    found.append((self.gap(row, self.line[place]), turn, side, self.line[place]))
        return min(found)[3] if found else None

    def give(self, row: int, other: int) -> None:
        self.mine[row].append(other)
        self.left[other] -= 1

    def by_turns(self, waiting: Rows, order: str) -> Rows:
        sign = {"largest": -1, "smallest": 1, "data": 0}[order]
        served = []
        for row in sorted(waiting, key=lambda row: (sign * self.distance[row], row)):
            other = self.find(row, [])
            if other is not None:
                self.give(row, other)
                served.append(row)
        return served

    def closest_first(self, waiting: Rows) -> Rows:
        offers = {row: self.find(row, []) for row in sorted(waiting)}
        queue = [row for row in sorted(waiting) if offers[row] is not None]
        queue.sort(key=lambda row: self.gap(row, offers[row]))
        served = []
        while queue:
            row = queue.pop(0)
            if self.left[offers[row]] > 0:
                self.give(row, offers[row])
                served.append(row)
                continue
            offers[row] = self.find(row, [offers[row]])
            if offers[row] is not None:
                ahead = [each for each in queue if self.gap(each, offers[each]) < self.gap(row, offers[row])]
                queue.insert(len(ahead), row)
        return served

    def pairs(self, order: str, ratio: int) -> Pairs:
        """Pairs (treated row, control row), by treated row and then in the order chosen."""
        waiting = list(self.mine)
        for _ in range(ratio):
            waiting = self.closest_first(waiting) if order == "closest" else self.by_turns(waiting, order)
        return [(row, other) for row in self.mine for other in self.mine[row]]


def mahalanobis(points: Sequence[Sequence[float]], treated: Sequence[bool], *, ratio: int, uses: int) -> Pairs:
    """The same among points: of equals the last found going outwards along the first coordinate."""
    walk = Walk([point[0] for point in points], treated, uses)
    for _ in range(ratio):
        for row in walk.mine:
            found = []
            for other in filter(lambda other: walk.fits(row, other), walk.left):
                steps = walk.line.index(other) - walk.line.index(row)
                squares = sum((a - b) ** 2 for a, b in zip(points[row], points[other], strict=True))
                found.append((squares, -abs(steps), -(steps > 0), other))
            if found:
                walk.give(row, min(found)[3])
    return [(row, other) for row in walk.mine for other in walk.mine[row]]
