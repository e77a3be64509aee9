"""What every model declares about itself: who may see its rows, and what each of its fields is.

The row-security policies, the app role's rights, the change triggers and the page docs/reference/fields.md are all
made from these declarations, and a model or a field without one fails the build.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trellis.rules.vocabulary import Compartment


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


@dataclass(frozen=True)
class Rows:
    """Who may reach a table's rows: SQL conditions for row security, and the app role's rights.

    `see` and `write` are boolean SQL over the table's own columns; None means no row security (no personal data).
    `update` names the only columns the app may change; an empty tuple forbids UPDATE, `"*"` allows all columns.
    """

    see: str | None
    write: str | None = None
    insert: bool = True
    update: tuple[str, ...] = ()
    delete: bool = False
    # The owner of grant tables must read them inside the functions that decide, so those are not forced.
    force: bool = True


def of_person(compartment: Compartment = Compartment.CORE) -> str:
    """The condition for a table with a column person_id."""
    visible = "EXISTS (SELECT 1 FROM people_person p WHERE p.id = person_id"
    if compartment is Compartment.CORE:
        return f"{visible})"
    return (
        f"{visible} AND (p.id = ANY ((SELECT actor_people('{compartment}'))::bigint[])"
        f" OR p.cell = ANY ((SELECT actor_cells('{compartment}'))::text[])))"
    )


def about_person(compartment: Compartment = Compartment.CORE, *, update: tuple[str, ...] = ()) -> Rows:
    """Rows about one person: seen and written by whoever may see that person's compartment; never deleted."""
    return Rows(see=of_person(compartment), update=update)


PUBLIC_READ = Rows(see=None, insert=True, update=("*",), delete=False)


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
