"""Home Office codes in words, for pages."""

from __future__ import annotations

from trellis.predictors import ogrs3


def offence_words(ho_code: str) -> str:
    """What a code is for: its own description, its class's where it has none, else the code; nothing for no code."""
    for code in (ho_code, f"{ho_code[:3]}00"):
        words = (ogrs3.description(code) or "").rstrip(". ")
        if words:
            return f"{words[0].lower()}{words[1:]}" if words[1:2].islower() else words
    return f"offence {ho_code}" if ho_code else ""
