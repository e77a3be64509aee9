"""What holds of every answer, whoever asked and whatever they were told."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from tests.sweeps.browsing import Answer

WORD, NUMBER = re.compile(r"zq\d{5}x"), re.compile(r"(?<![\d.])1\d{6}(?!\d)")
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def faults(answer: Answer) -> Iterator[str]:
    """What is wrong with an answer by itself, in sentences."""
    if answer.status >= 500:
        yield f"status {answer.status}: {' '.join(answer.log)[-600:]}"
    if answer.changed:
        yield f"reading it made {answer.changed} changes"
    for name, value in HEADERS.items():
        if answer.headers.get(name) != value:
            yield f"the header {name} is {answer.headers.get(name)}"
    policy = answer.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        yield f"the content security policy is {policy or 'missing'}"
    where = answer.headers.get("Location", "")
    if where and not re.match(r"/(?![/\\])|\?", where):
        yield f"it leads off the site, to {where}"
    yield from _personal(answer)
    if answer.headers.get("Content-Type", "").startswith("text/csv"):
        for line in csv.reader(io.StringIO(answer.text)):
            yield from (f"a cell begins as a formula: {cell}" for cell in line if cell.startswith(FORMULA))


def _personal(answer: Answer) -> Iterator[str]:
    """Personal data where there may be none, even for whoever may see it: addresses, titles, log and mail."""
    typed = set(WORD.findall(str(answer.request.data).lower()))
    places = {
        "an address that it leads to": answer.headers.get("Location", ""),
        "a link": " ".join([*answer.page.links, *(form.action for form in answer.page.forms)]),
        "the title": answer.page.title,
        "the log": "\n".join(answer.log),
        "mail": "\n".join(answer.mail),
        "the address": answer.request.path,
    }
    for place, text in places.items():
        if found := set(WORD.findall(text.lower())) - (typed if place == "a link" else set()):
            yield f"personal data in {place}: {', '.join(sorted(found))}"
