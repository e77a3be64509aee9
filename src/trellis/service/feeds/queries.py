"""What the feeds' pages show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q, QuerySet

from trellis.rules.errors import Refused
from trellis.rules.identifiers import normalise_identifier
from trellis.rules.vocabulary import IdentifierKind
from trellis.service.feeds.mapping import FeedMapping, all_mappings
from trellis.service.feeds.models import FeedFile, WaitingRow
from trellis.service.people.birth import born_words
from trellis.service.people.models import Address, Identifier, Person, PersonName
from trellis.service.schemes.models import Agency, Scheme

ASKED = (WaitingRow.Kind.IDENTITY, WaitingRow.Kind.UNKNOWN)


def feeds_offered() -> list[FeedMapping]:
    """The mappings whose agency is set up, by name on screen."""
    agencies = set(Agency.objects.values_list("slug", flat=True))
    offered = [one for one in all_mappings(settings.DEFINITIONS).values() if one.agency in agencies]
    return sorted(offered, key=lambda one: one.name)


def feed_name(feed: str) -> str:
    """A feed's name on screen, or its own where its mapping has gone."""
    found = all_mappings(settings.DEFINITIONS).get(feed)
    return found.name if found else feed


def files_of(scheme: Scheme, *, waiting: bool = False) -> QuerySet[FeedFile]:
    """A scheme's files without their content, latest first; those alone with rows that wait, where asked."""
    files = FeedFile.objects.defer("content").filter(scheme=scheme).select_related("received_by")
    rows = WaitingRow.objects.filter(file=OuterRef("pk"), state=WaitingRow.State.WAITING)
    return files.filter(Exists(rows)) if waiting else files


def waiting_rows(file: FeedFile, kind: str = "") -> QuerySet[WaitingRow]:
    """A file's rows that still wait, by line; of one kind where one is named."""
    rows = WaitingRow.objects.filter(file=file, state=WaitingRow.State.WAITING).order_by("line")
    return rows.filter(kind=kind) if kind else rows


def waiting_counts(file: FeedFile) -> dict[str, int]:
    """How many of a file's rows wait, by kind."""
    found = waiting_rows(file).order_by().values("kind").annotate(rows=Count("id")).values_list("kind", "rows")
    return dict(found)


def questions(scheme: Scheme) -> QuerySet[WaitingRow]:
    """The questions of who somebody is: the first row of each set of identifiers, with how many rows ask it."""
    asking = WaitingRow.objects.filter(
        file__scheme=scheme, state=WaitingRow.State.WAITING, kind=WaitingRow.Kind.IDENTITY
    )
    firsts = asking.order_by().values("file_id", "identifiers").annotate(first=Min("id")).values("first")
    return asking.filter(id__in=firsts).select_related("file").defer("file__content").order_by("file_id", "line")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a row might be about, with what tells people apart."""

    person: Person
    identifiers: Sequence[Identifier]
    names: Sequence[PersonName]
    addresses: Sequence[Address]


def candidates_of(row: WaitingRow) -> list[Candidate]:
    """The people whom a row might be about, of those whom the reader may see: four queries however many."""
    people = (
        Person.objects.filter(pk__in=row.candidates)
        .select_related("scheme", "area")
        .prefetch_related(
            Prefetch("identifier_set", Identifier.objects.current(), to_attr="known_identifiers"),
            Prefetch("personname_set", PersonName.objects.current(), to_attr="known_names"),
            Prefetch("address_set", Address.objects.current().filter(ends=None), to_attr="known_addresses"),
        )
    )
    return [Candidate(one, one.known_identifiers, one.known_names, one.known_addresses) for one in people]


@dataclass(frozen=True, slots=True)
class Told:
    """What a row that waits says to its reader. With `elsewhere`, somebody else has to answer it."""

    sentence: str
    elsewhere: bool = False


def told_of(rows: Iterable[WaitingRow]) -> dict[int, Told]:
    """What these rows say to the reader, by id: two queries however many.

    Whom a question is about is told from those alone whom the reader may see, read afresh; of others it says nothing,
    not even that there are any. What was stored when the row came was written by the feeds, who see everybody.
    """
    rows = list(rows)
    asking = {row.pk: row for row in rows if row.kind == WaitingRow.Kind.IDENTITY}
    seen = Person.objects.filter(pk__in={one for row in asking.values() for one in row.candidates})
    people = {person.pk: person for person in seen}
    numbers: dict[int, set[str]] = {}
    for number in Identifier.objects.current().filter(person_id__in=list(people)):
        numbers.setdefault(number.person_id, set()).add(str(number))
    return {row.pk: _asked(row, people, numbers) if row.pk in asking else Told(row.sentence) for row in rows}


def _asked(row: WaitingRow, people: dict[int, Person], numbers: dict[int, set[str]]) -> Told:
    whom = []
    for person in (people[one] for one in row.candidates if one in people):
        shared = sorted(numbers.get(person.pk, set()).intersection(row.identifiers))
        whom.append(described(person) + (f", who has {' and '.join(shared)}" if shared else ""))
    if not whom:
        return Told(f"Line {row.line}: somebody else has to answer whom the row is about.", elsewhere=True)
    ask = "Say whether they are one person." if len(whom) == 1 else "Say whom the row is about."
    return Told(f"Line {row.line} may be about {', or '.join(whom)}. {ask}")


def described(person: Person) -> str:
    """Somebody by name and birth."""
    words = born_words(person)
    return f"{person}, born {words}" if person.date_of_birth else f"{person}, birth {words[0].lower()}{words[1:]}"


def check_may_answer(row: WaitingRow, person: Person | None) -> None:
    """Refuse an answer by one who sees none of those whom a row may be about; or, where they do not see all, "new".

    Somebody new would be a double of whom the reader cannot see.
    """
    seen = Person.objects.filter(pk__in=row.candidates).count()
    if row.candidates and (not seen or (person is None and seen < len(row.candidates))):
        raise Refused("Somebody else has to answer this.")


def person_numbered(text: str) -> Person:
    """The one person, of those the reader may see, who has a number as typed. Raises Refused with a sentence."""
    canonical = set()
    for kind in IdentifierKind:
        try:
            canonical.add((kind.value, normalise_identifier(kind, text)))
        except Refused:
            continue
    asked = Q()
    for named, value in canonical:
        asked |= Q(kind=named, value=value)
    holders = Identifier.objects.current().filter(asked).values("person_id") if canonical else []
    people = list(Person.objects.filter(pk__in=holders)[:2])
    if len(people) != 1:
        found = "Nobody whom you may see has" if not people else "More than one person has"
        raise Refused(f"{found} the number “{text.strip()}”. Check it on the person’s page.")
    return people[0]
