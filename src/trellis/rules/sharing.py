"""Sharing information about somebody: on what basis, and what may be passed on to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import AgencyKind, SharingAct, SharingBasis, SharingContent


@dataclass(frozen=True, slots=True)
class OnwardRule:
    """Which agencies one kind of content may be passed on to, and what must be said when it is."""

    content: SharingContent
    agencies: frozenset[AgencyKind]
    third_parties: bool
    condition: str

    def allows(self, recipient: AgencyKind | None) -> bool:
        """Whether a recipient may be given it; None is somebody outside the partnership."""
        return self.third_parties if recipient is None else recipient in self.agencies


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """What somebody agreed to: sharing with one agency, from a day until, but not on, another."""

    agency: int
    given: bool
    starts: date
    ends: date | None = None

    def covers(self, agency: int, day: date) -> bool:
        """Whether it lets that agency be told on a day."""
        return self.given and self.agency == agency and self.starts <= day and (self.ends is None or self.ends > day)


def check_act(*, act: SharingAct, basis: SharingBasis | None, power: str, reason: str) -> None:
    """Refuse an act of sharing whose grounds a reader could not weigh."""
    if not reason.strip():
        raise Refused("Say why, so that a reader can weigh whether it was necessary and proportionate.")
    if act is SharingAct.REFUSAL:
        return
    if basis is None:
        raise Refused("Say on what basis it is shared: an agreement, consent or a power.")
    if basis is SharingBasis.POWER and not power.strip():
        raise Refused("Name the power under which it is shared, with its Act and section.")
    if act is SharingAct.DISCLOSURE and basis is SharingBasis.AGREEMENT:
        raise Refused("An agreement covers its parties alone. Give consent or a power for somebody outside it.")


def check_consent(agency: int, name: str, consents: Iterable[ConsentGiven], day: date) -> None:
    """Refuse to rest on consent that nobody gave, or that has been withdrawn."""
    if not any(one.covers(agency, day) for one in consents):
        raise Refused(
            f"No consent to share with {name} is in force. Record it first, or share on another basis that applies."
        )


def check_onward(
    contents: Iterable[SharingContent], recipient: AgencyKind | None, rules: Mapping[SharingContent, OnwardRule]
) -> None:
    """Refuse to pass on what the rules of its source do not let the recipient have. No rule, no passing on."""
    to = "somebody outside the partnership" if recipient is None else f"an agency of the kind “{recipient.label}”"
    for content in contents:
        rule = rules.get(content)
        if rule is None:
            raise Refused(f"No rule says who may be given {content.label}, so it may not be passed on.")
        if not rule.allows(recipient):
            raise Refused(
                f"{content.label[0].upper()}{content.label[1:]} may not be passed on to {to}. {rule.condition}"
            )
