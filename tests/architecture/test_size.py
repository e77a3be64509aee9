"""No file over 500 lines and no function over 60, docstrings apart: beyond that a concept is missing."""

import ast
from pathlib import Path

from tests.architecture.tree import name_of, python_files, text_of

FILE_LINES = 500
FUNCTION_LINES = 60

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def docstring_lines(node: Documented) -> int:
    first = node.body[0] if node.body else None
    if ast.get_docstring(node, clean=False) is None or first is None:
        return 0
    return (first.end_lineno or first.lineno) - first.lineno + 1


def file_lines(source: str) -> int:
    documented = [node for node in ast.walk(ast.parse(source)) if isinstance(node, Documented)]
    return len(source.splitlines()) - sum(docstring_lines(node) for node in documented)


def function_lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring_lines(function)


def long_functions(path: Path) -> list[str]:
    return [
        f"{name_of(path)}:{node.lineno} {node.name}: {function_lines(node)} lines"
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, Function) and function_lines(node) > FUNCTION_LINES
    ]


def test_no_file_is_too_long() -> None:
    lengths = {name_of(path): file_lines(text_of(path)) for path in python_files()}
    assert {name: length for name, length in lengths.items() if length > FILE_LINES} == {}


def test_no_function_is_too_long() -> None:
    assert [sentence for path in python_files() for sentence in long_functions(path)] == []


def test_a_docstring_does_not_count() -> None:
    source = 'def f():\n    """One.\n\n    Two.\n    """\n    return 1\n'
    assert file_lines(source) == 2
    assert function_lines(ast.parse(source).body[0]) == 2  # type: ignore[arg-type]
