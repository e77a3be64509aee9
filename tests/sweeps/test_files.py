"""Every address that answers with a file, found by asking: no formula, the marking first, nobody named."""

from __future__ import annotations

import pytest

from tests.exported import formulas_in
from tests.sweeps.addresses import Page, pages, samples
from tests.sweeps.browsing import Answer, Browsers, Request
from tests.sweeps.forms import HtmlForm, filled
from tests.sweeps.world import World

WHO = ("coordinator", "information_officer", "auditor")
ANSWERS = {"reason": "For the inspection of this week", "purpose": "lawfulness", "how": "files"}
SAMPLES = 4
# Files that somebody else made are handed out as they were kept.
AS_KEPT = {"work:download"}
# Pages that give files today, so that a sweep that reaches none of them fails.
KNOWN = {"caseload:export", "oversight:inspection", "oversight:export_readers", "oversight:export_trail", *AS_KEPT}


def is_file(answer: Answer) -> bool:
    return "attachment" in answer.headers.get("Content-Disposition", "")


def answered(browsers: Browsers, who: str, path: str, form: HtmlForm, *, keep: bool = False) -> Answer:
    said = {name: value for name, value in ANSWERS.items() if name in form.fields}
    return browsers.ask(Request(who, "POST", form.action or path, filled(form, **said)), keep=keep)


def files_of(page: Page, who: str, browsers: Browsers, world: World) -> list[Answer]:
    """The files that one page gives somebody, at the first of a few samples that they may open."""
    for sample in samples(page, world)[:SAMPLES]:
        answer = browsers.ask(Request(who, "GET", sample.path))
        if answer.status != 200:
            continue
        asks_why = [form for form in answer.page.forms if "reason_for" in form.fields]
        if asks_why:
            answered(browsers, who, sample.path, asks_why[0], keep=True)
            answer = browsers.ask(Request(who, "GET", sample.path))
        forms = [form for form in answer.page.forms if form.method == "post"]
        found = [answer, *(answered(browsers, who, sample.path, form) for form in forms)]
        return [one for one in found if is_file(one)]
    return []


@pytest.mark.requirement("SEC-04")
@pytest.mark.parametrize(
    "everywhere", [False, pytest.param(True, marks=pytest.mark.prove)], ids=["known", "everywhere"]
)
def test_no_file_of_any_address_starts_a_formula_or_names_anybody(
    browsers: Browsers, world: World, everywhere: bool
) -> None:
    reached, readers = set(), len(WHO) if everywhere else 1
    for page in pages():
        able = [who for who in WHO if not page.needs or world.oracle.may(world.users[who].pk, *page.needs)]
        for who in able[:readers] if (page.name in KNOWN or everywhere) and not page.is_open else ():
            for answer in files_of(page, who, browsers, world):
                reached.add(page.name)
                name = answer.headers["Content-Disposition"]
                assert page.name in AS_KEPT or formulas_in(answer.body) == [], (page.name, who)
                # A document has a marking of its own, which its file's name says.
                assert ("official_" if page.name in AS_KEPT else "official-sensitive") in name, (page.name, who)
                assert not [word for word in world.words if word in name], (page.name, who)
                if page.name in AS_KEPT:
                    continue
                assert answer.body.startswith(b"PK") or b"OFFICIAL-SENSITIVE" in answer.body[:30], (page.name, who)
    assert reached >= KNOWN
