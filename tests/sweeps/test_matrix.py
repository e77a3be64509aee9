"""Every address, asked by everybody about everything: it answers as its declaration says, and tells nothing hidden.

Here stand the status matrix and the canary sweep together, for they ask the same. A new page is covered at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.sweeps.addresses import pages, samples
from tests.sweeps.browsing import Browsers, Request
from tests.sweeps.matrix import Sweep, some_samples, some_users, users_of
from tests.sweeps.world import World

Figure = Callable[[str], None]
UNDECLARED = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
# Of the sampled sweep, every third page is asked in `make test`, and the others in `make prove`.
THIRDS = 3
# Pages that nobody in the world is shown, and why.
SHOWN_TO_NOBODY = {
    "account_step_up": "everybody has proved their second factor just now",
    "account_change_password": "everybody signs in without a password of their own",
    "oversight:request": "each request is undone, so no page knows of one",
}


def report(wrong: list[str]) -> str:
    """What was found, few enough to read."""
    return "\n".join([f"{len(wrong)} faults", *wrong[:60]])


@pytest.mark.requirement("SEC-06")
@pytest.mark.parametrize("third", range(THIRDS))
def test_pages_answer_as_they_declare_and_tell_nothing_hidden(
    third: int, world: World, browsers: Browsers, figure: Figure
) -> None:
    began, sweep, wrong = time.monotonic(), Sweep(world, browsers), []
    for page in pages()[third::THIRDS]:
        for who in some_users(page, world):
            for one in sweep.answers(page, who, some_samples(page, who, world), head=who != "coordinator"):
                wrong += sweep.wrong(one)
    figure(f"matrix, sampled: {browsers.asked:,} requests in {time.monotonic() - began:.0f} s")
    assert not wrong, report(wrong)


@pytest.mark.prove
@pytest.mark.requirement("SEC-06")
@pytest.mark.parametrize("who", [*(f"user {number}" for number in range(16)), "the rest"])
def test_every_page_answers_everybody_as_it_declares(
    who: str, world: World, browsers: Browsers, figure: Figure
) -> None:
    began, sweep, wrong = time.monotonic(), Sweep(world, browsers), []
    everybody = users_of(world)
    number = int(who.removeprefix("user ")) if who != "the rest" else 0
    asking = everybody[16:] if who == "the rest" else everybody[number : number + 1]
    for name in asking:
        for page in pages():
            for one in sweep.answers(page, name, samples(page, world)):
                wrong += sweep.wrong(one)
    if asking:
        taken = time.monotonic() - began
        figure(f"matrix, whole: {browsers.asked:,} requests as {', '.join(asking)} in {taken:.0f} s")
    assert not wrong, report(wrong)


def test_every_page_is_shown_to_somebody(world: World, browsers: Browsers) -> None:
    """Else the sweeps would ask a page in vain: nobody could be shown too much by it."""
    sweep, unseen = Sweep(world, browsers), []
    for page in pages():
        if "GET" in page.methods and not page.is_open and not sweep.is_shown(page):
            unseen.append(page.name)
    assert set(unseen) == set(SHOWN_TO_NOBODY), f"shown to nobody: {', '.join(unseen)}"


def test_every_post_needs_the_token_of_its_form(world: World, browsers: Browsers) -> None:
    for page in pages():
        sample = samples(page, world)[0]
        answer = browsers.ask(Request("coordinator", "POST", sample.path, {"q": "x"}), strict=True)
        assert (answer.status, answer.changed) == (403, 0), page.name


def test_no_page_knows_another_method(world: World, browsers: Browsers) -> None:
    for number, page in enumerate(pages()):
        method = UNDECLARED[number % len(UNDECLARED)]
        answer = browsers.ask(Request("coordinator", method, samples(page, world)[0].path))
        assert answer.status == 405, (page.name, method)
        assert answer.headers["Cache-Control"] == "no-store"
