"""An account by two people up to its first password; every page checked; one agency a session, chosen and changed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

ADMINISTRATOR, APPROVER, OF_TWO_AGENCIES = "Cosmo Periwinkle", "Edmund Hartsease", "Juniper Wainscott"
Visit = Callable[..., Visitor]


def follow(visitor: Visitor, pattern: str) -> None:
    """Follow the link whose words match; words for screen readers alone stand apart from the others by a space."""
    visitor.page.get_by_role("link", name=re.compile(pattern)).first.click()
    visitor.page.wait_for_load_state()
    visitor.check()


def invite(visitor: Visitor, name: str, username: str) -> None:
    page = visitor.page
    visitor.go("/users/")
    visitor.click("button", "Invite somebody")
    visitor.click("button", "Ask for the account")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Full name").fill(name)
    page.get_by_label("Work email address").fill("somebody@agency.example")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Agency", exact=True).select_option(label="Hearthstone Housing")
    page.get_by_label("Role", exact=True).select_option(label="Partner agency worker")
    page.get_by_label("Team", exact=True).select_option(label="Hearthstone resettlement, Hearthstone Housing")
    page.get_by_label("Local unit").select_option(label="The whole scheme")
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Reason").fill("Starts with the resettlement team")
    visitor.click("button", "Ask for the account")
    expect(page.get_by_text("The account is asked for.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_two_people_make_an_account_that_then_sets_its_password(visit: Visit, script: bool) -> None:
    name, username = f"Sorrel Vane {script}", f"sorrel.{script}".lower()
    administrator = visit(script=script)
    administrator.sign_in(ADMINISTRATOR)
    invite(administrator, name, username)
    follow(administrator, f"Look at it.*{name}")
    expect(administrator.page.get_by_text("You asked for this, so somebody else decides it")).to_be_visible()
    approver = visit(script=script)
    approver.sign_in(APPROVER)
    approver.go("/users/waiting/")
    follow(approver, f"Decide.*{name}")
    approver.page.get_by_label("Approve").check()
    approver.click("button", "Record your decision")
    link = approver.page.get_by_text("/account/welcome/").inner_text()
    newcomer = visit(script=script)
    newcomer.go(link.removeprefix(newcomer.address))
    for box in newcomer.page.locator("input[type=password]").all():
        box.fill("seven blue kettles on a quiet landing")
    newcomer.page.get_by_role("main").get_by_role("button").last.click()
    newcomer.page.wait_for_load_state()
    newcomer.check()
    expect(newcomer.page.get_by_text("Your password is set")).to_be_visible()


@pytest.mark.parametrize(
    "phone", [pytest.param(False, id="desk"), pytest.param(True, id="phone", marks=pytest.mark.prove)]
)
def test_every_page_of_administration_is_sound(visit: Visit, phone: bool) -> None:
    visitor = visit(phone=phone)
    page = visitor.page
    visitor.sign_in(ADMINISTRATOR)
    for path in ("", "waiting/", "dormant/", "dormant/list/", "agencies/", "areas/", "agency/"):
        visitor.go(f"/users/{path}")
    for path in ("invite/", "agencies/add/", "teams/add/", "areas/add/"):
        visitor.go(f"/users/{path}")
        page.get_by_role("main").get_by_role("button").last.click()
        page.wait_for_load_state()
        visitor.check()
    visitor.go("/users/?state=dormant")
    visitor.click("link", "Lorcan Tapwater")
    address = page.url.removeprefix(visitor.address)
    for path in ("role/", "disable/", "enable/", "link/"):
        visitor.go(address + path)
    visitor.go(address)
    follow(visitor, "^End")
    visitor.go("/users/dormant/")
    follow(visitor, "Decide.*Lorcan Tapwater")


def test_whoever_works_for_two_agencies_chooses_and_changes(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    page.goto(f"{visitor.address}/demo/")
    page.get_by_role("button", name=OF_TWO_AGENCIES).click()
    page.wait_for_load_state()
    visitor.check()
    page.get_by_label("Hearthstone Housing").check()
    visitor.click("button", "Continue")
    expect(page.get_by_role("banner").get_by_text("Hearthstone Housing")).to_be_visible()
    follow(visitor, "change.*the agency you act for")
    page.get_by_label("Lanterngate Jobs and Skills").check()
    visitor.click("button", "Continue")
    expect(page.get_by_role("banner").get_by_text("Lanterngate Jobs and Skills")).to_be_visible()
