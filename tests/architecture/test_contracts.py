"""The import contracts catch the breaches they are for."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

BREACHES = {
    "The rooms are stacked": ("service/record/upwards.py", "import trellis.commands.docs"),
    "Rules import only the standard library": ("rules/leak.py", "import django"),
    "Libraries know nothing of Django": ("synthetic/leak.py", "import django"),
    "Service apps are stacked": ("service/common/upwards.py", "import trellis.service.record"),
    "Inside an app, pages call": ("service/common/queries.py", "import trellis.service.common.views"),
    "Only selection imports the predictors": ("service/feeds/leak.py", "import trellis.predictors"),
    "Only the demonstration imports the synthetic force": ("service/feeds/leak.py", "import trellis.synthetic"),
    "In the service, only feeds import Polars": ("service/record/frames.py", "import polars"),
}


def verdicts(folder: Path) -> dict[str, bool]:
    """Which contracts hold for the tree copied to `folder`."""
    code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    result = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "COLUMNS": "500", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = result.stdout.splitlines()
    found = {
        name: [line for line in lines if line.startswith(name) and line.endswith(("KEPT", "BROKEN"))]
        for name in BREACHES
    }
    assert all(len(line) == 1 for line in found.values()), result.stdout + result.stderr
    return {name: line[0].endswith("KEPT") for name, line in found.items()}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "src" / "trellis", tmp_path / "src" / "trellis", ignore=shutil.ignore_patterns("__pycache__", "static")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_tree_keeps_every_contract(copy: Path) -> None:
    assert verdicts(copy) == dict.fromkeys(BREACHES, True)


def test_every_contract_catches_its_breach(copy: Path) -> None:
    (copy / "src" / "trellis" / "service" / "common" / "views.py").touch()
    for file, breach in BREACHES.values():
        path = copy / "src" / "trellis" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as module:
            module.write(f"{breach}\n")
    assert verdicts(copy) == dict.fromkeys(BREACHES, False)
