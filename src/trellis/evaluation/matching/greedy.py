"""Greedy choice: one treated unit after another takes the nearest control that is free (Rubin 1973).

In rounds: everybody has their first control before anybody their second, and who finds none takes no more part.
"""

from __future__ import annotations

import heapq
from typing import Protocol

from trellis.evaluation.matching.spec import IntArray

NONE = -1
Chosen = list[tuple[int, int]]


class Choice(Protocol):
    """What is free, whatever the distance: a line of scores or a cloud of covariates."""

    left_count: int

    def nearest(self, treated: int, gone: int = NONE) -> tuple[int, float]:
        """The nearest free control and its distance, or NONE; `gone` was offered before and has been taken."""

    def is_free(self, control: int) -> bool:
        """Whether it may serve once more."""

    def take(self, control: int) -> None:
        """Let it serve once."""

    def pass_by(self, treated: int, control: int) -> None:
        """Do not offer it to this treated unit, which has it, again."""


def by_turns(choice: Choice, order: IntArray, ratio: int) -> Chosen:
    """Pairs (treated, control) by their numbers, the treated choosing in the order given."""
    chosen: Chosen = []
    waiting = order.tolist()
    for to_come in reversed(range(ratio)):
        served = []
        for treated in waiting:
            if choice.left_count == 0:
                return chosen
            control, _gap = choice.nearest(treated)
            if control == NONE:
                continue
            chosen.append((treated, control))
            choice.take(control)
            if to_come:
                choice.pass_by(treated, control)
                served.append(treated)
        waiting = served
    return chosen


def closest_first(choice: Choice, order: IntArray, ratio: int) -> Chosen:
    """Pairs (treated, control) by their numbers, the closest pair that is left being made next."""
    chosen: Chosen = []
    waiting = sorted(order.tolist())
    for _ in range(ratio):
        queue: list[tuple[float, int, int, int]] = []
        for number, treated in enumerate(waiting):
            control, gap = choice.nearest(treated)
            if control != NONE:
                queue.append((gap, number, treated, control))
        heapq.heapify(queue)
        served, again = [], 0
        while queue and choice.left_count:
            _gap, _number, treated, control = heapq.heappop(queue)
            if choice.is_free(control):
                chosen.append((treated, control))
                choice.take(control)
                choice.pass_by(treated, control)
                served.append(treated)
                continue
            control, gap = choice.nearest(treated, control)
            if control != NONE:
                # Who has to look again goes before those who are just as close (MatchIt 4.7.2).
                again -= 1
                heapq.heappush(queue, (gap, again, treated, control))
        waiting = sorted(served)
    return chosen
