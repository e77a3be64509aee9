"""Calls that run, unpack or hash what they should not are nowhere in the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "trellis"
# Code from text, objects from bytes, commands from text, templates from text, XML, hashes that are broken.
DANGEROUS = {
    *("eval", "exec", "compile", "__import__"),
    *("pickle.", "marshal.", "shelve.", "yaml.load", "yaml.unsafe_load"),
    *("os.system", "os.popen", "commands.getoutput"),
    *("from_string", "Template", "mark_safe", "Markup"),
    *("xml.", "lxml.", "md5", "sha1", "hashlib.new"),
}
ALLOWED = {
    # Have I Been Pwned's list is published as SHA-1; nothing is protected by it.
    ("service/access/sign_in/passwords.py", "sha1"),
    # Their loader is a safe one that also refuses a name given twice.
    ("evaluation/definitions.py", "yaml.load"),
    ("service/schemes/definitions/reading.py", "yaml.load"),
    # What macros have drawn, with escaping, is put together.
    ("service/ui/components.py", "mark_safe"),
    ("service/ui/forms.py", "mark_safe"),
}


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def dangerous_calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func)
        if any(name == word or (word.endswith(".") and name.startswith(word)) for word in DANGEROUS):
            yield name
        elif name.rpartition(".")[2] in {"from_string", "mark_safe", "md5", "sha1"}:
            yield name.rpartition(".")[2]
        if any(word.arg == "shell" and not isinstance(word.value, ast.Constant) for word in node.keywords) or any(
            word.arg == "shell" and isinstance(word.value, ast.Constant) and word.value.value for word in node.keywords
        ):
            yield f"{name}(shell=…)"


def test_no_source_makes_a_dangerous_call() -> None:
    found = {
        (path.relative_to(SOURCE).as_posix(), name)
        for path in sorted(SOURCE.rglob("*.py"))
        for name in dangerous_calls(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found <= ALLOWED, found - ALLOWED


@pytest.mark.parametrize(
    "call",
    [
        "eval(text)",
        "pickle.loads(content)",
        "yaml.load(text)",
        "subprocess.run(line, shell=True)",
        "subprocess.run(line, shell=asked)",
        "environment.from_string(text)",
        "safestring.mark_safe(text)",
        "xml.etree.parse(path)",
        "hashlib.md5(content)",
    ],
)
def test_a_dangerous_call_is_noticed(call: str) -> None:
    assert list(dangerous_calls(ast.parse(call)))


def test_a_harmless_call_is_not() -> None:
    assert not list(
        dangerous_calls(ast.parse("re.compile(text); yaml.safe_load(text); subprocess.run([a], shell=False)"))
    )
