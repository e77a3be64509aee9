"""A week of contacts on a phone: planned, moved, told and offered, recorded, copied; and every list of it sound."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

OFFICER = "Wren Aldersmith"
Visit = Callable[..., Visitor]
LISTS = ("", "outcomes/", "custody/", "not-told/", "to-copy/", "how-often/", "calendar/address/")


def follow(visitor: Visitor, pattern: str) -> None:
    """Follow the first link in the page itself whose words match."""
    visitor.page.get_by_role("main").get_by_role("link", name=re.compile(pattern)).first.click()
    visitor.page.wait_for_load_state()
    visitor.check()


@pytest.mark.parametrize("phone", [True, pytest.param(False, marks=pytest.mark.prove)], ids=["phone", "desktop"])
def test_a_contact_is_planned_moved_made_and_copied(visit: Visit, phone: bool) -> None:
    officer = visit(phone=phone)
    page = officer.page
    officer.sign_in(OFFICER)
    for name in LISTS:
        officer.go(f"/contacts/{name}")
    officer.go("/contacts/")
    page.get_by_role("table").get_by_role("link").first.click()
    officer.check()
    expect(page.get_by_role("heading", name="Contact clock")).to_be_visible()
    contacts = page.url.removeprefix(officer.address)

    officer.click("button", "Plan an appointment")
    page.get_by_label("Date", exact=True).fill("tomorrow")
    page.get_by_label("Time", exact=True).fill("5.15pm")
    page.get_by_label("Home visit").check()
    page.get_by_label("Vigilance visit").check()
    page.get_by_label("Build the relationship").check()
    officer.click("button", "Plan the appointment")
    expect(page.get_by_text("The appointment is planned.")).to_be_visible()

    follow(officer, "5:15pm")
    officer.click("button", "Move it")
    page.get_by_label("New time").fill("half six")
    page.get_by_label("The person").check()
    page.get_by_label("Why?").fill("Starts a new job")
    officer.click("button", "Move it")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("New time").fill("18:30")
    officer.click("button", "Move it")
    expect(page.get_by_text("6:30pm").first).to_be_visible()
    officer.go(f"/contacts/calendar/?week={date.today() + timedelta(1)}")
    expect(page.get_by_text("6:30pm").first).to_be_visible()

    officer.go(contacts)
    officer.click("button", "Record a contact")
    page.get_by_label("At an office").check()
    page.get_by_label("Attended and complied").check()
    page.get_by_label("Notes").fill("Came early. " * 200)
    officer.click("button", "Record the contact")
    officer.go("/contacts/to-copy/")
    page.get_by_role("table").get_by_role("link").last.click()
    officer.check()
    page.get_by_label("Reference there").fill("OC 12/44")
    officer.click("button", "Recorded there")
    expect(page.get_by_text("Reference OC 12/44")).to_be_visible()
