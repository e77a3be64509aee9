"""Reference pages drawn from tables in the rules."""

from pathlib import Path

from trellis.reference.markdown import page, table
from trellis.rules.access import PERMISSIONS, READ_ONLY_ROLES
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
