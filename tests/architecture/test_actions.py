"""A write is an action: a verb, keyword arguments only, by a named person or system actor, in one transaction."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import SERVICE, name_of, python_files, text_of

NAMES_THE_ACTOR = {"by", "actor"}
# A file's rows are applied chunk by chunk, a transaction each, so that what breaks off can go on.
IN_CHUNKS = {"replay_file"}
# Apps that stand below access cannot know users: there the actor of the transaction is who did it.
BELOW_ACCESS = {"schemes", "audit", "ui", "common"}


def actions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path in python_files():
        if SERVICE in path.parents and (path.stem == "actions" or path.parent.name == "actions"):
            for node in ast.parse(text_of(path)).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith(("_", "check_", "can_")):
                    yield path, node


def test_actions_take_keyword_arguments_only() -> None:
    offending = [
        f"{name_of(path)}:{action.lineno} {action.name}"
        for path, action in actions()
        if action.args.args or action.args.posonlyargs or action.args.vararg
    ]
    assert offending == []


def test_actions_name_who_acts() -> None:
    offending = [
        f"{name_of(path)}:{action.lineno} {action.name}"
        for path, action in actions()
        if path.relative_to(SERVICE).parts[0] not in BELOW_ACCESS
        if not NAMES_THE_ACTOR & {argument.arg for argument in action.args.kwonlyargs}
    ]
    assert offending == []


def test_actions_run_in_one_transaction() -> None:
    offending = [
        f"{name_of(path)}:{action.lineno} {action.name}"
        for path, action in actions()
        if action.name not in IN_CHUNKS and "atomic" not in ast.unparse(action)
    ]
    assert offending == []
