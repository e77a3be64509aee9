"""A course is recorded by whoever took it, on a phone, and counts on a coordinator's word."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

COORDINATOR = "Idris Fernsby"
WORKER = "Tilda Moorcroft"
COURSE = "Complex needs"
Visit = Callable[..., Visitor]


@pytest.mark.parametrize(
    "script",
    [pytest.param(False, id="without JavaScript"), pytest.param(True, id="with JavaScript", marks=pytest.mark.prove)],
)
def test_a_course_is_recorded_confirmed_and_held_and_needs_are_said(visit: Visit, script: bool) -> None:
    worker, coordinator = visit(script=script, phone=True), visit(script=script)
    worker.sign_in(WORKER)
    worker.click("link", "Training")
    worker.click("button", "Record a course")
    page = worker.page
    worker.click("button", "Record it")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Course", exact=True).select_option(label=COURSE)
    page.get_by_label("When was it completed?").fill("yesterday")
    page.get_by_label("How do you know?").fill("Certificate 4471")
    worker.click("button", "Record it")
    expect(page.get_by_text("Waits to be confirmed")).to_be_visible()
    worker.click("button", "Say what you need")
    page.get_by_role("group", name="Have you been trained for the work you do?").get_by_label("Yes").check()
    page.get_by_role("group", name="Is your training enough for the work you do?").get_by_label("No").check()
    worker.click("button", "Keep my answer")
    expect(page.get_by_text("Say what would help").first).to_be_visible()
    page.get_by_label("People who abuse partners or family").check()
    worker.click("button", "Keep my answer")
    expect(page.get_by_text("Would help: People who abuse partners or family.")).to_be_visible()

    coordinator.sign_in(COORDINATOR)
    coordinator.go("/training/team/?show=waiting")
    coordinator.click("link", WORKER)
    coordinator.click("link", "Confirm")
    coordinator.click("button", "Confirm it")
    expect(coordinator.page.get_by_text(f"Confirmed by {COORDINATOR}").first).to_be_visible()
    coordinator.go("/training/team/")
    worker.go("/training/")
    expect(page.get_by_text("Waits to be confirmed")).to_have_count(0)
