import textwrap
from pathlib import Path

import pytest

from trellis.reference.claims import Claims, read_claims

KNOWN = frozenset({"SEL-01", "SEL-02"})


def claims_in(folder: Path, source: str) -> Claims:
    tests = folder / "tests"
    tests.mkdir()
    (tests / "test_some.py").write_text(textwrap.dedent(source))
    return read_claims(tests, KNOWN)


def test_a_test_that_asserts_claims_its_requirements(tmp_path: Path) -> None:
    found = claims_in(
        tmp_path,
        """
        @pytest.mark.requirement("SEL-01", "SEL-02")
        def test_band():
            assert True
        """,
    )
    assert found.faults == ()
    assert [claim.requirement for claim in found.claims] == ["SEL-01", "SEL-02"]
    assert found.claims[0].test == "tests/test_some.py::test_band"


def test_a_class_claims_for_its_tests(tmp_path: Path) -> None:
    found = claims_in(
        tmp_path,
        """
        @pytest.mark.requirement("SEL-01")
        class TestBand:
            def test_low(self):
                with pytest.raises(ValueError):
                    band(-1)
        """,
    )
    assert [claim.test for claim in found.claims] == ["tests/test_some.py::TestBand::test_low"]


def test_a_parameter_claims_for_its_case(tmp_path: Path) -> None:
    found = claims_in(
        tmp_path,
        """
        @pytest.mark.parametrize("band", [pytest.param("low", marks=pytest.mark.requirement("SEL-02")), "high"])
        def test_band(band):
            assert band
        """,
    )
    assert found.faults == ()
    assert [claim.requirement for claim in found.claims] == ["SEL-02"]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('@pytest.mark.requirement("SEL-01")\ndef test_x():\n    band(1)', "it asserts nothing"),
        ('@pytest.mark.requirement("SEL-99")\ndef test_x():\n    assert 1', "not in the register"),
        ('@pytest.mark.skip\n@pytest.mark.requirement("SEL-01")\ndef test_x():\n    assert 1', "skipped"),
        ('@pytest.mark.requirement("SEL-01")\ndef helper():\n    assert 1', "not a test"),
        ('@pytest.mark.requirement("SEL-01")\nclass TestEmpty:\n    pass', "not a test"),
    ],
)
def test_a_claim_without_a_real_test_is_a_fault(tmp_path: Path, source: str, fault: str) -> None:
    found = claims_in(tmp_path, source)
    assert [fault in sentence for sentence in found.faults] == [True]
