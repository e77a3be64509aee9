"""Who may see whom: an emergency reviewed, a restriction approved, a request answered, cover arranged; pages sound."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

COORDINATOR, OFFICER, PROBATION, INFORMATION = "Idris Fernsby", "Wren Aldersmith", "Posy Larkfield", "Edmund Hartsease"
Visit = Callable[..., Visitor]


def follow(visitor: Visitor, pattern: str) -> None:
    """Follow the first link in the page itself whose words match."""
    visitor.page.get_by_role("main").get_by_role("link", name=re.compile(pattern)).first.click()
    visitor.page.wait_for_load_state()
    visitor.check()


def test_the_information_officer_reviews_an_emergency_and_approves_a_restriction(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.sign_in(INFORMATION)
    follow(visitor, "Emergency access to review")
    follow(visitor, "^Review")
    expect(page.get_by_text("Wren Aldersmith").first).to_be_visible()
    visitor.click("button", "Record the finding")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("What you found").fill("A threat to life, and nobody else could be reached")
    visitor.click("button", "Record the finding")
    expect(page.get_by_text("The review is recorded.")).to_be_visible()
    visitor.go("/protection/restrictions/")
    follow(visitor, "which you may not open")
    visitor.click("button", "Approve")
    expect(page.get_by_text("The restriction is approved.")).to_be_visible()


def test_a_request_is_granted_and_opens_the_record(visit: Visit) -> None:
    coordinator = visit()
    coordinator.sign_in(COORDINATOR)
    follow(coordinator, "Requests for access")
    follow(coordinator, "^Answer")
    coordinator.page.get_by_label("Yes", exact=True).check()
    coordinator.click("button", "Send the answer")
    asker = visit()
    asker.sign_in(PROBATION)
    asker.go("/protection/requests/")
    expect(asker.page.get_by_text("Granted")).to_be_visible()
    asker.page.get_by_role("table").get_by_role("link").first.click()
    asker.page.wait_for_load_state()
    asker.check()
    expect(asker.page.get_by_role("heading", name="Timeline", exact=True)).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_record_is_opened_in_an_emergency_and_closed_again(visit: Visit, script: bool) -> None:
    coordinator = visit()
    coordinator.sign_in(COORDINATOR)
    coordinator.go("/protection/restrictions/")
    follow(coordinator, "^(?!Those).")
    coordinator.go("/people/")
    visitor = visit(script=script)
    page = visitor.page
    visitor.sign_in(OFFICER)
    # Somebody whom the officer may know of and not open.
    managed = [link.get_attribute("href") for link in coordinator.page.locator("a[href*='/person/']").all()]
    hidden = next(
        path
        for path in managed
        if page.goto(f"{visitor.address}{path}").status == 403  # type: ignore[union-attr]
    )
    visitor.check()
    expect(page.get_by_role("heading", name="You may not open this record")).to_be_visible()
    visitor.click("link", "Open it in an emergency")
    page.get_by_label("What is the emergency?").fill("A neighbour saw him leave with a knife to find his brother")
    visitor.click("button", "Open the record now")
    expect(page.get_by_text("Emergency access until")).to_be_visible()
    visitor.click("button", "End it now")
    assert page.goto(f"{visitor.address}{hidden}").status == 403  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "phone", [pytest.param(False, id="desk"), pytest.param(True, id="phone", marks=pytest.mark.prove)]
)
def test_every_page_of_protection_is_sound(visit: Visit, phone: bool) -> None:
    visitor = visit(phone=phone)
    page = visitor.page
    visitor.sign_in(COORDINATOR)
    visitor.go("/protection/cover/")
    visitor.click("button", "Arrange cover")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Who is away?").select_option(label=OFFICER)
    page.get_by_label("Who covers for them?").select_option(label="Tilda Moorcroft")
    day = date.today() + timedelta(30 if phone else 1)
    for label in ("First day", "Last day"):
        page.get_by_label(label, exact=True).fill(f"{day:%d/%m/%Y}")
    page.get_by_label("Why is cover needed?").fill("On leave for the day")
    visitor.click("button", "Arrange cover")
    expect(page.get_by_text("The cover is arranged.")).to_be_visible()
    visitor.go("/protection/panel/")
    visitor.go("/protection/restrictions/?lifted=yes")
    visitor.go("/people/?sort=-name")
    page.get_by_role("table").get_by_role("link").last.click()
    page.wait_for_load_state()
    number = re.search(r"/person/(\d+)/", page.url)
    assert number is not None
    visitor.go(f"/protection/person/{number[1]}/who/")
    visitor.go(f"/protection/person/{number[1]}/restrict/")
    visitor.click("button", "Restrict the record")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    visitor.go(f"/protection/person/{number[1]}/notes/")
    page.get_by_label("Health", exact=True).check()
    page.get_by_label("Note", exact=True).fill("Takes methadone every morning at the chemist")
    visitor.click("button", "Add the note")
    expect(page.get_by_text("The note is recorded.")).to_be_visible()
    follow(visitor, "^Correct")
    visitor.go(f"/person/{number[1]}/")


POLLUTED = "__proto__[polluted]=1&__proto__.polluted=1&constructor[prototype][polluted]=1#__proto__[polluted]=1"
CLEAN = "[{}, [], () => 0].every((one) => one.polluted === undefined)"


def test_no_script_is_led_by_what_an_address_says(visit: Visit) -> None:
    visitor = visit()
    visitor.page.goto(f"{visitor.address}/account/sign-in/?{POLLUTED}")
    assert visitor.page.evaluate(CLEAN)
    visitor.sign_in(OFFICER)
    for path in ("/", "/people/", "/protection/requests/"):
        visitor.page.goto(f"{visitor.address}{path}?{POLLUTED}")
        visitor.page.wait_for_load_state()
        assert visitor.page.evaluate(CLEAN), path
