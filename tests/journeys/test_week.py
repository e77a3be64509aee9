"""A week in the life of one case: adopted in custody, told, released, amber, a lapse, re-planned, green, and a meeting.

The coordinator, a police and a probation officer and a housing worker each do their part, at a desk or on a phone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor
from tests.service.feeds.loading import extract, nominal

COORDINATOR, POLICE, PROBATION, HOUSING = "Idris Fernsby", "Wren Aldersmith", "Posy Larkfield", "Bram Copperwick"
LONDON = ZoneInfo("Europe/London")
MOVEMENTS = "MOVEMENT_REF,NOMS_NO,PNC_ID,MOVEMENT,MOVED_AT,PRISON,REASON,EXPECTED_RELEASE"
GOAL = "A room of his own by the spring"
PLACE = "A room at Hearthstone from Monday"
Visit = Callable[..., Visitor]


@dataclass(frozen=True)
class Somebody:
    """Whose case it is. Each pass of the journey has its own, for it is one database."""

    forenames: str
    surname: str
    pnc: str
    noms: str

    @property
    def name(self) -> str:
        return f"{self.forenames} {self.surname.title()}"

    def index(self) -> bytes:
        """The row of the police's index that makes them known."""
        ref = f"NM{self.pnc[5:11]}"
        return extract("police_nominals", nominal(ref, self.surname, forenames=self.forenames, pnc=self.pnc))

    def movement(self, direction: str, reason: str, moved: datetime, release: date | None = None) -> bytes:
        """A move into prison or out of it."""
        cells = (
            f"MV{self.pnc[5:11]}{direction}", self.noms, self.pnc, direction, moved.strftime("%Y-%m-%dT%H:%M:%S"),
            "FAB", reason, release.isoformat() if release else "",
        )  # fmt: skip
        return f"{MOVEMENTS}\r\n{','.join(cells)}\r\n".encode()


def close(coordinator: Visitor, meeting: str) -> None:
    """Record who came of every agency, and close the meeting."""
    page = coordinator.page
    coordinator.go(f"{meeting}attendance/")
    for came in page.get_by_role("main").get_by_role("combobox").all():
        came.select_option("attended")
    coordinator.click("button", "Save")
    coordinator.click("button", "Mark as held")
    expect(page.get_by_role("main").get_by_text("Held", exact=True).first).to_be_visible()


def load(visitor: Visitor, feed: str, content: bytes, folder: Path) -> None:
    """Load an extract of one row and wait until it is in."""
    file = folder / "extract.csv"
    file.write_bytes(content)
    page = visitor.page
    visitor.go("/feeds/")
    visitor.click("button", "Load a file")
    page.get_by_label("Feed", exact=True).select_option(label=feed)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Load the file").click()
    expect(page.get_by_text("1 row applied")).to_be_visible(timeout=60_000)


def adopt(coordinator: Visitor, one: Somebody) -> str:
    """Refer somebody, say who it is, and record the panel's decision. Returns the number of their record."""
    page = coordinator.page
    coordinator.go("/selection/refer/")
    page.get_by_label("Full name").fill(one.name)
    page.get_by_label("A number you know them by").fill(one.pnc)
    page.get_by_label("Area").select_option(label="Little Fabling")
    page.get_by_label("Where the referral comes from").select_option("prison")
    page.get_by_label("Why you refer this person").fill("Released within the week, and asks for help with a room.")
    coordinator.click("button", "Refer", exact=True)
    coordinator.click("button", "Say who this is")
    page.get_by_role("radio", name=re.compile(one.surname, re.I)).check()
    coordinator.click("button", "Save")
    coordinator.click("button", "Panel page")
    page.get_by_label("Adopt to a cohort").check()
    page.get_by_label("Cohort", exact=True).select_option(label="Turnaround")
    for label, name in (("Police lead", POLICE), ("Probation lead", PROBATION)):
        option = page.get_by_label(label).locator("option").filter(has_text=name).first.inner_text()
        page.get_by_label(label).select_option(label=option)
    page.get_by_label("Why these officers").fill("They will meet him at the gate together.")
    page.get_by_label("The panel’s reasons").fill("Burglaries in every release so far; now he asks for help.")
    page.get_by_label("Who was present").fill("Idris Fernsby, police\nPosy Larkfield, probation")
    coordinator.click("button", "Record the decision")
    coordinator.go("/people/")
    page.get_by_role("link", name=re.compile(one.surname, re.I)).first.click()
    coordinator.check()
    found = re.search(r"/person/(\d+)/", page.url)
    assert found is not None
    return found[1]


