"""The dispatcher finds commands by their modules and imports only the one that was named."""

import subprocess
import sys

import pytest

from trellis.cli import command_helps, main


def test_every_command_says_in_one_line_what_it_does() -> None:
    helps = command_helps()
    assert helps["score"] == "Score every row of a CSV or Parquet file by a predictor."
    assert all(helps.values())


def test_help_imports_no_command() -> None:
    program = (
        "import contextlib, sys\nfrom trellis.cli import main\n"
        "with contextlib.suppress(SystemExit):\n    main(['--help'])\n"
        "sys.exit(any(name in sys.modules for name in ('polars', 'django')))"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert "Score every row" in finished.stdout


@pytest.mark.parametrize("arguments", [[], ["bake"]])
def test_without_a_known_command_it_says_which_there_are(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "COMMAND" in capsys.readouterr().err
