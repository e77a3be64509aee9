"""docs/reference/feeds.md: what a feed may fill."""

from pathlib import Path

from trellis.reference.markdown import page, table
from trellis.service.feeds.targets import TARGETS, Target

_ABOUT = """\
A mapping names one target and gives columns to its fields: [load an extract](../how-to/load-an-extract.md). A fault in
a part leaves that part out and applies the rest of the row; a fault elsewhere makes the whole row wait. From
`trellis.service.feeds.targets`."""


def feeds_page(_: Path) -> str:
    """The page's text: a table for each target."""
    return page("Feed targets", _ABOUT, *(_target(name, target) for name, target in TARGETS.items()))


def _target(name: str, target: Target) -> str:
    rows = (
        (f"`{field}`", " or ".join(asked.kinds), "yes" if asked.required else "", asked.part)
        for field, asked in target.fields.items()
    )
    people = "Its rows name people, so it can bring somebody new.\n\n" if target.names else ""
    return f"## {name}\n\n{people}" + table(["field", "read as", "needed", "part"], rows)
