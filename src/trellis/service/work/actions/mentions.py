"""Naming a colleague in a note, as @username, so that they look."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import transaction

from trellis.rules.notices import NoticeKind
from trellis.service.access.models import User
from trellis.service.people.models import Person
from trellis.service.work.actions.notices import notify_users
from trellis.service.work.queries.sight import sees

# Not the middle of an e-mail address; a full stop that ends a sentence is no part of a name.
_MENTION = re.compile(r"(?<![\w.@+-])@(\w+(?:[.+-]\w+)*)")
MOST_MENTIONS = 20


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Who was told of being named in a note, and the names by which nobody was."""

    told: tuple[str, ...]
    not_told: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What the writer is told; nothing where nobody was named. Why somebody is not told it does not say."""
        parts = [f"{_listed(self.told)} will be told that you named them."] if self.told else []
        if self.not_told:
            parts.append(
                f"Nobody was told by the name {_listed([f'@{name}' for name in self.not_told], 'or')}: there is no"
                " account of that name which may see this person’s record. Naming somebody does not give them access."
            )
        return " ".join(parts)


@transaction.atomic
def mentioned(*, text: str, person: Person, by: User) -> Mentioned:
    """Tell whoever a note about a person names, if they may see that person; call it where the note is written.

    A name that nobody has and that of somebody who may not see the person come back alike, so that trying names tells
    nothing of who has an account or sight. At most 20 names are read. The note itself is shown by its own rules.
    """
    names = list(dict.fromkeys(name.lower() for name in _MENTION.findall(text)))[:MOST_MENTIONS]
    users = {
        user.username.lower(): user
        for user in User.objects.filter(username__iregex=_any_of(names), is_active=True, is_system=False)
    }
    told = [users[name] for name in names if name in users and sees(users[name], person.pk)]
    notify_users(users=[user.pk for user in told], kind=NoticeKind.MENTION, by=by, person_id=person.pk)
    reached = {user.username.lower() for user in told}
    return Mentioned(tuple(str(user) for user in told), tuple(name for name in names if name not in reached))


def _any_of(names: list[str]) -> str:
    return f"^({'|'.join(re.escape(name) for name in names)})$" if names else "^$"


def _listed(names: list[str] | tuple[str, ...], word: str = "and") -> str:
    return f" {word} ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
