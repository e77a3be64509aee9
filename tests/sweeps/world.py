"""What the sweeps know of the world that they ask about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from tests.cast import Cast
from tests.sweeps.forms import HtmlForm
from tests.sweeps.oracle import Oracle
from trellis.rules.vocabulary import Compartment, GrantBasis
from trellis.service.access.models import Grant, User
from trellis.service.people.models import Person

WORD = "zq{:05d}x"


@dataclass(frozen=True)
class Held:
    """What a canary tells of: a row, and the field of it."""

    label: str
    field: str
    row: models.Model


@dataclass
class World:
    """Everything the sweeps ask about. `rows` gives, by relation and the model's label, one row."""

    cast: Cast
    # When everybody signed in, in seconds since 1970.
    moment: float
    users: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    rows: dict[str, dict[str, models.Model]] = field(default_factory=dict)
    # The limit on a person's record, by relation.
    limits: dict[str, models.Model] = field(default_factory=dict)
    # Rows of models that are about nobody: "ours" and "theirs".
    shared: dict[str, dict[str, models.Model]] = field(default_factory=dict)
    words: dict[str, Held] = field(default_factory=dict)
    numbers: dict[str, Held] = field(default_factory=dict)
    # The forms that pages hold, by the name and by the address of the page that they lead to.
    forms: dict[str, HtmlForm] = field(default_factory=dict)
    forms_at: dict[str, HtmlForm] = field(default_factory=dict)
    # The pages whose forms have been read, by name.
    learned: set[str] = field(default_factory=set)
    # How many of those who ask were shown a page, by its name.
    shown_to: Counter[str] = field(default_factory=Counter)
    oracle: Oracle = field(default_factory=lambda: Oracle(timezone.now()))

    def plant(self, held: Held) -> str:
        """A word that stands for that field and nothing else."""
        word = WORD.format(len(self.words))
        self.words[word] = held
        return word


def grant_to(**fields: Any) -> Grant:
    """Give a grant, of the core record and from nine days ago unless told otherwise."""
    values = {
        "compartments": [Compartment.CORE],
        "basis": GrantBasis.ALLOCATED,
        "starts_at": timezone.now() - timedelta(9),
    }
    return Grant.objects.create(**values | {"granted_by": User.objects.get(username="setup")} | fields)
