"""One default force and its files, made once."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.synthetic.reading import read_all
from trellis.synthetic.force import Truth, write_extracts


@pytest.fixture(scope="session")
def fable(tmp_path_factory: pytest.TempPathFactory) -> tuple[Truth, Path]:
    folder = tmp_path_factory.mktemp("fable")
    return write_extracts(folder), folder


@pytest.fixture(scope="session")
def truth(fable: tuple[Truth, Path]) -> Truth:
    return fable[0]


@pytest.fixture(scope="session")
def files(fable: tuple[Truth, Path]) -> dict[str, pl.DataFrame]:
    return read_all(fable[1])
