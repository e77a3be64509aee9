"""The work that waits, by role. Each count is that of the list it links to, made by the same query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from trellis.rules.caseload import NO_COLOUR, Asked, Attention, Case, Where, select
from trellis.rules.vocabulary import Permission, PriorityColour
from trellis.service.access.queries import Signed
from trellis.service.administration.queries.accounts import dormant
from trellis.service.administration.queries.requests import open_requests
from trellis.service.caseload.queries.scope import ALL, LEADING
from trellis.service.caseload.queries.scope import MINE as OWN
from trellis.service.feeds.models import WaitingRow
from trellis.service.feeds.queries import files_of, questions
from trellis.service.intelligence.models import Briefing
from trellis.service.protection.queries.cover import cover_to_come
from trellis.service.protection.queries.emergencies import waiting_for_review
from trellis.service.protection.queries.limits import waiting_for
from trellis.service.protection.queries.panels import open_to_members
from trellis.service.protection.queries.requests import own_requests, waiting_for_answer
from trellis.service.schemes.models import Scheme
from trellis.service.selection.models import Referral
from trellis.service.selection.queries.candidates import MISSING, listed
from trellis.service.selection.queries.candidates import Asked as AskedCandidates
from trellis.service.selection.queries.referrals import referrals_seen
from trellis.service.ui.filters import plural
from trellis.service.work.queries.tasks import MINE, ROLE, counts_of, in_tab


@dataclass(frozen=True, slots=True)
class Queue:
    """A count that links to its list. Urgent queues should be empty."""

    text: str
    count: int
    href: str
    detail: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Queues under one heading."""

    title: str
    queues: list[Queue] = field(default_factory=list)


def sections_for(signed: Signed, cases: Sequence[Case]) -> list[Section]:
    """What waits for somebody, for each of their roles in turn. `cases`: the people managed whom they may see."""
    sections = [Section("Tasks", list(_tasks(signed)))] if signed.may(Permission.WORK_TASKS) else []
    if signed.roles & LEADING:
        sections.append(Section("People I lead", list(_led(signed, cases))))
    if signed.may(Permission.DECIDE):
        sections.append(Section("Selection", list(_selection(signed))))
        sections.append(Section("People managed", list(_managed(cases))))
    elif signed.may(Permission.SEE_REFERRALS) and signed.may(Permission.REFER):
        sections.append(Section("Referrals", [_referrals()]))
    if access := list(_access(signed)):
        sections.append(Section("Access to records", access))
    if signed.may(Permission.MEND_QUARANTINE) and signed.scheme is not None:
        sections.append(Section("What agencies sent", list(_feeds(signed.scheme))))
    if signed.may(Permission.APPROVE_ACCOUNTS) and signed.scheme is not None:
        sections.append(Section("Users", list(_accounts(signed.scheme))))
    return sections


def _tasks(signed: Signed) -> Iterator[Queue]:
    """The reader's own tasks, and those of whoever holds their role."""
    today = timezone.localdate()
    address = reverse("work:tasks")
    for tab, whose in ((MINE, ""), (ROLE, "For my role: ")):
        counts = counts_of(in_tab(signed, tab), today)
        late, now = ("Overdue", "Due today") if tab == MINE else ("overdue", "due today")
        yield Queue(f"{whose}{late}", counts.overdue, f"{address}?whose={tab}&when=overdue", urgent=True)
        yield Queue(f"{whose}{now}", counts.today, f"{address}?whose={tab}&when=today")


def _people(cases: Sequence[Case], text: str, asked: Asked, *, urgent: bool = False) -> Queue:
    """A queue of people managed, and the address that asks the list for the same."""
    query = [("whose", OWN if asked.within is not None else ALL)]
    query += [("priority", colour) for colour in asked.colours] + [("attention", what) for what in asked.attention]
    query += [("where", asked.where)] if asked.where else []
    address = f"{reverse('caseload:people')}?{urlencode(query)}"
    return Queue(text, len(select(cases, asked)), address, urgent=urgent)


def _led(signed: Signed, cases: Sequence[Case]) -> Iterator[Queue]:
    own = (signed.user.pk,)
    for colour in PriorityColour:
        yield _people(cases, colour.label, Asked(within=own, colours=(colour.value,)))
    yield _people(cases, "Priority not set", Asked(within=own, colours=(NO_COLOUR,)), urgent=True)
    for what in (Attention.REVIEW, *_CASEWORK):
        yield _people(cases, what.label, Asked(within=own, attention=(what.value,)), urgent=True)
    yield _people(cases, "In custody", Asked(within=own, where=Where.CUSTODY))


