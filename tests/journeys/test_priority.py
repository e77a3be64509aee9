"""A priority with its evidence: proposed by one agency, decided by a lead, seen by the other; on a phone too."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

OFFICER, PROBATION = "Wren Aldersmith", "Posy Larkfield"
WHY = "Left the hostel on Friday and has not been seen since."
Visit = Callable[..., Visitor]


def propose(worker: Visitor, colour: str) -> None:
    page = worker.page
    worker.click("button", "Propose a priority")
    worker.click("button", "Propose it")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_role("radio", name=colour, exact=True).check()
    page.get_by_role("radio", name="Contact with the person").check()
    page.get_by_label("When was that?").fill("yesterday")
    page.get_by_label("Why", exact=True).fill(WHY)
    worker.click("button", "Propose it")
    expect(page.get_by_text(f"Your agency proposes {colour}.")).to_be_visible()


@pytest.mark.requirement("RAG-09")
@pytest.mark.parametrize(
    "phone",
    [pytest.param(True, id="phone"), pytest.param(False, id="without JavaScript", marks=pytest.mark.prove)],
)
def test_one_agency_proposes_and_a_lead_decides(visit: Visit, phone: bool) -> None:
    probation = visit(phone=phone, script=phone)
    probation.sign_in(PROBATION)
    probation.go("/people/?mine=on")
    probation.page.locator("main table tbody tr").filter(has_text=OFFICER).get_by_role("link").first.click()
    probation.check()
    person = re.search(r"/person/(\d+)/", probation.page.url)
    assert person is not None
    probation.click("link", "Priority", exact=True)
    now = probation.page.locator("main").inner_text()
    colour = "Red" if "For probation" not in now else "Amber"
    propose(probation, colour)
    expect(probation.page.get_by_text("Not agreed.").first).to_be_visible()

    officer = visit(phone=phone, script=phone)
    page = officer.page
    officer.sign_in(OFFICER)
    officer.go(f"/priority/{person[1]}/decide/")
    expect(page.get_by_text(WHY)).to_be_visible()
    page.get_by_label("Not engaging").check()
    page.get_by_label("Thought to be offending").check()
    officer.click("button", "Show what the grid proposes")
    expect(page.get_by_text("Not engaging, and intelligence of active offending.")).to_be_visible()
    page.get_by_role("radio", name=colour, exact=True).check()
    page.get_by_label("Why", exact=True).fill("Probation has lost touch; so have we.")
    officer.click("button", "Set the priority")
    expect(page.get_by_text(f"Priority is {colour} from today.")).to_be_visible()

    probation.go("/notices/")
    expect(probation.page.get_by_text("Priority set").first).to_be_visible()
    probation.go(f"/priority/{person[1]}/")
    expect(probation.page.get_by_text("Probation has lost touch; so have we.").first).to_be_visible()
    expect(probation.page.get_by_text(re.compile(r"Fable Probation Delivery Unit.* agree")).first).to_be_visible()
