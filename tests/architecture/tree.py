"""The files that the architecture tests look at."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "trellis"
SERVICE = SOURCE / "service"
PYTHON_ROOMS = ("src", "tests", "bench", "tools")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file in the repository, and every new one that is not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def text_of(path: Path) -> str:
    """The file's text; empty for pictures, fonts and the like."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def python_files() -> list[Path]:
    """Our Python, without the migrations that Django writes."""
    return [
        path
        for path in tracked()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in PYTHON_ROOMS and "migrations" not in path.parts
    ]


def name_of(path: Path) -> str:
    """The file's name within the checkout, as a failing test prints it."""
    return path.relative_to(ROOT).as_posix()
