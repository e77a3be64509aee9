"""Work goes from one to another and is done; a document is kept and saved again. On a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

COORDINATOR = "Idris Fernsby"
POLICE = "Wren Aldersmith"
Visit = Callable[..., Visitor]
TASK = "Ask the college about Thursdays"


@pytest.mark.parametrize(
    "script",
    [pytest.param(False, id="without JavaScript"), pytest.param(True, id="with JavaScript", marks=pytest.mark.prove)],
)
def test_a_task_is_given_snoozed_and_done_and_a_document_kept(visit: Visit, script: bool, tmp_path: Path) -> None:
    officer, coordinator = visit(script=script, phone=True), visit(script=script)
    officer.sign_in(POLICE)
    person = officer.page.locator("table tbody a").first.get_attribute("href")
    coordinator.sign_in(COORDINATOR)
    coordinator.go(f"{person}")
    coordinator.click("button", "Give a task")
    page = coordinator.page
    page.get_by_label("What is to be done?").fill(TASK)
    page.get_by_label("By when?").fill("tomorrow")
    page.get_by_label("What is it about?").select_option("other")
    page.get_by_label("A colleague").check()
    page.get_by_label("Colleague", exact=True).select_option(label="Wren Aldersmith, Fable Constabulary")
    coordinator.click("button", "Give the task")
    expect(page.get_by_text("The task is given.")).to_be_visible()

    officer.go("/tasks/")
    page = officer.page
    officer.click("link", TASK)
    officer.click("link", "Snooze")
    page.get_by_label("Snooze until").fill("1/1/2099")
    page.get_by_label("Why can it wait?").fill("The college is shut this week")
    officer.click("button", "Snooze")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_label("Why can it wait?")).to_have_value("The college is shut this week")
    officer.go("/tasks/")
    officer.click("link", TASK)
    page.get_by_label("How did it go?").fill("There is a place")
    officer.click("button", "Mark as done")
    expect(page.get_by_text(f"Done: “{TASK}”.")).to_be_visible()

    officer.go(f"{person}".replace("/person/", "/documents/person/"))
    officer.click("button", "Add a document")
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ms Fable, there is a place on Thursdays.\n")
    page.get_by_label("Letter").check()
    page.get_by_label("Title").fill("Letter of the college")
    page.get_by_label("File").set_input_files(letter)
    if (who := page.get_by_label("Who may see it")).count():
        who.select_option("core")
    officer.click("button", "Add the document")
    expect(page.get_by_text("The document is kept.")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save version 1 of “Letter of the college”").click()
    assert saved.value.suggested_filename.startswith("official-sensitive_letter_")
    assert Path(saved.value.path()).read_bytes() == letter.read_bytes()
