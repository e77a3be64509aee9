"""An officer opens a record; a coordinator sees that they did and takes the record out; an auditor reads all of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor

COORDINATOR, AUDITOR, OFFICER = "Idris Fernsby", "Osbert Finch", "Wren Aldersmith"
TABS = ("What was changed", "Sign-ins and refusals", "Exports", "Emergency access", "What was seen and done")
Visit = Callable[..., Visitor]


def say_why(visitor: Visitor, purpose: str) -> None:
    """Choose one of the uses of a log, after going on without one."""
    visitor.click("button", "Go on")
    expect(visitor.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    visitor.page.get_by_label(purpose).check()
    visitor.click("button", "Go on")


def first_person(page: Page) -> str:
    """The address of the first person in a list."""
    addresses = [link.get_attribute("href") or "" for link in page.locator("a[href^='/person/']").all()]
    return next(address for address in addresses if re.fullmatch(r"/person/\d+/", address))


@pytest.mark.parametrize(
    "phone", [pytest.param(False, id="desk"), pytest.param(True, id="phone", marks=pytest.mark.prove)]
)
def test_a_record_is_opened_its_readers_are_told_and_it_is_taken_out(visit: Visit, phone: bool) -> None:
    officer, coordinator = visit(phone=phone), visit(phone=phone)
    coordinator.sign_in(COORDINATOR)
    coordinator.go("/people/")
    person = first_person(coordinator.page)
    officer.sign_in(OFFICER)
    officer.page.goto(f"{officer.address}{person}")
    coordinator.go(person)
    coordinator.click("link", "Who has seen this record")
    say_why(coordinator, "To verify that processing was lawful")
    expect(coordinator.page.get_by_text(OFFICER).first).to_be_visible()
    coordinator.go(person)
    coordinator.click("link", "Export this record")
    coordinator.click("button", "Go on")
    expect(coordinator.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    coordinator.page.get_by_label("Why do you need this?").fill("For the inspection of this month")
    coordinator.click("button", "Go on")
    expect(coordinator.page.get_by_text("Reference in the trail")).to_be_visible()


@pytest.mark.requirement("SEC-04")
def test_every_printed_sheet_bears_the_pages_own_marking(visit: Visit) -> None:
    """The marking heads and ends each sheet as the groups of a table do, which a browser repeats where it breaks."""
    coordinator = visit()
    coordinator.sign_in(COORDINATOR)
    coordinator.go("/people/")
    coordinator.page.emulate_media(media="print")
    display = "one => getComputedStyle(document.querySelector(one)).display"
    shown = [coordinator.page.evaluate(display, one) for one in ("body", ".tr-marking--top", ".tr-marking--bottom")]
    assert shown == ["table", "table-header-group", "table-footer-group"]
    texts = coordinator.page.locator(".tr-marking").all_inner_texts()
    assert ["OFFICIAL-SENSITIVE" in text for text in texts] == [True, True]


@pytest.mark.parametrize(
    "script", [pytest.param(True, id="script"), pytest.param(False, id="no script", marks=pytest.mark.prove)]
)
def test_an_auditor_reads_the_trail_by_kind_and_one_request_whole(visit: Visit, script: bool) -> None:
    auditor = visit(script=script)
    auditor.sign_in(AUDITOR)
    auditor.go("/trail/")
    say_why(auditor, "To ensure that data is intact and secure")
    for tab in TABS:
        auditor.click("link", tab, exact=True)
    auditor.page.locator("a[href*='/trail/request/']").first.click()
    auditor.check()
    expect(auditor.page.get_by_role("heading", name="One request")).to_be_visible()
    auditor.go("/trail/")
    auditor.click("button", "Export these events")
    auditor.page.get_by_label("Why do you need this?").fill("For the yearly review of access")
    with auditor.page.expect_download() as taken:
        auditor.page.get_by_role("button", name="Export").click()
    assert re.fullmatch(r"official-sensitive_trail-seen_[\d-]+_[0-9a-f]{12}\.csv", taken.value.suggested_filename)