def tell_and_offer(officer: Visitor, person: str) -> None:
    page = officer.page
    officer.go(f"/contacts/person/{person}/told/")
    page.get_by_label("On which day were they told?").fill("today")
    page.get_by_label("Who told them").fill(POLICE)
    page.get_by_label("How?").fill("Face to face at the prison with the leaflet")
    page.get_by_role("group", name="Did they understand?").get_by_role("radio").first.check()
    officer.click("button", "Record it")
    officer.go(f"/contacts/person/{person}/offer/")
    page.get_by_label("On which day?").fill("today")
    page.get_by_label("Who made the offer").fill(POLICE)
    page.get_by_label("What was offered?").fill("A room, and help to keep it")
    page.get_by_role("group", name="What did they answer?").get_by_role("radio").first.check()
    page.get_by_role("group", name="Were the consequences").get_by_label("Yes").check()
    page.get_by_label("What was explained?").fill("Closer watching if he does not come")
    officer.click("button", "Record the offer")


def decide(officer: Visitor, person: str, colour: str, *, engages: str, thought: str, why: str) -> None:
    page = officer.page
    officer.go(f"/priority/{person}/decide/")
    page.get_by_label(engages, exact=True).check()
    page.get_by_label(thought, exact=True).check()
    page.get_by_role("radio", name=colour, exact=True).check()
    page.get_by_label("Why", exact=True).fill(why)
    officer.click("button", "Set the priority")
    expect(page.get_by_text(f"Priority is {colour} from today.")).to_be_visible()


def propose(officer: Visitor, person: str, colour: str, why: str) -> None:
    page = officer.page
    officer.go(f"/priority/{person}/propose/")
    page.get_by_role("radio", name=colour, exact=True).check()
    page.get_by_role("radio", name="Contact with the person").check()
    page.get_by_label("When was that?").fill("today")
    page.get_by_label("Why", exact=True).fill(why)
    officer.click("button", "Propose it")
    expect(page.get_by_text(f"Your agency proposes {colour}.")).to_be_visible()


def plan(officer: Visitor, person: str) -> None:
    page = officer.page
    officer.go(f"/plans/person/{person}/start/")
    page.get_by_label("What is the plan for?").fill("A year without burglary")
    page.get_by_label("When is it reviewed?").fill((date.today() + timedelta(90)).strftime("%d/%m/%Y"))
    officer.click("button", "Start the plan")
    officer.click("button", "Set a goal")
    page.get_by_label("What is the goal?").fill(GOAL)
    officer.click("button", "Set the goal")
    share(officer, person, "It is what I asked for.")


def share(officer: Visitor, person: str, words: str) -> None:
    page = officer.page
    officer.go(f"/plans/person/{person}/")
    officer.click("button", "Record what they say of it")
    page.get_by_label("When did you talk it through?").fill("today")
    page.get_by_role("group", name="Do they agree?").get_by_label("Yes").check()
    page.get_by_label("What did they say?").fill(words)
    page.get_by_role("group", name="Were they given a copy to keep?").get_by_label("Yes").check()
    officer.click("button", "Record it")


def lapse(officer: Visitor, person: str) -> None:
    page = officer.page
    officer.go(f"/plans/person/{person}/")
    officer.click("link", "Record a lapse")
    page.get_by_label("When did it happen?").fill("today")
    page.get_by_label("What happened?").fill("Drank, and slept at the old address.")
    page.get_by_label("When do you look at the plan again?").fill("tomorrow")
    officer.click("button", "Record the lapse")
    expect(page.get_by_text("A lapse was recorded on")).to_be_visible()
    expect(page.get_by_text(GOAL).first).to_be_visible()


def replan(officer: Visitor, person: str) -> None:
    page = officer.page
    officer.go(f"/plans/person/{person}/")
    officer.click("button", "Set a goal")
    page.get_by_label("What is the goal?").fill("A worker to ring at the weekend")
    officer.click("button", "Set the goal")
    share(officer, person, "The weekends are the worst.")
    expect(page.get_by_text("A lapse was recorded on")).to_have_count(0)
    expect(page.get_by_role("link", name="Version 2")).to_be_visible()


