"""The main job by hand: from a proposed candidate to tomorrow's briefing, each part done by whoever does it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

COORDINATOR = "Idris Fernsby"
POLICE = "Wren Aldersmith"
PROBATION = "Posy Larkfield"
PARTNER = "Bram Copperwick"
NEIGHBOURHOOD = "Tilda Moorcroft"
Visit = Callable[..., Visitor]


def heading(visitor: Visitor) -> str:
    return visitor.page.get_by_role("heading", level=1).inner_text()


def refer_first_candidate(visitor: Visitor) -> str:
    """Step 1 and 2: read why somebody is proposed, and refer them. Returns their name."""
    visitor.go("/selection/candidates/")
    rows = visitor.page.locator("table tbody tr").filter(has_text="Little Fabling")
    rows.first.get_by_role("link").click()
    visitor.check()
    name = heading(visitor)
    page = visitor.page
    expect(page.get_by_role("heading", name="What the rules say")).to_be_visible()
    expect(page.get_by_text("age and sex as published").first).to_be_visible()
    visitor.click("button", "Refer to panel")
    page.get_by_label("Where the referral comes from").select_option("candidate_list")
    page.get_by_label("Why you refer this person").fill("Two burglaries this quarter; the team asks for help.")
    visitor.click("button", "Refer")
    return name


def decide(visitor: Visitor, referral: str) -> None:
    """Step 3 and 4: the panel adopts, and names the leads in the same breath."""
    visitor.go(f"{referral}panel/")
    page = visitor.page
    page.get_by_label("Adopt to a cohort").check()
    page.get_by_label("Cohort", exact=True).select_option(label="Turnaround")
    page.get_by_label("Police lead").select_option(label=_option(visitor, "Police lead", POLICE))
    if page.get_by_label("Probation lead").locator("option").filter(has_text=PROBATION).count():
        page.get_by_label("Probation lead").select_option(label=_option(visitor, "Probation lead", PROBATION))
    page.get_by_label("Why these officers").fill("They know the family.")
    page.get_by_label("The panel’s reasons").fill("High score, active pattern, willing to talk to the drug service.")
    page.get_by_label("Who was present").fill("Idris Fernsby, police\nPosy Larkfield, probation")
    visitor.click("button", "Record the decision")


def _option(visitor: Visitor, field: str, name: str) -> str:
    return visitor.page.get_by_label(field).locator("option").filter(has_text=name).first.inner_text()


@pytest.mark.requirement("REF-01", "SEL-10", "RAG-08", "COH-03")
@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_candidate_to_briefing(visit: Visit, script: bool) -> None:
    coordinator = visit(script=script)
    coordinator.sign_in(COORDINATOR)
    name = refer_first_candidate(coordinator)
    referral = re.sub(r"(/selection/referrals/\d+/).*", r"\1", coordinator.page.url.removeprefix(coordinator.address))
    assert referral.startswith("/selection/referrals/")
    coordinator.go(referral)
    decide(coordinator, referral)
    expect(coordinator.page.get_by_text("Adopt to a cohort").first).to_be_visible()

    officer = visit(script=script, phone=True)
    officer.sign_in(POLICE)
    person = find(officer, name)
    set_priority(officer)
    record_contact(officer, person)

    coordinator.go("/briefings/issue/")
    coordinator.page.get_by_label("Note to readers").fill("For tomorrow.")
    coordinator.click("button", "Issue")

    reader = visit(script=script)
    reader.sign_in(NEIGHBOURHOOD)
    reader.go("/briefings/")
    reader.page.locator("table tbody tr").first.get_by_role("link").click()
    reader.check()
    surname = name.split()[-1]
    line = reader.page.locator(".tr-briefing__line").filter(has_text=surname)
    expect(line.first).to_contain_text("Red")
    expect(reader.page.get_by_text(re.compile(f"{surname}.*new", re.I)).first).to_be_visible()


def find(visitor: Visitor, name: str) -> str:
    """Step 8: search by name, and open the record. Returns its path."""
    visitor.go("/find/")
    visitor.page.get_by_role("searchbox").last.fill(name)
    visitor.click("button", "Search")
    visitor.page.get_by_role("link", name=name.rsplit(maxsplit=1)[-1]).first.click()
    visitor.check()
    assert heading(visitor) == name
    return visitor.page.url.removeprefix(visitor.address)


def set_priority(visitor: Visitor) -> None:
    """Step 5: the grid proposes, a named person decides."""
    page = visitor.page
    person = re.search(r"/person/(\d+)/", page.url)
    assert person is not None
    visitor.go(f"/priority/{person.group(1)}/decide/")
    page.get_by_label("Not engaging").check()
    page.get_by_label("Thought to be offending").check()
    page.get_by_role("radio", name="Red").check()
    page.get_by_label("Why", exact=True).fill("Not seen, and named in two reports this week.")
    visitor.click("button", "Set the priority")


def record_contact(visitor: Visitor, person: str) -> None:
    """Step 6: a contact, and the timeline that shows it."""
    visitor.go(person)
    visitor.click("button", "Record a contact")
    page = visitor.page
    page.get_by_label("Date of the contact").fill("today")
    page.get_by_label("Home visit").check()
    page.get_by_label("Attended and complied").check()
    visitor.click("button", "Record the contact")
    expect(page.get_by_text("Home visit: attended and complied").first).to_be_visible()


@pytest.mark.requirement("SEC-05")
def test_a_partner_refers_without_seeing_the_record(visit: Visit) -> None:
    partner = visit()
    partner.sign_in(PARTNER)
    partner.go("/selection/refer/")
    page = partner.page
    page.get_by_label("Full name").fill("Somebody Unheardof")
    page.get_by_label("Where the referral comes from").select_option("housing")
    page.get_by_label("Why you refer this person").fill("Sleeps in the stairwell of a block of ours.")
    partner.click("button", "Refer", exact=True)
    expect(page.get_by_text("Somebody Unheardof").first).to_be_visible()
    response = page.request.get(f"{partner.address}/selection/candidates/")
    assert response.status == 403


def test_a_form_in_error_says_what_to_mend(visit: Visit) -> None:
    officer = visit()
    officer.sign_in(PARTNER)
    officer.go("/selection/refer/")
    officer.click("button", "Refer", exact=True)
    page = officer.page
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("alert").get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.name") == "name"
    assert page.title().startswith("Error: ")


PAGES = {
    COORDINATOR: [
        "/",
        "/people/",
        "/find/",
        "/selection/candidates/",
        "/selection/referrals/",
        "/briefings/",
        "/feeds/",
    ],
    POLICE: ["/", "/people/", "/briefings/"],
    PROBATION: ["/", "/people/"],
    PARTNER: ["/", "/selection/referrals/", "/find/"],
    NEIGHBOURHOOD: ["/", "/briefings/"],
    "Edmund Hartsease": ["/", "/feeds/"],
    "Quilla Brightwater": ["/"],
    "Osbert Finch": ["/", "/trail/"],
}


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_everybody_is_accessible(visit: Visit, name: str, phone: bool) -> None:
    visitor = visit(phone=phone)
    visitor.sign_in(name)
    for path in PAGES[name]:
        visitor.go(path)
