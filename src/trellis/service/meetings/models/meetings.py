"""A meeting, who is expected and came, and what is said there about nobody in particular.

None of these rows is about a person, so whoever takes part in a scheme's meetings reads them. What is about somebody
stands in `people`, under that person's own policies. Rows are added and never altered, but for the meeting itself: of
two that speak of one agency, the later counts.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models
from django.utils import timezone

from trellis.rules.meetings import updates_due
from trellis.rules.vocabulary import Came, MeetingStatus, MinuteKind, Permission
from trellis.service.access.models import User
from trellis.service.common.register import Category, Register, Retention, Rows, by_actor, in_scheme
from trellis.service.schemes.definitions.meetings import MeetingTypeDefinition
from trellis.service.schemes.models import Agency, Scheme
from trellis.service.schemes.queries import definitions

SEES = f"({in_scheme('scheme_id', Permission.ATTEND_MEETINGS)} OR {in_scheme('scheme_id', Permission.SEE_FIGURES)})"
OF_MEETING = "EXISTS (SELECT 1 FROM meetings_meeting m WHERE m.id = meeting_id)"


def of_meeting_by(permission: Permission) -> str:
    """The condition that the actor may do the act in the scheme of the row's meeting."""
    return f"{OF_MEETING.removesuffix(')')} AND {in_scheme('m.scheme_id', permission)})"


def _register(permission: Permission, *, also: str = "", **fields: tuple[str, ...]) -> Register:
    """The register of rows that are part of a meeting: added in one's own name by whoever may, and never altered."""
    write = f"{of_meeting_by(permission)} AND {by_actor('recorded_by_id')}"
    by_category = {Category[name.upper()]: names for name, names in fields.items()}
    by_category[Category.KEY] = ("id", "meeting", *by_category.get(Category.KEY, ()))
    by_category[Category.PROVENANCE] = ("recorded_at", "recorded_by")
    return Register(
        rows=Rows(see=OF_MEETING, write=f"{write} AND {also}" if also else write),
        retention=Retention.CASE,
        fields=by_category,
    )


class Meeting(models.Model):
    """One meeting of a type that a definition describes. Held or cancelled, it stays as it is."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    kind = models.SlugField()
    kind_version = models.PositiveSmallIntegerField()
    on = models.DateField()
    at = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=200, blank=True)
    # As typed: either may have no account.
    chair = models.CharField(max_length=150, blank=True)
    minute_taker = models.CharField(max_length=150, blank=True)
    status = models.CharField(max_length=10, choices=MeetingStatus.choices(), default=MeetingStatus.PLANNED)
    cancelled_why = models.CharField(max_length=300, blank=True)
    # Counts the edits, so that two people editing at once are told.
    version = models.PositiveIntegerField(default=1)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    register = Register(
        rows=Rows(
            see=SEES,
            write=f"{in_scheme('scheme_id', Permission.HOLD_MEETINGS)} AND {by_actor('recorded_by_id')}",
            change=in_scheme("scheme_id", Permission.HOLD_MEETINGS),
            update=("on", "at", "minutes", "place", "chair", "minute_taker", "status", "cancelled_why", "version"),
            refuse=(
                (
                    "A meeting that was held or cancelled stays as it is",
                    "OLD.status <> 'planned' AND OLD.* IS DISTINCT FROM NEW.*",
                ),
            ),
        ),
        retention=Retention.CASE,
        fields={
            Category.KEY: ("id", "scheme", "version"),
            Category.CASE: ("kind", "kind_version", "on", "at", "minutes", "place", "status", "cancelled_why"),
            Category.STAFF: ("chair", "minute_taker"),
            Category.PROVENANCE: ("recorded_at", "recorded_by"),
        },
    )

    class Meta:
        ordering = ("-on", "-at", "-id")
        indexes = [models.Index(fields=("scheme", "status", "on"), name="meeting_scheme_day")]

    def __str__(self) -> str:
        return f"{self.name}, {self.on:%-d %B %Y}"

    @property
    def type(self) -> MeetingTypeDefinition | None:
        """Its definition, or None where it is defined no longer."""
        return definitions().meeting_types.get(self.kind)

    @property
    def name(self) -> str:
        """What its type is called."""
        return self.type.name if self.type else self.kind

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        return datetime.combine(self.on, self.at, tzinfo=timezone.get_current_timezone())

    @property
    def ends_at(self) -> datetime:
        """When it is to end."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def updates_by(self) -> date:
        """The day by which agencies are asked for their updates."""
        return updates_due(self.on, self.type.updates_days if self.type else 0)

    @property
    def is_open(self) -> bool:
        """Whether it is neither held nor cancelled."""
        return self.status == MeetingStatus.PLANNED


class OfMeeting(models.Model):
    """A row that is part of a meeting."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="%(class)ss")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True
        ordering = ("recorded_at", "id")


class Expectation(OfMeeting):
    """Whether an agency is expected; where a usual member is not, why (SEC-03). The latest counts."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    expected = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)

    register = _register(Permission.HOLD_MEETINGS, key=("agency",), case=("expected", "reason"))

    class Meta(OfMeeting.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.agency}: {'expected' if self.expected else 'not expected'}"


class Attendance(OfMeeting):
    """Whether an agency came. The latest counts."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    came = models.CharField(max_length=10, choices=Came.choices())
    # Who came, as typed, and why nobody could.
    who = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    register = _register(Permission.HOLD_MEETINGS, key=("agency",), case=("came", "reason"), staff=("who",))

    class Meta(OfMeeting.Meta):
        verbose_name_plural = "attendance"

    def __str__(self) -> str:
        return f"{self.agency}: {self.get_came_display().lower()}"


class AgencyReturn(OfMeeting):
    """That an agency gave its update before a meeting, if only that it has nothing to add. The first counts."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    nothing_to_add = models.BooleanField(default=False)

    register = _register(
        Permission.ATTEND_MEETINGS,
        also="(actor_is_system() OR agency_id = actor_agency_id())",
        key=("agency",),
        case=("nothing_to_add",),
    )

    class Meta(OfMeeting.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.agency}: {'nothing to add' if self.nothing_to_add else 'update given'}"


class Invitation(OfMeeting):
    """Somebody who is asked to come. It opens no record by itself."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")

    register = _register(Permission.HOLD_MEETINGS, key=("user", "agency"))

    class Meta(OfMeeting.Meta):
        constraints = [models.UniqueConstraint(fields=("meeting", "user"), name="invited_once")]

    def __str__(self) -> str:
        return f"{self.user}, {self.agency}"


class GeneralItem(OfMeeting):
    """An item of the agenda that is about nobody in particular."""

    title = models.CharField(max_length=200)

    register = _register(Permission.HOLD_MEETINGS, case=("title",))

    class Meta(OfMeeting.Meta):
        pass

    def __str__(self) -> str:
        return self.title


class GeneralMinute(OfMeeting):
    """A decision, a note or an action under an item that is about nobody in particular."""

    item = models.ForeignKey(GeneralItem, models.PROTECT, related_name="minutes")
    kind = models.CharField(max_length=10, choices=MinuteKind.choices())
    text = models.TextField()

    register = _register(Permission.HOLD_MEETINGS, key=("item",), case=("kind", "text"))

    class Meta(OfMeeting.Meta):
        pass

    def __str__(self) -> str:
        return self.text
