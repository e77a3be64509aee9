"""Two people at one record: what one does reaches the other, and what both write at once is merged by hand."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

COORDINATOR = "Idris Fernsby"
POLICE = "Wren Aldersmith"
Visit = Callable[..., Visitor]


def first_managed(visitor: Visitor) -> str:
    """The address of the first person whom the visitor leads, from their home page."""
    link = visitor.page.locator("table tbody a").first
    address = link.get_attribute("href")
    assert address is not None
    return address


def details_of(visitor: Visitor, person: str) -> None:
    visitor.go(person)
    visitor.go(f"{person}edit/")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_two_who_write_at_once_merge_by_hand(visit: Visit, script: bool) -> None:
    officer, coordinator = visit(script=script, phone=True), visit(script=script)
    officer.sign_in(POLICE)
    coordinator.sign_in(COORDINATOR)
    person = first_managed(officer)
    details_of(officer, person)
    details_of(coordinator, person)
    before = officer.page.get_by_label("Family name").input_value()

    coordinator.page.get_by_label("Family name").fill(f"{before}-Coordinated")
    coordinator.page.get_by_label("Given names").fill("Ceto")
    coordinator.click("button", "Save the details")

    officer.page.get_by_label("Family name").fill(f"{before}-Officered")
    officer.click("button", "Save the details")
    page = officer.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Changed while you wrote")
    expect(page.get_by_text(re.compile(f"Changed by {COORDINATOR} on .*, while you wrote"))).to_be_visible()
    officer.click("button", "Save the details")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("What you wrote").check()
    officer.click("button", "Save the details")
    expect(page.get_by_text("The details are changed.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Ceto {before}-Officered")


@pytest.mark.requirement("SEC-07")
@pytest.mark.parametrize(
    "script",
    [pytest.param(True, id="with JavaScript"), pytest.param(False, id="without JavaScript", marks=pytest.mark.prove)],
)
def test_what_one_does_is_on_the_others_home_page(visit: Visit, script: bool) -> None:
    officer, coordinator = visit(script=script, phone=True), visit(script=script)
    officer.sign_in(POLICE)
    person = first_managed(officer)
    coordinator.sign_in(COORDINATOR)
    coordinator.go(f"{person}alerts/")
    coordinator.page.get_by_label("What it warns of").select_option("weapons")
    coordinator.page.get_by_label("What a colleague must know").fill("Seen with a knife on Sunday: go in pairs.")
    coordinator.page.get_by_label("Review by").fill("1/2/2099")
    coordinator.click("button", "Put the alert in force")

    officer.go("/")
    page = officer.page
    panel = page.get_by_role("region", name="New notices")
    expect(panel.get_by_text("New safety alert").first).to_be_visible()
    officer.click("link", "All notices")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Notices")
    officer.click("button", "Mark all as read")
    expect(page.get_by_text("marked as read.")).to_be_visible()
    officer.go("/")
    expect(page.get_by_text("Nothing new.")).to_be_visible()