def _managed(cases: Sequence[Case]) -> Iterator[Queue]:
    yield _people(cases, "Everybody managed", Asked())
    yield _people(cases, "Priority not set", Asked(colours=(NO_COLOUR,)), urgent=True)
    for what in (Attention.REVIEW, Attention.NO_LEAD, *_CASEWORK):
        yield _people(cases, what.label, Asked(attention=(what.value,)), urgent=True)


_CASEWORK = (Attention.CONTACT, Attention.ASSESSMENT, Attention.NO_PLAN, Attention.PLAN, Attention.NOT_TOLD)


def _selection(signed: Signed) -> Iterator[Queue]:
    yield _referrals()
    if signed.scheme is None:
        return
    candidates = reverse("selection:candidates")
    yield Queue("Candidates", listed(signed.scheme, AskedCandidates()).count(), candidates)
    missing = listed(signed.scheme, AskedCandidates(show=MISSING)).count()
    yield Queue("Candidates held up by missing information", missing, f"{candidates}?show={MISSING}")


def _feeds(scheme: Scheme) -> Iterator[Queue]:
    files = reverse("feeds:files")
    rows = WaitingRow.objects.filter(file__scheme=scheme, state=WaitingRow.State.WAITING).count()
    waiting = files_of(scheme, waiting=True).count()
    detail = f"{plural(rows, 'row')} in all" if rows else ""
    yield Queue("Files with rows waiting", waiting, f"{files}?show=waiting", detail, urgent=True)
    yield Queue("Questions of who somebody is", questions(scheme).count(), reverse("feeds:questions"), urgent=True)
    yield Queue("Files received", files_of(scheme).count(), files)


def _accounts(scheme: Scheme) -> Iterator[Queue]:
    waiting = open_requests(scheme).count()
    yield Queue("Requests waiting for approval", waiting, reverse("administration:waiting"), urgent=True)
    unused = dormant(scheme).count()
    yield Queue("Dormant accounts", unused, reverse("administration:dormant"), urgent=True)


def _access(signed: Signed) -> Iterator[Queue]:
    """What waits of who may see whom."""
    if signed.may(Permission.REVIEW_EMERGENCIES):
        waiting = waiting_for_review(signed.user).count()
        yield Queue("Emergency access to review", waiting, reverse("protection:emergencies"), urgent=True)
    if signed.may(Permission.DECIDE_ACCESS):
        asked = waiting_for_answer(signed.user).count()
        yield Queue("Requests for access", asked, reverse("protection:requests"), urgent=True)
    elif signed.may(Permission.ASK_FOR_ACCESS):
        own = own_requests(signed.user).filter(decided_at=None).count()
        yield Queue("Records I have asked for", own, reverse("protection:requests"))
    if signed.may(Permission.RESTRICT_RECORDS):
        limits = waiting_for(signed.user).count()
        detail = "to approve, to lift or to review" if limits else ""
        yield Queue("Restrictions that wait", limits, reverse("protection:restrictions"), detail, urgent=True)
    if signed.may(Permission.DECIDE):
        yield Queue("Records open to panel members", open_to_members().count(), reverse("protection:panel"))
    if signed.may(Permission.ARRANGE_COVER):
        yield Queue("Cover now and to come", cover_to_come().count(), reverse("protection:cover"))


def _referrals() -> Queue:
    open_now = referrals_seen(closed=False)
    unmatched = Referral.objects.filter(closed_at=None, person=None).count()
    count = open_now.count()
    detail = f"{unmatched} waiting for a match, {count - unmatched} for the panel" if count else ""
    return Queue("Open referrals", count, reverse("selection:referrals"), detail)


def latest_briefing(signed: Signed) -> Briefing | None:
    """The latest briefing of the reader's scheme."""
    if signed.scheme is None or not signed.may(Permission.SEE_BRIEFING):
        return None
    return Briefing.objects.filter(scheme=signed.scheme).select_related("issued_by").first()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart, with the list behind it."""

    label: str
    value: int
    href: str


def figures_for(signed: Signed, cases: Sequence[Case]) -> dict[str, list[Bar]]:
    """How many are managed by colour and by cohort: counts alone, nobody named. Two charts' bars by their titles."""
    address = f"{reverse('caseload:people')}?whose={ALL}"
    colours = [
        Bar(label, len(select(cases, Asked(colours=(value,)))), f"{address}&priority={value}")
        for value, label in (*PriorityColour.choices(), (NO_COLOUR, "Not set"))
    ]
    cohorts = [
        Bar(cohort.name, len(select(cases, Asked(cohorts=(cohort.pk,)))), f"{address}&cohort={cohort.pk}")
        for cohort in (signed.scheme.cohorts.all() if signed.scheme else ())
    ]
    return {"priority": colours, "cohort": cohorts}
