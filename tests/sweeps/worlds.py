"""Two worlds that differ only in what the reader may not know: every answer must be the same, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from tests.sweeps.addresses import Page, Sample, pages, samples
from tests.sweeps.browsing import LOCKED_OUT, Answer, Browsers, Request
from tests.sweeps.database import Ids, rolled_back
from tests.sweeps.forms import filled, variants
from tests.sweeps.hidden import CHANGES, TYPED, hidden_people
from tests.sweeps.lots import lot
from tests.sweeps.matrix import Sweep, opens_a_record, page_at
from tests.sweeps.rows import THE_WHOLE_BUILDING
from tests.sweeps.sights import sight_of
from tests.sweeps.still import standing_still
from tests.sweeps.world import World
from trellis.rules.vocabulary import Sight
from trellis.service.ui.filters import time_of_day

EARLIER = timedelta(minutes=10)
# The moment of an event of the trail, in the address of its request: written by the database's own clock.
EVENT = r"\d{4}-\d\d-\d\dT\d\d%3A\d\d%3A\d\d\.\d{6}"
# What opens an account once: made of the second in which it is made.
TOKEN = r"\b[a-z0-9]{6}-[0-9a-f]{32}\b"
Questions = list[Request]


class Worlds:
    """Asks the same of the world as it is and of worlds in which what is hidden from one reader is otherwise."""

    def __init__(self, world: World, browsers: Browsers, *, variants: int = 8) -> None:
        self.world, self.browsers = world, browsers
        # How many ways to filter, and to sort, are tried on each list.
        self.variants = variants
        self.sweep = Sweep(world, browsers)
        self.pages = {page.name: page for page in pages()}
        self.ids = Ids()
        self.pairs = 0

    def differing(self, who: str, questions: Questions, names: list[str] | None = None) -> Iterator[str]:
        """The questions that are answered otherwise by one of the changed worlds, with where they part."""
        before = [self._answer(question) for question in questions]
        for name, change in CHANGES.items():
            if names is None or name in names:
                with rolled_back():
                    change(self.world, who)
                    for question, answer in zip(questions, before, strict=True):
                        self.pairs += 1
                        if (other := self._answer(question)) != answer:
                            yield f"{question}: {name} shows: {_parting(answer, other)}"

    def _answer(self, question: Request) -> str:
        self.ids.set_back()
        with standing_still(self.world.moment):
            answer = self.browsers.ask(question)
        if opens_a_record(self.pages[page_at(question.path)], answer):
            answer.after = b""
        return self._normal(answer)

    def _normal(self, answer: Answer) -> str:
        said = "\n".join([str(answer.status), answer.head, answer.text, *answer.log, str(len(answer.mail))])
        # Rows that a request makes have the true time: minutes since the world was made are read alike, and those to
        # come at which something in it is said to have been done.
        first = timezone.localtime(datetime.fromtimestamp(self.world.moment, UTC)) - EARLIER
        last = datetime.now(UTC) + THE_WHOLE_BUILDING
        passed = int((last - first).total_seconds() / 60) + 2
        minutes = [first + timedelta(minutes=more) for more in range(passed)]
        clocks = sorted({time_of_day(at) for at in minutes}, key=len, reverse=True)
        return re.sub("|".join([EVENT, TOKEN, *(rf"\b{clock}\b" for clock in clocks)]), "now", said)

    def questions(self, page: Page, who: str, *, most: int) -> Iterator[Request]:
        """What to ask of a page: about things known and hidden, by reading, filtering, sorting and writing."""
        for sample in self._chosen(page, who, most):
            yield Request(who, "GET", sample.path)
            if sample.row is None or not self.is_hidden(who, sample):
                yield from self._filtered(who, sample)
            if "POST" in page.methods:
                yield from self._written(page, who, sample)

    def _chosen(self, page: Page, who: str, most: int) -> list[Sample]:
        every = sorted(samples(page, self.world), key=lambda sample: lot(page.name, who, sample.relation))
        hidden = [sample for sample in every if sample.row is not None and self.is_hidden(who, sample)]
        known = [sample for sample in every if sample not in hidden]
        return [*known[:most], *hidden[: most + 1]]

    def _filtered(self, who: str, sample: Sample) -> Iterator[Request]:
        if not self.variants:
            return
        page = self.browsers.ask(Request(who, "GET", sample.path)).page
        links = [link for link in page.links if link.startswith("?")]
        chosen = [one for form in page.forms if form.method == "get" for one in variants(form)]
        for link in sorted(set(links), key=lambda one: lot(who, one))[: self.variants]:
            yield Request(who, "GET", sample.path + link)
        for one in sorted(chosen, key=lambda one: lot(who, str(one)))[: self.variants]:
            yield Request(who, "GET", sample.path, one)

    def _written(self, page: Page, who: str, sample: Sample) -> Iterator[Request]:
        """The form as filled in, and with somebody's name or number typed who is there in one world alone."""
        form = self.sweep.form_of(page, sample.path)
        if form is None:
            yield Request(who, "POST", sample.path)
            return
        yield Request(who, "POST", sample.path, filled(form))
        free = [one.name for one in form.fields.values() if one.kind in {"text", "search"} and not one.numeric]
        for text in TYPED if free else ():
            yield Request(who, "POST", sample.path, filled(form, **dict.fromkeys(free, text)))

    def is_hidden(self, who: str, sample: Sample) -> bool:
        """Whether the oracle hides a sample from a user."""
        sight = sight_of(self.world.oracle, self.world.users[who].pk, sample.label, sample.row)
        return sight is Sight.HIDDEN

    def everything(self, who: str, *, most: int, of: Callable[[Page], bool] = lambda page: True) -> Questions:
        """All that somebody is made to ask of the pages chosen; where they may not enter, once."""
        asked: Questions = []
        for page in pages():
            if page.is_open or not of(page) or who in LOCKED_OUT:
                continue
            may = not page.needs or self.world.oracle.may(self.world.users[who].pk, *page.needs)
            found = list(self.questions(page, who, most=most))
            asked += found if may else found[:2]
            if may and page.name == "home:search":
                asked += [Request(who, "POST", "/find/", {"q": word}) for word in self._words(who)]
        return asked

    def _words(self, who: str) -> list[str]:
        """Names and numbers of those who are hidden, as somebody would type them who knows them."""
        people = hidden_people(self.world, who)
        return [text for person in people[:3] for text in (person.family_name, str(person), str(person.pk))]


def _parting(one: Any, other: Any) -> str:
    lines = [(a, b) for a, b in zip(one.splitlines(), other.splitlines(), strict=False) if a != b]
    first = lines[0] if lines else (one[-80:], other[-80:])
    return f"{first[0].strip()[:160]!r} and {first[1].strip()[:160]!r}"
