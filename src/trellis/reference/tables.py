"""Reference pages drawn from tables in the rules."""

from pathlib import Path

from trellis.reference.markdown import page, table
from trellis.rules.access import PERMISSIONS, READ_ONLY_ROLES
from trellis.rules.selection import TRANSITIONS, drawn_transitions
from trellis.rules.vocabulary import Permission, Role

_ABOUT_ROLES = """\
A role says what somebody may do at all. Whom they may do it to is a matter of grants, which the database enforces:
[need to know](../explanation/need-to-know.md). Roles in one acting agency add up. From `trellis.rules.access`."""


def roles_page(_: Path) -> str:
    """docs/reference/roles.md: a row for each permission, a column for each role."""
    rows = (
        [permission.label[:1].upper() + permission.label[1:], *(_tick(role, permission) for role in Role)]
        for permission in Permission
    )
    readers = " and ".join(role.label.lower() for role in Role if role in READ_ONLY_ROLES)
    return page(
        "Roles",
        _ABOUT_ROLES,
        f"These roles change nothing: {readers}.",
        table(["may", *(role.label for role in Role)], rows),
    )


def _tick(role: Role, permission: Permission) -> str:
    return "yes" if permission in PERMISSIONS[role] else ""


_ABOUT_TRANSITIONS = """\
A person stands in a scheme at one of five stages, and only these acts move them. Each is done by a named person, save
that a run of the rules also proposes and takes off the list of candidates. From `trellis.rules.selection`."""


def transitions_page(_: Path) -> str:
    """docs/reference/transitions.md: the stages as a picture and as a table."""
    rows = ((drawn.stage, drawn.act, drawn.leads_to) for drawn in drawn_transitions())
    return page("Transitions", _ABOUT_TRANSITIONS, _picture(), table(["stage", "act", "leads to"], rows))


def _picture() -> str:
    arrows = (f"    {stage} --> {target}: {act.label}" for (stage, act), target in TRANSITIONS.items())
    return "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> known: sent by an agency", *arrows, "```"])
