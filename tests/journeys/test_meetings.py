"""A case conference from its plan to its minutes: captured by keyboard alone, and read by each at their own level."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor

CHAIR, PARTNER = "Idris Fernsby", "Bram Copperwick"
DECISION = "Stay at red until the next conference"
ACTION = "Ask the landlord for a letter"
Visit = Callable[..., Visitor]


def plan(chair: Visitor) -> str:
    """Plan a conference for today; probation is left out by mistake first, which is asked about. Returns its path."""
    page = chair.page
    chair.go("/meetings/")
    chair.click("button", "Plan a meeting")
    chair.click("link", "Case conference")
    page.get_by_label("Date", exact=True).fill("today")
    page.get_by_label("Time", exact=True).fill("00:01")
    page.get_by_label("Fable Probation Delivery Unit (usual)").uncheck()
    chair.click("button", "Plan the meeting")
    expect(page.get_by_text("Say why a usual member is not expected")).to_be_visible()
    page.get_by_label("Fable Probation Delivery Unit (usual)").check()
    chair.click("button", "Plan the meeting")
    expect(page.get_by_text("Its agenda writes itself from the record.")).to_be_visible()
    return page.url.removeprefix(chair.address)


def capture(page: Page) -> str:
    """Minute the first person by keyboard: a refusal keeps what was typed. Returns the person's name."""
    agenda = page.get_by_role("navigation", name="Agenda")
    link = agenda.get_by_role("link").nth(2)
    name = link.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/meetings/item/**")
    expect(page.get_by_label("Decision")).to_be_focused()
    page.keyboard.type(DECISION)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(ACTION)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Choose who is to do the action.")).to_be_visible()
    expect(page.get_by_label("Decision")).to_have_value(DECISION)
    page.get_by_label("Whose action?").focus()
    page.keyboard.type("Any scheme")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type((date.today() + timedelta(7)).strftime("%d/%m/%Y"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is in the minutes.")).to_be_visible()
    expect(page.get_by_label("Decision")).to_be_focused()
    expect(page.get_by_role("link", name="Next:")).to_have_attribute("accesskey", "n")
    return name


def attend(chair: Visitor, meeting: str) -> None:
    """Record who came, and close the meeting, which is not closed before."""
    page = chair.page
    chair.go(meeting)
    chair.click("button", "Mark as held")
    expect(page.get_by_text("Record first whether these came")).to_be_visible()
    chair.click("link", "Who came")
    for group in page.get_by_role("group").all():
        group.get_by_label("Did it come?").select_option(label="Attended")
    chair.click("button", "Save")
    chair.click("button", "Mark as held")


@pytest.mark.requirement("PLN-05", "SEC-03")
@pytest.mark.parametrize(
    "phone",
    [pytest.param(False, id="without JavaScript"), pytest.param(True, id="phone", marks=pytest.mark.prove)],
)
def test_a_conference_is_planned_captured_and_minuted(visit: Visit, phone: bool) -> None:
    chair = visit(phone=phone, script=phone)
    chair.sign_in(CHAIR)
    meeting = plan(chair)
    name = capture(chair.page)
    chair.check()
    attend(chair, meeting)
    page = chair.page
    expect(page.get_by_role("heading", name="Minutes: Case conference")).to_be_visible()
    expect(page.get_by_text(DECISION, exact=True)).to_be_visible()
    chair.go("/meetings/figures/")

    # A partner with sight of nobody on the agenda reads that it was held, and of nobody.
    partner = visit(phone=phone, script=phone)
    partner.sign_in(PARTNER)
    partner.go(f"{meeting}minutes/")
    expect(partner.page.get_by_text(DECISION)).to_have_count(0)
    expect(partner.page.get_by_text(name)).to_have_count(0)
    expect(partner.page.get_by_role("cell", name="Attended").first).to_be_visible()