def meet(coordinator: Visitor, one: Somebody, person: str) -> str:
    """Plan a case conference, invite housing, and minute a decision and an action. Returns its path."""
    page = coordinator.page
    soon = min(datetime.now(LONDON) + timedelta(minutes=10), datetime.combine(date.today(), time(23, 59), LONDON))
    coordinator.go("/meetings/new/case_conference/")
    page.get_by_label("Date", exact=True).fill("today")
    # The records are open until it ends, so it is about to begin.
    page.get_by_label("Time", exact=True).fill(f"{soon:%H:%M}")
    coordinator.click("button", "Plan the meeting")
    meeting = page.url.removeprefix(coordinator.address)
    coordinator.go(f"/meetings/person/{person}/add/")
    page.get_by_label("Which meeting?").select_option(meeting.strip("/").rsplit("/", maxsplit=1)[-1])
    page.get_by_role("main").get_by_role("button").last.click()
    coordinator.go(f"{meeting}invite/")
    page.get_by_label(re.compile(HOUSING)).check()
    page.get_by_role("group", name="Open the core record").get_by_label("Yes").check()
    page.get_by_role("main").get_by_role("button").last.click()
    coordinator.go(meeting)
    expect(page.locator(".tr-item").filter(has_text=one.name)).to_contain_text("Green")
    coordinator.click("link", f"Minute this about {one.name}")
    page.get_by_role("textbox", name="Decision").fill("Hearthstone keeps the room for him.")
    page.get_by_role("textbox", name="Action").fill(PLACE)
    page.get_by_label("Or somebody without an account").fill("The duty worker at Hearthstone")
    page.get_by_label("Due", exact=True).fill((date.today() + timedelta(7)).strftime("%d %m %Y"))
    coordinator.click("button", "Save")
    return meeting


@pytest.mark.requirement("REF-09", "REF-10", "RAG-04", "PLN-05")
@pytest.mark.parametrize(
    "phone",
    [pytest.param(False, id="desk"), pytest.param(True, id="phone", marks=pytest.mark.prove)],
)
def test_a_week_in_the_life_of_one_case(visit: Visit, tmp_path: Path, phone: bool) -> None:
    one = (
        Somebody("Rollo", "QUINCEWORTH", "2014/7300021T", "A9301QW")
        if phone
        else Somebody("Tobias", "MARSHLIGHT", "2015/7300045J", "A9302QW")
    )
    now = datetime.now(LONDON)
    coordinator, police = visit(phone=phone), visit(phone=phone)
    probation, housing = visit(phone=phone), visit(phone=phone)
    for visitor, name in ((coordinator, COORDINATOR), (police, POLICE), (probation, PROBATION), (housing, HOUSING)):
        visitor.sign_in(name)

    load(coordinator, "Sample police nominal index", one.index(), tmp_path)
    inside = one.movement("ADM", "SENT", now - timedelta(60), date.today())
    load(coordinator, "Fable prison movements", inside, tmp_path)
    person = adopt(coordinator, one)
    decide(
        police, person, "Blue", engages="Some engagement", thought="No intelligence of offending",
        why="In prison; we plan for the gate.",
    )  # fmt: skip
    tell_and_offer(police, person)

    load(coordinator, "Fable prison movements", one.movement("REL", "CRD", now - timedelta(minutes=5)), tmp_path)
    propose(probation, person, "Amber", "Came straight from the gate.")
    decide(
        police, person, "Amber", engages="Some engagement", thought="No intelligence of offending",
        why="Out, and keeps what he agreed.",
    )  # fmt: skip
    plan(probation, person)
    lapse(police, person)
    replan(probation, person)
    decide(
        police, person, "Green", engages="Engaging", thought="No intelligence of offending",
        why="Every appointment kept; the room is his.",
    )  # fmt: skip

    meeting = meet(coordinator, one, person)
    housing.go(f"{meeting}minutes/")
    expect(housing.page.get_by_text(PLACE)).to_be_visible()
    expect(housing.page.get_by_text("Hearthstone keeps the room for him.")).to_be_visible()
    close(coordinator, meeting)
    coordinator.go(f"/priority/{person}/")
    # Of three colours in one day the last stands; the trail keeps the others.
    expect(coordinator.page.get_by_role("rowheader", name="Green").first).to_be_visible()
