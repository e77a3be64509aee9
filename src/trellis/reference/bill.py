"""docs/reference/bill-of-materials.json: every part of others that Trellis uses, as CycloneDX 1.6 asks.

The hashes stay in requirements/*.txt and package-lock.json, which installing demands; here are names and versions for
a feed of vulnerabilities to read.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

RUN, DEVELOP, FRONT = Path("requirements/run.txt"), Path("requirements/develop.txt"), Path("package-lock.json")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def bill_of_materials(root: Path) -> str:
    """The document's text. `root`: the checkout."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": project["name"], "version": project["version"]},
        },
        "components": [*_python(root), *_front_end(root)],
    }
    return json.dumps(document, indent=1) + "\n"


def _python(root: Path) -> Iterator[dict[str, str]]:
    """Each pinned package: in two versions where the pin depends on Python's, and apart what only development needs."""
    deployed, develop = (set(_PINNED.findall((root / path).read_text(encoding="utf-8"))) for path in (RUN, DEVELOP))
    for name, version in sorted(deployed | develop):
        yield _component(name, version, f"pkg:pypi/{name.lower()}@{version}", (name, version) in deployed)


def _front_end(root: Path) -> Iterator[dict[str, str]]:
    packages = json.loads((root / FRONT).read_text(encoding="utf-8"))["packages"]
    for path, package in sorted(packages.items()):
        name = path.rpartition("node_modules/")[2]
        if name:
            address = f"pkg:npm/{quote(name)}@{package['version']}"
            yield _component(name, package["version"], address, not package.get("dev", False))


def _component(name: str, version: str, address: str, is_deployed: bool) -> dict[str, str]:
    return {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        "scope": "required" if is_deployed else "excluded",
    }
