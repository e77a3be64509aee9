"""A reason says something, because somebody else reads it."""

import pytest

from trellis.rules.errors import Refused
from trellis.rules.reasons import check_reason_words


@pytest.mark.parametrize("words", ["", "needed", "aaaaaaaaaaaaaaaa", "- . - . - . - . -", "x x x x x x x x x x"])
def test_words_that_say_nothing_are_refused(words: str) -> None:
    with pytest.raises(Refused, match="Say in a sentence why"):
        check_reason_words(words)


@pytest.mark.parametrize(
    "words", ["Preparing the panel of Tuesday", "Paratoi ar gyfer y panel", "Recall hearing at 2pm"]
)
def test_a_sentence_is_enough(words: str) -> None:
    check_reason_words(words)
