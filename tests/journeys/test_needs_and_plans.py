"""From needs to a printed plan: assessed, planned, agreed with the person and given to them; on a phone too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor

OFFICER = "Wren Aldersmith"
GOAL = "A room of his own by the spring"
STEP = "Fill in the housing form together"
UNTOLD = "Drive past the old address on Fridays"
Visit = Callable[..., Visitor]
LISTS = ("/needs/", "/needs/?show=overdue&whose=all", "/plans/")


def pathway(page: Page, name: str, label: str, value: str) -> None:
    page.get_by_role("group", name=name, exact=True).get_by_label(label).select_option(value)


def assess(officer: Visitor) -> None:
    page = officer.page
    officer.click("button", "Assess needs")
    officer.click("button", "Record the assessment")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    pathway(page, "Accommodation", "Score", "4")
    pathway(page, "Accommodation", "Their own view", "2")
    pathway(page, "Drugs and alcohol", "Score", "3")
    page.get_by_label("First need").select_option(label="Accommodation")
    page.get_by_role("group", name="Do they have somewhere settled to live?").get_by_label("No", exact=True).check()
    officer.click("button", "Record the assessment")
    expect(page.get_by_text("The assessment is recorded.")).to_be_visible()
    expect(page.get_by_role("heading", name="1. Accommodation")).to_be_visible()


def add_step(officer: Visitor, what: str, *, owner: str, told: str) -> None:
    page = officer.page
    officer.click("link", f"Add a step to “{GOAL}”")
    page.get_by_label("What is to be done?").fill(what)
    page.get_by_role("radio", name="Change", exact=True).check()
    page.get_by_label("Who does it?").select_option(label=owner)
    page.get_by_label("By when?").fill((date.today() + timedelta(14)).strftime("%d/%m/%Y"))
    page.get_by_role("group", name="May the person be told of it?").get_by_label(told).check()
    officer.click("button", "Add the step")
    expect(page.get_by_text("The step is added.")).to_be_visible()


def agree(officer: Visitor) -> None:
    page = officer.page
    officer.click("button", "Record what they say of it")
    page.get_by_label("When did you talk it through?").fill("today")
    page.get_by_role("group", name="Do they agree?").get_by_label("Yes").check()
    page.get_by_label("What did they say?").fill("It is what I asked for.")
    page.get_by_role("group", name="Were they given a copy to keep?").get_by_label("Yes").check()
    officer.click("button", "Record it")
    expect(page.get_by_role("link", name="Version 1")).to_be_visible()


@pytest.mark.requirement("PLN-07")
@pytest.mark.parametrize(
    "phone",
    [pytest.param(False, id="without JavaScript"), pytest.param(True, id="phone", marks=pytest.mark.prove)],
)
def test_needs_become_a_plan_that_the_person_takes_home(visit: Visit, phone: bool) -> None:
    officer = visit(phone=phone, script=phone)
    page = officer.page
    officer.sign_in(OFFICER)
    for address in LISTS:
        officer.go(address)
    officer.go("/plans/?whose=all")
    page.get_by_role("row", name="There is no current plan").get_by_role("link").first.click()
    officer.check()
    officer.click("link", "Needs", exact=True)
    assess(officer)

    officer.click("link", "Plan", exact=True)
    officer.click("button", "Start a plan")
    page.get_by_label("What is the plan for?").fill("A year without burglary")
    page.get_by_label("When is it reviewed?").fill((date.today() + timedelta(90)).strftime("%d/%m/%Y"))
    officer.click("button", "Start the plan")
    officer.click("button", "Set a goal")
    page.get_by_label("What is the goal?").fill(GOAL)
    page.get_by_label("Which pathway is it on?").select_option(label="Accommodation")
    officer.click("button", "Set the goal")
    add_step(officer, STEP, owner="The person", told="Yes")
    add_step(officer, UNTOLD, owner="Fable Constabulary", told="No")
    agree(officer)
    plan = page.url

    for copy in ("In plain words", "In easy read"):
        page.goto(plan)
        officer.click("link", copy)
        expect(page.get_by_text(STEP)).to_be_visible()
        expect(page.get_by_text(UNTOLD)).to_have_count(0)
