"""What every model declares about itself: who may see its rows, and what each of its fields is.

The row-security policies, the app role's rights, the change triggers and the page docs/reference/fields.md are all
made from these declarations, and a model or a field without one fails the build.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trellis.rules.access import PERMISSIONS, READ_ONLY_ROLES
from trellis.rules.need_to_know import BREAKABLE
from trellis.rules.vocabulary import Compartment, Permission, Role


class Category(StrEnum):
    """What kind of information a field holds."""

    KEY = "key"
    IDENTITY = "identity"
    PROTECTED = "protected characteristic"
    OFFENDING = "offending"
    CASE = "case record"
    STAFF = "staff"
    REFERENCE = "reference"
    PROVENANCE = "provenance"
    SECRET = "secret"  # noqa: S105 - a category, not a password


class Retention(StrEnum):
    """How long rows are kept; the periods are definitions."""

    CASE = "with the case"
    TRAIL = "with the trail"
    FEED = "with the feed file"
    ACCOUNT = "with the account"
    REFERENCE = "while in use"
    SESSION = "until the session ends"


EVERYBODY = "true"
BY_SYSTEM = "(SELECT actor_is_system())"


def by_role(*roles: Role) -> str:
    """The condition that the actor is a system actor or holds one of these roles in the agency that acts."""
    names = ", ".join(f"'{role}'" for role in roles)
    return f"({BY_SYSTEM} OR (SELECT actor_has_role({names})))"


def by_permission(permission: Permission) -> str:
    """The condition that the actor is a system actor or holds a role that allows the act."""
    return by_role(*roles_with(permission))


def in_scheme(column: str, permission: Permission) -> str:
    """The condition that the actor is a system actor or may do the act in the scheme that a column names."""
    names = ", ".join(f"'{role}'" for role in roles_with(permission))
    return f"({BY_SYSTEM} OR {column} = ANY ((SELECT actor_schemes({names}))::bigint[]))"


def by_actor(column: str) -> str:
    """The condition that a row names nobody but the actor as its author; a system actor may write for another."""
    return f"({BY_SYSTEM} OR {column} = (SELECT actor_id()))"


def roles_with(permission: Permission) -> list[Role]:
    """The roles that allow an act."""
    return [role for role, held in PERMISSIONS.items() if permission in held]


MAY_WRITE = by_role(*(role for role in PERMISSIONS if role not in READ_ONLY_ROLES))
ADMINISTERS = by_role(Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Rows:
    """Who may reach a table's rows: SQL conditions for row security, and the app role's rights.

    `see`, `write` and `change` are boolean SQL over the table's own columns, in which `{table}` stands for its name
    and `{model}` for its label. `see` is EVERYBODY for what is about no managed person. `write` is what a new row must
    meet, and left out it is: seen, and not by a role that only reads. `change` is what a row must meet after an
    update, and left out it is `write`. `update` names the only columns the app may change; an empty tuple
    forbids UPDATE, `"*"` allows all columns. `refuse` compares a row before and after (OLD and NEW), which policies
    cannot: pairs of what the refusal says and the condition under which an update is refused.
    """

    see: str
    write: str | None = None
    change: str | None = None
    # Whether the app may read the table at all, whatever `see` says of its rows.
    read: bool = True
    insert: bool = True
    update: tuple[str, ...] = ()
    delete: bool = False
    refuse: tuple[tuple[str, str], ...] = ()
    # The owner of grant tables must read them inside the functions that decide, so those are not forced.
    force: bool = True
    # Whether the functions that decide read it past its policies, to say where somebody stands (sql/limits.sql).
    decides: bool = False
    # Whether a sharing agreement says which agencies read it, as a kind or field by field.
    by_agreement: bool = False

    @property
    def protected(self) -> bool:
        """Whether the rows are not for everybody to read."""
        return self.see != EVERYBODY

    def conditions(self, table: str, model: str) -> tuple[str, str, str]:
        """The conditions of sight, of a new row and of a changed one, for a table and its model's label."""
        write = self.write or f"({self.see}) AND {MAY_WRITE}"
        texts = (self.see, write, self.change or write)
        see, write, change = (text.replace("{table}", table).replace("{model}", model) for text in texts)
        return see, write, change


def of_person(compartment: Compartment = Compartment.CORE) -> str:
    """The condition for a table with a column person_id.

    Emergency access passes a restriction with the core record, and never for what it does not open.
    """
    visible = "EXISTS (SELECT 1 FROM people_person p WHERE p.id = person_id"
    if compartment is Compartment.CORE:
        return f"{visible})"
    opened = (
        f"{visible} AND (p.id = ANY ((SELECT actor_people('{compartment}'))::bigint[])"
        f" OR p.cell = ANY ((SELECT actor_cells('{compartment}'))::text[])))"
    )
    if compartment in BREAKABLE:
        return opened
    return f"{opened} AND person_id <> ALL ((SELECT actor_barred_by('{{restriction}}', false))::bigint[])"


def reads(model: str = "{model}") -> str:
    """The condition that the agency which acts may read a kind of record, by its sharing agreement."""
    return f"(SELECT actor_reads('{model}'))"


def about_person(
    compartment: Compartment = Compartment.CORE,
    *,
    also: str = "",
    agency: str = "",
    author: str = "",
    permission: Permission | None = None,
    update: tuple[str, ...] = (),
    refuse: tuple[tuple[str, str], ...] = (),
) -> Rows:
    """Rows about one person: seen and written by whoever may see that person's compartment; never deleted.

    An agency sees the kinds that its sharing agreement names, and, where `agency` names the column of a row's owner,
    its own rows; `also` narrows that. `author` is a condition on who is named as the writer of a new row.
    `permission` narrows who writes at all.
    """
    shared = f"({reads()} OR {agency} = actor_agency_id())" if agency else reads()
    see = " AND ".join(part for part in (of_person(compartment), shared, also) if part)
    change = f"{see} AND {by_permission(permission) if permission else MAY_WRITE}"
    write = f"{change} AND {author}" if author else change
    return Rows(see=see, write=write, change=change, update=update, refuse=refuse, by_agreement=True)


def once(column: str, what: str) -> tuple[str, str]:
    """Refuses to change a column that has been set."""
    return f"{what} once", f"OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column}"


# What everybody reads, even before anybody is named; only administrators and system actors write it.
PUBLIC_READ = Rows(see=EVERYBODY, write=ADMINISTERS, update=("*",), force=False)


@dataclass(frozen=True)
class Register:
    """One model's declaration. `fields` names every field of the model once, under its category."""

    rows: Rows
    retention: Retention
    fields: Mapping[Category, tuple[str, ...]]
    compartment: Compartment = Compartment.CORE
    # The column that names whom a row is about, for the trail.
    subject: str | None = None
    audited: bool = True
    # Categories that may leave in an export; everything else stays.
    export: frozenset[Category] = field(default_factory=frozenset)

    def category_of(self, name: str) -> Category:
        """The category of a field; raises KeyError for a field that is not registered."""
        for category, names in self.fields.items():
            if name in names:
                return category
        raise KeyError(name)
