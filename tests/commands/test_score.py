"""`trellis score`: the stable command."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from trellis.cli import main
from trellis.predictors.ogrs3 import INPUTS

HEADER = "case," + ",".join(INPUTS)
ROWS = [
    "b,M,1990-06-15,2020-06-15,2020-06-15,9,14,02801",
    "a,F,1990-06-15,2020-06-15,2020-06-15,1,30,00805",
    '"c, again",M,,2020-06-15,2020-06-15,0,14,805',
    "a,M,1990-06-15,2020-06-15,2031-06-15,40,14,04600",
    "d,M,1990-06-15,1980-06-15,2020-06-15,9,14,04600",
]
ERRORS = [
    None,
    None,
    "MISSING_MANDATORY_INPUT;TOTAL_NUMBER_OF_SANCTIONS_LESS_THAN_ONE;OFFENCE_CODE_INCORRECT_FORMAT",
    None,
    "UNEXPECTED_ERROR",
]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    return path


def run(*arguments: str | Path) -> int:
    return main(["score", *map(str, arguments)])


def read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False) if path.suffix == ".csv" else pl.read_parquet(path)


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    assert run(*arguments) == 2
    return capsys.readouterr().err


def test_csv_keeps_rows_and_columns_and_adds_four(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "scored.csv"
    assert run(source, "--predictor", "ogrs3", "--parameters", "arns-2025", "--out", out) == 0

    scored = read(out)
    assert scored.columns == [*HEADER.split(","), "pct_1y", "pct_2y", "band", "error"]
    assert scored.drop("pct_1y", "pct_2y", "band", "error").equals(read(source))
    assert scored["error"].to_list() == ERRORS
    assert scored["band"].to_list() == ["LOW", "LOW", None, "VERY_HIGH", None]
    assert scored["pct_2y"].to_list() == ["45", "15", None, "91", None]
    assert scored["pct_1y"].is_null().to_list() == [error is not None for error in ERRORS]


def test_each_kind_of_file_in_and_out_gives_the_same(source: Path, tmp_path: Path) -> None:
    columns = ["pct_1y", "pct_2y", "band", "error"]
    from_csv, parquet, from_parquet = (tmp_path / name for name in ("1.csv", "people.parquet", "2.parquet"))
    read(source).write_parquet(parquet)
    assert run(source, "--out", from_csv) == 0
    assert run(parquet, "--out", from_parquet) == 0
    assert read(from_parquet).select(columns).cast(pl.String).equals(read(from_csv).select(columns))


def test_typed_parquet_is_read_too(tmp_path: Path) -> None:
    source, out = tmp_path / "typed.parquet", tmp_path / "scored.PARQUET"
    day = date(2020, 6, 15)
    row = ["M", date(1990, 6, 15), day, day, 9, 14, "02801"]
    pl.DataFrame([row], schema=list(INPUTS), orient="row").write_parquet(source)
    assert run(source, "--out", out) == 0
    assert pl.read_parquet(out).row(0) == (*row, 29, 45, "LOW", None)


def test_parameters_make_a_difference(source: Path, tmp_path: Path) -> None:
    girl = "F,2008-06-15,2020-06-15,2020-06-15,2,11,04510"
    source.write_text(f"{','.join(INPUTS)}\n{girl}\n", encoding="utf-8")
    bands = []
    for parameters in ("arns-2025", "published-2009"):
        assert run(source, "--parameters", parameters, "--out", tmp_path / "out.csv") == 0
        bands.append(read(tmp_path / "out.csv")["pct_2y"].item())
    assert bands == ["82", "57"]


def test_it_says_how_many_it_could_not_score(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(source, "--out", tmp_path / "out.csv")
    assert capsys.readouterr().out == (
        "3 of 5 rows scored by OGRS3, parameters arns-2025; 2 could not be: see the column error.\n"
    )


@pytest.mark.parametrize("text", [HEADER + "\n", HEADER])
def test_a_file_without_rows_gives_its_columns(text: str, source: Path, tmp_path: Path) -> None:
    source.write_text(text, encoding="utf-8")
    assert run(source, "--out", tmp_path / "out.csv") == 0
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == HEADER + ",pct_1y,pct_2y,band,error\n"


def test_windows_line_ends_and_byte_order_mark(source: Path, tmp_path: Path) -> None:
    source.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([HEADER, *ROWS, ""]).encode())
    assert run(source, "--out", tmp_path / "out.csv") == 0
    assert read(tmp_path / "out.csv")["error"].to_list() == ERRORS


def test_it_may_write_over_its_own_file(source: Path) -> None:
    assert run(source, "--out", source) == 0
    assert read(source)["error"].to_list() == ERRORS


class TestRefusals:
    def test_no_such_file(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert "There is no file" in refusal(capsys, tmp_path / "no.csv", "--out", tmp_path / "out.csv")

    @pytest.mark.parametrize("name", ["people.xlsx", "people"])
    def test_unknown_kind(self, name: str, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        words = "does not end in .csv or .parquet"
        assert words in refusal(capsys, tmp_path / name, "--out", tmp_path / "out.csv")
        assert words in refusal(capsys, source, "--out", tmp_path / name)

    def test_missing_column(self, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        read(source).drop("sex").write_csv(source)
        assert "people.csv: The table has no column sex." in refusal(capsys, source, "--out", tmp_path / "out.csv")

    def test_nothing_in_the_file(self, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        source.write_bytes(b"")
        assert "is empty: its first line must name" in refusal(capsys, source, "--out", tmp_path / "out.csv")

    @pytest.mark.parametrize("kind", ["csv", "parquet"])
    def test_unreadable(self, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        damaged = tmp_path / f"damaged.{kind}"
        damaged.write_bytes(b"sex,ho_code\n\xff\xfe\xc3\x28,1\n")
        assert "could not be read" in refusal(capsys, damaged, "--out", tmp_path / "out.csv")

    def test_codes_as_numbers(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        source = tmp_path / "numbers.parquet"
        pl.DataFrame([["M", *["2020-01-01"] * 3, 1, 10, 805]], schema=list(INPUTS), orient="row").write_parquet(source)
        assert "would lose its leading zeros" in refusal(capsys, source, "--out", tmp_path / "out.csv")

    def test_scored_already(self, source: Path, capsys: pytest.CaptureFixture[str]) -> None:
        run(source, "--out", source)
        capsys.readouterr()
        assert "already has the column pct_1y" in refusal(capsys, source, "--out", source)

    def test_nowhere_to_write(self, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert "could not be written" in refusal(capsys, source, "--out", tmp_path / "no" / "out.csv")

    def test_nothing_half_written_is_left(self, source: Path, tmp_path: Path) -> None:
        (tmp_path / "out.csv").mkdir()
        assert run(source, "--out", tmp_path / "out.csv") == 2
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "people.csv"]

    @pytest.mark.parametrize("option", [["--predictor", "ogrs9"], ["--parameters", "mine"]])
    def test_unknown_choice(self, option: list[str], source: Path, tmp_path: Path) -> None:
        with pytest.raises(SystemExit) as stop:
            run(source, *option, "--out", tmp_path / "out.csv")
        assert stop.value.code == 2
