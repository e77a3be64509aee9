"""The next free control to the left and to the right, in near constant time.

Two arrays of pointers (union-find, Tarjan 1975, with path halving): a control that is used up points to its
neighbour, so that a search jumps over everybody who is gone. Matching n units costs little more than sorting them.
"""

from __future__ import annotations

import numpy as np

from trellis.evaluation.matching.line import Line
from trellis.evaluation.matching.spec import IntArray

NONE = -1


class Free:
    """Which controls of a line are free, and the nearest one that a treated unit may have.

    `uses` is how often one control may serve. Searches start outside what a treated unit has already or found gone,
    since everything nearer was refused to it before.
    """

    def __init__(self, line: Line, uses: int) -> None:
        """Everybody is free."""
        self._line, self._choosy = line, line.choosy
        self._same = None if line.persons is None else _rows_of_one(line.persons[line.controls])
        count = line.controls.size
        # Shifted by one: 0 is the wall on the left and count + 1 the wall on the right.
        self._left = list(range(count + 2))
        self._right = list(range(count + 2))
        self._remaining = [uses] * count
        self.left_count = count
        self._places = line.control_places.tolist()
        self._distances = line.control_distances.tolist()
        self._low, self._high = line.low.tolist(), line.high.tolist()
        self._treated_distances = line.treated_distances.tolist()
        own, places = line.own.tolist(), line.treated_places.tolist()
        # Per treated unit: the first control to look at on each side, and the places from which steps are counted.
        self._left_start, self._right_start = [each - 1 for each in own], own
        self._left_place, self._right_place = places, places.copy()

    def nearest(self, treated: int, gone: int = NONE) -> tuple[int, float]:
        """The nearest free control within the calipers and its distance, or (NONE, 0).

        `gone` is the control that it was to have and that somebody else took: the search goes on from there. Of two
        that are equally far the one fewer places away in the sorted order is taken, and of two equally many the left:
        that is how MatchIt 4.7.2, which steps left and right by turns, comes upon them.
        """
        left_place, right_place = self._left_place[treated], self._right_place[treated]
        if gone != NONE:
            left_place, right_place = min(left_place, self._places[gone]), max(right_place, self._places[gone])
            self._start_beyond(treated, gone)
        left, left_gap = self._on_left(treated)
        right, right_gap = self._on_right(treated)
        if left == NONE:
            return right, right_gap
        if right == NONE or left_gap < right_gap:
            return left, left_gap
        if right_gap < left_gap:
            return right, right_gap
        left_steps = left_place - self._places[left]
        right_steps = self._places[right] - right_place
        return (left, left_gap) if left_steps <= right_steps else (right, right_gap)

    def is_free(self, control: int) -> bool:
        """Whether the control may serve once more."""
        return self._remaining[control] > 0

    def take(self, control: int) -> None:
        """Let the control serve once, and with it every other row of the same person."""
        for row in (control,) if self._same is None else self._same[control]:
            self._remaining[row] -= 1
            if self._remaining[row] == 0:
                self._left[row + 1] = row
                self._right[row + 1] = row + 2
                self.left_count -= 1

    def pass_by(self, treated: int, control: int) -> None:
        """Start the treated unit's later searches beyond this control, which it has."""
        place = self._places[control]
        self._left_place[treated] = min(self._left_place[treated], place)
        self._right_place[treated] = max(self._right_place[treated], place)
        self._start_beyond(treated, control)

    def _start_beyond(self, treated: int, control: int) -> None:
        if control <= self._left_start[treated]:
            self._left_start[treated] = control - 1
        elif control >= self._right_start[treated]:
            self._right_start[treated] = control + 1

    def _on_left(self, treated: int) -> tuple[int, float]:
        pointers, low, here = self._left, self._low[treated], self._treated_distances[treated]
        place = self._left_start[treated] + 1
        while True:
            while pointers[place] != place:
                pointers[place] = pointers[pointers[place]]
                place = pointers[place]
            control = place - 1
            if control < low:
                return NONE, 0.0
            gap = abs(here - self._distances[control])
            if gap > self._line.width:
                return NONE, 0.0
            if not self._choosy or self._line.acceptable(treated, np.asarray(control)):
                return control, gap
            place -= 1

    def _on_right(self, treated: int) -> tuple[int, float]:
        pointers, high, here = self._right, self._high[treated], self._treated_distances[treated]
        place = self._right_start[treated] + 1
        while True:
            while pointers[place] != place:
                pointers[place] = pointers[pointers[place]]
                place = pointers[place]
            control = place - 1
            if control >= high:
                return NONE, 0.0
            gap = abs(here - self._distances[control])
            if gap > self._line.width:
                return NONE, 0.0
            if not self._choosy or self._line.acceptable(treated, np.asarray(control)):
                return control, gap
            place += 1


def _rows_of_one(persons: IntArray) -> list[list[int]]:
    """For each row, all the rows of the same person; rows of one person share one list."""
    order = np.argsort(persons, kind="stable")
    edges = np.flatnonzero(np.diff(persons[order])) + 1
    shared: list[list[int]] = [[] for _ in range(persons.size)]
    for rows in np.split(order, edges):
        together = rows.tolist()
        for row in together:
            shared[row] = together
    return shared
