"""The bill of materials names what is installed."""

from __future__ import annotations

import json
import tomllib
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from trellis.reference.bill import bill_of_materials

ROOT = Path(__file__).parents[2]


def test_every_part_that_is_installed_and_deployed_is_named_with_its_version() -> None:
    parts = {part["purl"]: part["scope"] for part in json.loads(bill_of_materials(ROOT))["components"]}
    installed = {canonicalize_name(one.name): one.version for one in distributions()}
    for text in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]:
        name = canonicalize_name(Requirement(text).name)
        assert parts[f"pkg:pypi/{name}@{installed[name]}"] == "required"
    assert parts[f"pkg:pypi/pytest@{installed['pytest']}"] == "excluded"


def test_the_front_ends_parts_are_named() -> None:
    parts = {part["name"]: part for part in json.loads(bill_of_materials(ROOT))["components"]}
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert parts["govuk-frontend"]["version"] == lock["node_modules/govuk-frontend"]["version"]
    assert parts["@ministryofjustice/frontend"]["purl"].startswith("pkg:npm/%40ministryofjustice/frontend@")
    assert parts["axe-core"]["scope"] == "excluded"


def test_no_part_stands_twice() -> None:
    references = [part["bom-ref"] for part in json.loads(bill_of_materials(ROOT))["components"]]
    assert len(references) == len(set(references))
