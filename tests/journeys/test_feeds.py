"""An extract by hand: sent, applied while one watches, its bad row mended and its question answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor
from tests.service.feeds.loading import extract, nominal

COORDINATOR = "Idris Fernsby"
Visit = Callable[..., Visitor]
ROWS = (
    nominal("NM500001", "THISTLEWANE", forenames="Zoë", born="05/06/1999", pnc="2020/7654321A", postcode="zz11aa"),
    nominal("NM500002", "O’FABLE", forenames="Zoë", born="31/02/1990"),
    nominal("NM500003", "THISTLEWANE", forenames="Zoe", born="05/06/1999"),
)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_extract_is_loaded_mended_and_its_question_answered(visit: Visit, tmp_path: Path, script: bool) -> None:
    file = tmp_path / f"index-{script}.csv"
    suffix = str(int(script))
    file.write_bytes(extract("police_nominals", *(row.replace("NM5", f"NM6{suffix}").replace("1999", f"198{suffix}")
                                                  .replace("7654321", f"765432{suffix}") for row in ROWS)))  # fmt: skip
    visitor = visit(script=script)
    page = visitor.page
    visitor.sign_in(COORDINATOR)
    visitor.go("/feeds/")
    visitor.click("button", "Load a file")
    visitor.click("button", "Load the file")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Feed", exact=True).select_option(label="Sample police nominal index")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Load the file").click()
    expect(page.get_by_text("1 row applied, 2 waiting")).to_be_visible(timeout=60_000)
    visitor.check()
    page.get_by_role("link", name=re.compile("Mend.*line 3")).click()
    visitor.check()
    page.get_by_label("D.O.B.").fill(f"2{suffix}/02/1990")
    visitor.click("button", "Try the row again")
    expect(page.get_by_text("Line 3 went in.")).to_be_visible()
    page.get_by_role("link", name=re.compile("Say who this is.*line 4")).click()
    visitor.check()
    page.get_by_label(f"Zoë Thistlewane, born 5 June 198{suffix}").check()
    visitor.click("button", "Save the answer")
    expect(page.get_by_text("No row waits")).to_be_visible()
    visitor.go("/feeds/questions/")
    visitor.go("/feeds/")
