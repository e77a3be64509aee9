"""A case passes from one officer to another: found in the counts, handed over with a note, taken up; on a phone too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visitor

COORDINATOR, OFFICER = "Idris Fernsby", "Wren Aldersmith"
NOTE = "Rings back after four. Ask about the allotment."
Visit = Callable[..., Visitor]


def cells_add_up(page: Page) -> None:
    """Each officer's cases are together everybody's."""
    rows = page.get_by_role("table", name="Cases by police lead").locator("tbody tr")
    counts = [
        int(row.locator("td[data-label=Cases]").inner_text()) for row in rows.all()
    ]  # fmt: skip
    assert counts[-1] == sum(counts[:-1]) > 0


def hand_one_over(supervisor: Visitor, name: str) -> None:
    page = supervisor.page
    page.get_by_role("radio", name="Police lead").check()
    page.get_by_role("checkbox", name=name).check()
    supervisor.click("button", "Continue")
    expect(page.get_by_text("All of them change hands, or none.")).to_be_visible()
    page.get_by_label("Handover note").fill(NOTE)
    supervisor.click("button", "Reallocate")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    # What was typed is still there when something is missing.
    expect(page.get_by_label("Handover note")).to_have_value(NOTE)
    officer = page.get_by_label("Who leads from now on?")
    officer.select_option(label=_option(officer))
    page.get_by_label("Why?").fill("Nearer to where the officer works")
    supervisor.click("button", "Reallocate")
    expect(page.get_by_text("1 case handed to Wren Aldersmith.")).to_be_visible()


def _option(officer: Locator) -> str:
    """The whole of the option that begins with the officer's name: it says their load too."""
    texts: list[str] = officer.locator("option").all_inner_texts()
    return next(text for text in texts if text.startswith(OFFICER))


@pytest.mark.requirement("REF-06", "REF-14")
@pytest.mark.parametrize(
    "phone",
    [pytest.param(False, id="without JavaScript"), pytest.param(True, id="phone", marks=pytest.mark.prove)],
)
def test_a_case_is_handed_over_and_taken_up(visit: Visit, phone: bool) -> None:
    supervisor = visit(phone=phone, script=phone)
    page = supervisor.page
    supervisor.sign_in(COORDINATOR)
    supervisor.go("/people/workload/?whose=all")
    cells_add_up(page)
    row = page.get_by_role("table", name="Cases by police lead").locator("tbody tr").filter(has_not_text=OFFICER).first
    row.get_by_role("link", name="Reallocate").click()
    supervisor.check()
    name = page.get_by_role("checkbox").first.get_attribute("id")
    label = page.locator(f"label[for='{name}']").inner_text().strip()
    hand_one_over(supervisor, label)

    officer = visit(phone=phone, script=phone)
    officer.sign_in(OFFICER)
    officer.go("/people/")
    expect(officer.page.get_by_text("Handed to you in the last two weeks")).to_be_visible()
    family, given = label.split(", ")
    officer.page.locator(".govuk-inset-text").get_by_role("link", name=f"{given} {family}").first.click()
    officer.check()
    expect(officer.page.get_by_text(NOTE)).to_be_visible()
    officer.go("/people/?whose=mine&sort=contact&attention=contact")
    officer.go("/people/?whose=all&unseen=any&priority=red")
