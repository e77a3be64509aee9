"""People's names, compared without accents, case and punctuation."""

import re
import unicodedata

# Below this share of letters in place, two words are two names: "Orlo" and "Osric" are, "Stephen" and "Steven" are not.
CLOSE = 0.7
_LETTERS_WITHOUT_A_DECOMPOSITION = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i"}
)
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_NOT_LETTERS = re.compile(r"[^\w]+|_")


def normalise_name(name: str) -> str:
    """A name in small letters without accents; hyphens become spaces, apostrophes go: `O'Brien-Łoś` is `obrien los`."""
    # Taken apart before folding too: a mathematical letter is only then a letter that has a small form.
    small = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS_WITHOUT_A_DECOMPOSITION)
    folded = unicodedata.normalize("NFKD", small)
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(_NOT_LETTERS.sub(" ", _APOSTROPHES.sub("", bare)).split())


def edit_distance(one: str, other: str) -> int:
    """How many letters must be put in, left out, changed or swapped with a neighbour to turn one into the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                best = min(best, above[j - 2] + 1)
            row.append(best)
    return row[-1]


def name_similarity(one: str, other: str) -> float:
    """From 0.0, nothing in common, to 1.0, the same name, whichever part comes first."""
    a, b = normalise_name(one), normalise_name(other)
    if not a or not b:
        return 0.0
    in_order, sorted_parts = (a, b), (_sorted(a), _sorted(b))
    return max(1 - edit_distance(x, y) / max(len(x), len(y)) for x, y in (in_order, sorted_parts))


def names_close(one: str, other: str) -> bool:
    """Whether every part of the shorter name has its own close part in the longer, in any order.

    A part is close when it is spelled nearly the same, or is the beginning of the other: `Gid` of `Gideon`.
    """
    shorter, longer = sorted((normalise_name(one).split(), normalise_name(other).split()), key=len)
    return bool(shorter) and _each_has_a_partner(shorter, longer)


def _each_has_a_partner(parts: list[str], others: list[str]) -> bool:
    if not parts:
        return True
    first, rest = parts[0], parts[1:]
    return any(
        _part_close(first, other) and _each_has_a_partner(rest, others[:i] + others[i + 1 :])
        for i, other in enumerate(others)
    )


def _part_close(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if long.startswith(short) and len(short) >= 3:
        return True
    return 1 - edit_distance(one, other) / len(long) >= CLOSE


def _sorted(name: str) -> str:
    return " ".join(sorted(name.split()))
