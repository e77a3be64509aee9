"""One YAML file into its shape, or into sentences that name file and field."""

from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from trellis.service.schemes.definitions.shapes import Definition


class _OneOfEach(yaml.SafeLoader):
    """The safe loader, but a key given twice is a fault and not a silent last word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build the mapping, refusing doubles."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(problem=f"“{key}” stands there twice", problem_mark=key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def read_definition(path: Path, shape: type[Definition], faults: list[str]) -> Definition | None:
    """Read a file into its shape. On a fault, add a sentence for each to `faults` and return None."""
    where = f"{path.parent.name}/{path.name}"
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _OneOfEach)  # noqa: S506  # a SafeLoader underneath
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        faults.append(f"{where}: cannot be read as YAML: {_yaml_fault(error)}.")
        return None
    if not isinstance(content, dict):
        faults.append(f"{where}: a definition is a mapping of names to values.")
        return None
    if "key" in content:
        faults.append(f"{where}, key: the file's name is its key. Take it out.")
        return None
    try:
        return shape.model_validate({**content, "key": path.stem})
    except ValidationError as error:
        faults.extend(_sentences(where, error))
        return None


def _yaml_fault(error: yaml.YAMLError | UnicodeDecodeError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"{error.problem} in line {error.problem_mark.line + 1}"
    return str(error).split("\n", maxsplit=1)[0]


def _sentences(where: str, error: ValidationError) -> Iterator[str]:
    for fault in error.errors():
        field = " > ".join(str(part) for part in fault["loc"])
        said = fault["msg"].removeprefix("Value error, ").rstrip(".")
        yield f"{where}{', ' if field else ''}{field}: {said}."
