"""Sets of pathways of seven, nine and eleven map to one another, and a local short list to all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from trellis.service.needs.queries.picked import picked_by
from trellis.service.schemes.definitions import DefinitionsRefused, load_all
from trellis.service.schemes.models import Scheme

FOLDER = Path(__file__).parents[3] / "definitions"


@pytest.mark.requirement("ASM-01", "ASM-02", "ASM-06")
def test_every_set_maps_to_the_seven_and_the_national_one_is_picked_unless_a_scheme_says_otherwise() -> None:
    sets = load_all(FOLDER).pathway_sets
    sizes = {key: len(found.pathways) for key, found in sets.items()}
    assert (sizes["national_seven"], sizes["nine"], sizes["eleven"], sizes["local_short"]) == (7, 9, 11, 6)
    seven = {one.key for one in sets["national_seven"].pathways}
    for key in ("nine", "eleven"):
        assert {sets[key].common(one.key) for one in sets[key].pathways} >= seven
    assert sets["local_short"].common("drugs") == sets["local_short"].common("alcohol") == "substances"
    assert sets["nine"].common("sex_work") is None
    assert picked_by(Scheme(slug="nowhere")).pathway_set.key == "national_seven"


def test_a_set_that_maps_nowhere_and_a_scale_with_a_gap_are_refused(tmp_path: Path) -> None:
    for source in FOLDER.rglob("*.yaml"):
        copy = tmp_path / source.relative_to(FOLDER)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(source.read_text())
    nine = tmp_path / "pathway_sets" / "nine.yaml"
    nine.write_text(nine.read_text().replace("maps_to: finance", "maps_to: treasure"))
    with pytest.raises(DefinitionsRefused, match="no pathway treasure in national_seven"):
        load_all(tmp_path)
    score = tmp_path / "instruments" / "quarterly_score.yaml"
    score.write_text(score.read_text().replace("  3: A problem that needs work\n", ""))
    with pytest.raises(DefinitionsRefused, match="what each score from 0 to 5 means"):
        load_all(tmp_path)
