"""What leaves after something else has left."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from trellis.disclosure import Dimension, Ledger, Policy, Table
from trellis.rules.errors import Refused

JUNE, JULY, AUGUST = date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)
OUTCOME = Dimension.flat("outcome", ["recalled", "breached", "neither"])
LEDGER = Ledger({"outcome": OUTCOME.leaves})


def table(*counts: int) -> Table:
    return Table("managed", (OUTCOME,), np.array(counts))


def printed(ledger: Ledger, counts: tuple[int, ...], day: date) -> tuple[list[str], Ledger]:
    page, ledger = ledger.publish(table(*counts), as_known=day)
    return page.figures()["figure"].to_list(), ledger


def test_a_figure_stands_until_the_count_has_moved_by_five() -> None:
    """Whoever knows of each person added sees it move after five, whatever it was."""
    for start in range(20, 25):
        _, ledger = printed(LEDGER, (start, 30, 40), JUNE)
        first = None
        for added in range(1, 8):
            figures, ledger = printed(ledger, (start + added, 30, 40), date(2026, 7, added))
            if first is None and int(figures[0]) != 5 * round(start / 5):
                first = added
        assert first == 5


def test_what_was_withheld_stays_withheld_while_it_stands() -> None:
    """To show 20 today would give away the 3 that stood beside it yesterday."""
    before, ledger = printed(LEDGER, (3, 20, 40), JUNE)
    assert before == ["[c]", "[c]", "40", "65"]
    after, ledger = printed(ledger, (9, 20, 40), JULY)
    assert after[1] == "[c]"
    later, _ = printed(ledger, (15, 30, 40), AUGUST)
    assert later == ["15", "30", "40", "85"]


def test_the_same_page_again_is_the_same_page() -> None:
    once, ledger = printed(LEDGER, (3, 20, 40), JUNE)
    again, _ = printed(ledger, (3, 20, 40), JUNE)
    assert once == again


def test_other_measures_are_other_matters() -> None:
    _, ledger = LEDGER.publish(table(3, 20, 40), as_known=JUNE)
    page, _ = ledger.publish(Table("visits", (OUTCOME,), np.array([30, 20, 40])), as_known=JUNE)
    assert page.shown.all()


def test_records_of_one_day_cannot_say_two_things() -> None:
    _, ledger = printed(LEDGER, (30, 20, 40), JUNE)
    with pytest.raises(Refused, match="counts the same people otherwise"):
        ledger.publish(table(31, 20, 40), as_known=JUNE)


def test_a_ledger_knows_every_value_beforehand() -> None:
    with pytest.raises(Refused, match="does not have all values of “sex”"):
        LEDGER.publish(Table("managed", (Dimension.flat("sex", ["F"]),), np.array([30])), as_known=JUNE)


def test_a_ledger_too_fine_to_check_says_so() -> None:
    fine = Ledger({"outcome": OUTCOME.leaves, "day": tuple(str(day) for day in range(9_000))}, Policy())
    with pytest.raises(Refused, match="27,000 finest cells"):
        fine.publish(table(30, 20, 40), as_known=JUNE)
