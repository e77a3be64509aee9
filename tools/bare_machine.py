"""Say in one sentence what a machine lacks before set-up spends time on it."""

import shutil
import subprocess
import sys


def missing() -> list[str]:
    """The sentences for everything that set-up needs and this machine has not got."""
    sentences = []
    if sys.version_info < (3, 11):  # noqa: UP036 - this file also runs on what is too old
        have = ".".join(map(str, sys.version_info[:2]))
        sentences.append(f"Trellis needs Python 3.11 or later and this is {have}: set PYTHON=python3.11 (or later).")
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        sentences.append("Trellis needs Node 20 or later with npm for its style sheets: install the package nodejs.")
    else:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        if int(version.lstrip("v").split(".")[0]) < 20:
            sentences.append(f"Trellis needs Node 20 or later and this is {version}: install a newer nodejs.")
    return sentences


if __name__ == "__main__":
    problems = missing()
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(1 if problems else 0)
