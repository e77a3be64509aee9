"""The lists of casework: who is due to be seen, of whom something is missing, and what is not recorded elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from trellis.rules.first_contact import Planned, contacts_around
from trellis.rules.vocabulary import AgencyKind, ContactMode, OtherSystem, Stage
from trellis.service.access.models import User
from trellis.service.casework.models import Contact, OfferOfHelp, RecordedElsewhere, SelectionExplained
from trellis.service.casework.queries.clocks import SUCCESSFUL, ContactClock, contact_clocks, standard_of
from trellis.service.people.models import Person
from trellis.service.record.models import Custody
from trellis.service.schemes.definitions.note_formats import NoteFormatDefinition
from trellis.service.schemes.models import Agency, Scheme
from trellis.service.schemes.queries import definitions
from trellis.service.selection.models import CohortMembership, Lead

# Older notes were entered by hand long ago, or never will be.
COPIED_WITHIN = timedelta(days=28)
BEFORE_JOINING = timedelta(days=28)


def managed_people(scheme: Scheme | None, led_by: User | None = None) -> QuerySet[Person]:
    """Whom a scheme manages, of those the reader may see; one officer's where asked."""
    people = Person.objects.filter(stage=Stage.MANAGED)
    if scheme is not None:
        people = people.filter(scheme=scheme)
    if led_by is not None:
        leads = Lead.objects.current().as_at(timezone.localdate()).filter(person=OuterRef("pk"), officer=led_by)
        people = people.filter(Exists(leads))
    return people.select_related("area", "scheme")


@dataclass(frozen=True, slots=True)
class Ticking:
    """One person with their clock."""

    person_id: int
    clock: ContactClock


def by_due_day(people: QuerySet[Person], scheme: Scheme | None, today: date, *, overdue: bool = False) -> list[Ticking]:
    """People by the day on which they are due to be seen, the most overdue first; a set number of queries.

    The people come as numbers with their clocks: a page reads those whose rows it prints.
    """
    # Only what the clock reads, and as plain rows: whose row is not printed has not been shown.
    bare = [Person(pk=number, stage=stage, recorded_at=at)
            for number, stage, at in people.order_by("family_name", "given_names", "pk")
            .values_list("pk", "stage", "recorded_at")]  # fmt: skip
    clocks = contact_clocks(bare, scheme, today)
    found = [Ticking(number, clock) for number, clock in clocks.items() if clock.due is not None]
    if overdue:
        found = [one for one in found if one.clock.is_overdue]
    return sorted(found, key=lambda one: one.clock.due.by if one.clock.due else date.max)


def shown(ticking: Sequence[Ticking]) -> list[tuple[Person, ContactClock]]:
    """The people of a page's rows, with their clocks: one query."""
    numbers = [one.person_id for one in ticking]
    people = Person.objects.select_related("area").in_bulk(numbers)
    return [(people[one.person_id], one.clock) for one in ticking if one.person_id in people]


def joined_on() -> Subquery:
    """Of a person of the outer query: when the present time of management began, as far as it is recorded."""
    spells = CohortMembership.objects.current().filter(person=OuterRef("pk"), ends=None)
    return Subquery(spells.order_by("person").values("person").annotate(first=Min("starts")).values("first"))


def lacking(scheme: Scheme | None, led_by: User | None = None) -> QuerySet[Person]:
    """Of whom it is not recorded that they were told why they were selected, or that they were offered help.

    Each has `joined`, `lacks_telling` and `lacks_offer`. What was recorded shortly before joining counts, since the
    panel may ask for it; what belongs to an earlier time of management does not.
    """
    people = managed_people(scheme, led_by).annotate(joined=joined_on()).filter(joined__isnull=False)
    told, offered = (
        model.objects.current().filter(person=OuterRef("pk"), happened_on__gte=OuterRef("joined") - BEFORE_JOINING)
        for model in (SelectionExplained, OfferOfHelp)
    )
    people = people.annotate(lacks_telling=~Exists(told), lacks_offer=~Exists(offered))
    return people.filter(Q(lacks_telling=True) | Q(lacks_offer=True)).order_by("joined", "family_name", "pk")


def not_told(scheme: Scheme | None, today: date, led_by: User | None = None) -> QuerySet[Person]:
    """Who is lacking either for longer than the standard allows."""
    standard = standard_of(scheme)
    return lacking(scheme, led_by).filter(
        Q(lacks_telling=True, joined__lt=today - timedelta(days=standard.informed_days))
        | Q(lacks_offer=True, joined__lt=today - timedelta(days=standard.offer_days))
    )


def formats_for(agency: Agency | None) -> list[NoteFormatDefinition]:
    """The other systems in which an agency of this kind keeps its contacts."""
    kind = AgencyKind(agency.kind) if agency else None
    return [one for one in definitions().note_formats.values() if kind in one.agency_kinds]


def not_recorded_elsewhere(agency: Agency | None, today: date) -> QuerySet[Contact]:
    """An agency's own contacts, typed here, that do not stand in its own system yet; the oldest first."""
    systems = [OtherSystem(one.system) for one in formats_for(agency)]
    recorded = RecordedElsewhere.objects.current().filter(contact=OuterRef("pk"), system__in=systems)
    contacts = Contact.objects.current().filter(
        ~Exists(recorded), agency=agency, source="", happened_on__gte=today - COPIED_WITHIN
    )
    if not systems:
        contacts = contacts.none()
    return contacts.select_related("agency", "person", "recorded_by").order_by("happened_on", "happened_at", "pk")


def in_custody_now(people: QuerySet[Person], today: date) -> QuerySet[Custody]:
    """The custody of people managed who are held today, by the day on which release is expected."""
    held = Custody.objects.current().as_at(today).filter(person__in=people)
    return held.select_related("person", "agency").order_by(F("expected_release").asc(nulls_last=True), "pk")


def plans_around_custody(held: Sequence[Custody], scheme: Scheme | None, today: date) -> dict[int, tuple[Planned, ...]]:
    """The contacts to plan for each person held, by the person's number: two queries."""
    plan = standard_of(scheme).release.plan()
    numbers = [custody.person_id for custody in held]
    since = dict(
        CohortMembership.objects.current().as_at(today).filter(person__in=numbers).order_by()
        .values_list("person_id").annotate(first=Min("starts"))
    )  # fmt: skip
    visits: dict[int, list[date]] = {}
    made = Contact.objects.current().filter(person__in=numbers, mode=ContactMode.PRISON, outcome__in=SUCCESSFUL)
    for number, on in made.order_by().values_list("person_id", "happened_on"):
        visits.setdefault(number, []).append(on)
    return {
        custody.person_id: contacts_around(
            plan,
            managed_since=since.get(custody.person_id, custody.starts),
            held_since=custody.starts,
            release=custody.expected_release,
            visits=visits.get(custody.person_id, ()),
        )
        for custody in held
    }
