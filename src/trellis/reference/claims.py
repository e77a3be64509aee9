"""Which tests claim which requirements, read from the tests' source without importing them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MARK = "pytest.mark.requirement"
_PARAMETRIZE = "pytest.mark.parametrize"
_SILENCED = {"pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"}
_CHECKING_CALLS = {"pytest.raises", "pytest.warns", "expect"}
# A rule's check_x raises by itself when it refuses.
_CHECKING_NAMES = ("assert", "check_")

_Test = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Claim:
    """A test that would fail if the requirement were not met."""

    requirement: str
    test: str
    """File and name, as pytest writes them: `tests/rules/test_selection.py::test_band`."""


@dataclass(frozen=True)
class Claims:
    """What the tests claim, and what is wrong with the claiming, each fault a sentence."""

    claims: tuple[Claim, ...]
    faults: tuple[str, ...]

    def claimed(self) -> frozenset[str]:
        return frozenset(claim.requirement for claim in self.claims)


def read_claims(tests: Path, known: frozenset[str]) -> Claims:
    """Read every `test_*.py` under the folder `tests`; `known` are the register's ids."""
    claims: list[Claim] = []
    faults: list[str] = []
    for path in sorted(tests.rglob("test_*.py")):
        name = path.relative_to(tests.parent).as_posix()
        found = _read_file(ast.parse(path.read_text(encoding="utf-8"), str(path)), name)
        claims += found.claims
        faults += found.faults
    faults += [
        f"{claim.test} claims {claim.requirement}, which is not in the register."
        for claim in claims
        if claim.requirement not in known
    ]
    return Claims(tuple(claims), tuple(faults))


def test_names(tests: Path) -> frozenset[str]:
    """Every test under the folder `tests` that is not silenced, as pytest writes its name."""
    return frozenset(
        f"{path.relative_to(tests.parent).as_posix()}::{name}"
        for path in tests.rglob("test_*.py")
        for _, name, decorators in _tests(ast.parse(path.read_text(encoding="utf-8"), str(path)))
        if not any(_dotted(decorator) in _SILENCED for decorator in decorators)
    )


def _read_file(tree: ast.Module, file: str) -> Claims:
    claims: list[Claim] = []
    faults: list[str] = []
    understood: set[ast.Call] = set()
    for test, name, decorators in _tests(tree):
        marks = [mark for decorator in decorators for mark in _marks(decorator)]
        understood.update(marks)
        ids = [argument.value for mark in marks for argument in mark.args if isinstance(argument, ast.Constant)]
        fault = _why_not_real(test, decorators) if ids else None
        if fault:
            faults.append(f"{file}::{name} claims {', '.join(map(str, ids))}, but {fault}.")
        else:
            claims += [Claim(str(requirement), f"{file}::{name}") for requirement in ids]
    faults += [
        f"{file}:{node.lineno} claims a requirement on something that is not a test."
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _dotted(node) == _MARK and node not in understood
    ]
    return Claims(tuple(claims), tuple(faults))


def _tests(tree: ast.Module) -> Iterator[tuple[_Test, str, list[ast.expr]]]:
    """Each test with its name and every decorator that bears on it, its class's included."""
    for node in tree.body:
        if isinstance(node, _Test) and node.name.startswith("test"):
            yield node, node.name, node.decorator_list
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, _Test) and member.name.startswith("test"):
                    yield member, f"{node.name}::{member.name}", [*member.decorator_list, *node.decorator_list]


def _marks(decorator: ast.expr) -> list[ast.Call]:
    """The claims of one decorator: itself, or those on the parameters of `parametrize`."""
    inner = ast.walk(decorator) if _dotted(decorator) == _PARAMETRIZE else [decorator]
    return [node for node in inner if isinstance(node, ast.Call) and _dotted(node) == _MARK]


def _why_not_real(test: _Test, decorators: list[ast.expr]) -> str | None:
    if any(_dotted(decorator) in _SILENCED for decorator in decorators):
        return "it is skipped or expected to fail"
    if not any(_checks(node) for node in ast.walk(test)):
        return "it asserts nothing"
    return None


def _checks(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = _dotted(node)
    return name in _CHECKING_CALLS or name.rpartition(".")[2].startswith(_CHECKING_NAMES)


def _dotted(node: ast.AST) -> str:
    """The dotted name of a decorator or call: `pytest.mark.skip` for `@pytest.mark.skip(reason="...")`."""
    if isinstance(node, ast.Call):
        return _dotted(node.func)
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
