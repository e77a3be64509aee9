"""Every room has something in it, and rules stay plain Python."""

import ast
import sys
from pathlib import Path

import yaml

from tests.architecture.tree import ROOT, SERVICE, SOURCE, name_of, python_files, text_of


def says_something(path: Path) -> bool:
    """Whether the module holds more than a docstring."""
    return any(not isinstance(node, ast.Expr) for node in ast.parse(text_of(path)).body)


def packages() -> list[Path]:
    return sorted(path.parent for path in SOURCE.rglob("__init__.py") if "migrations" not in path.parts)


def test_no_room_is_empty() -> None:
    empty = [name_of(room) for room in packages() if not any(says_something(path) for path in room.rglob("*.py"))]
    assert empty == []


def test_every_test_folder_has_tests() -> None:
    folders = [path.parent for path in (ROOT / "tests").rglob("__init__.py")]
    assert [name_of(folder) for folder in folders if not list(folder.rglob("test_*.py"))] == []


def test_rules_import_only_the_standard_library() -> None:
    strangers = [
        f"{name_of(path)} imports {name}"
        for path in sorted((SOURCE / "rules").rglob("*.py"))
        for name in imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("trellis.rules")
    ]
    assert strangers == []


def imported(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return names


def test_rules_never_read_the_clock() -> None:
    """Today is an argument."""
    clocks = {"today", "now", "utcnow", "time"}
    readings = [
        f"{name_of(path)}:{node.lineno}"
        for path in sorted((SOURCE / "rules").rglob("*.py"))
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in clocks
        if isinstance(node.func.value, ast.Name) and node.func.value.id in {"date", "datetime", "time"}
    ]
    assert readings == []


def test_views_leave_sql_to_the_queries() -> None:
    """Raw SQL in a page would be out of sight of those who review what a page may read."""
    raw = ("raw", "cursor", "extra", "execute")
    offending = [
        f"{name_of(path)}:{node.lineno} calls {node.func.attr}"
        for path in python_files()
        if SERVICE in path.parents and (path.stem == "views" or path.parent.name == "views")
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in raw
    ]
    assert offending == []


def test_every_definition_is_yaml_with_its_source_status_and_version() -> None:
    lacking = {
        name_of(path): missing
        for path in sorted((ROOT / "definitions").rglob("*.yaml"))
        if (missing := {"source", "status", "version"} - set(yaml.safe_load(text_of(path))))
    }
    assert lacking == {}
