"""A person's page: how they stand, and everything that is recorded about them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trellis.rules.vocabulary import Permission, Stage
from trellis.service.access.queries import Signed, signed_in
from trellis.service.access.views import needs
from trellis.service.casework.models import Contact
from trellis.service.casework.presenting import strip_of
from trellis.service.casework.queries import why_not_correct
from trellis.service.casework.queries.clocks import contact_clock
from trellis.service.home.forms import TimelineFilter
from trellis.service.home.presenting import cards, header, person_actions
from trellis.service.home.queries.knowledge import Knowledge
from trellis.service.home.queries.person import standing_of
from trellis.service.home.queries.timeline import Month, by_month, contents_of, entries_of
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.protection.queries.notes import notes_about
from trellis.service.record.models import TimelineEntry
from trellis.service.ui.views import Page, chosen, paginate
from trellis.service.work.presenting import Shown
from trellis.service.work.queries.tasks import tasks_about

ENTRIES_A_PAGE = 40


@needs(Permission.SEE_MANAGED_PEOPLE, Permission.SEE_KNOWN_PEOPLE)
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a person, as believed now or, with `?known_on=`, as believed when that day ended."""
    somebody = person_or_refusal(request, person_id, Person.objects.select_related("area", "scheme"))
    signed = signed_in(request)
    now = Knowledge.now()
    form = TimelineFilter(request.GET, contents=contents_of(somebody, now))
    form.is_valid()
    asked = form.cleaned_data
    known = Knowledge.of(asked["known_on"]) if asked.get("known_on") else now
    standing = standing_of(somebody, known, with_scores=signed.may(Permission.SEE_SCORES))
    # Whoever looks at the past must still be warned of today's dangers.
    standing_now = standing_of(somebody, now, with_scores=False) if known.is_past else standing
    entries = entries_of(somebody, known, kinds=asked.get("kind", ()), agencies=asked.get("agency", ()))
    page: Page[TimelineEntry] = paginate(request, entries, ENTRIES_A_PAGE)
    months = by_month(page.items)
    # The clock ticks today, for people whom the scheme manages.
    clock = contact_clock(somebody) if somebody.stage == Stage.MANAGED and not known.is_past else None
    context = {
        "title": "Person",
        "clock": clock,
        "strip": strip_of(clock) if clock else None,
        "person": somebody,
        "standing": standing,
        "header": header(standing_now),
        "cards": cards(standing, signed),
        "notes": [] if known.is_past else notes_about(somebody),
        "tasks": [] if known.is_past else [Shown.of(task, now.day) for task in tasks_about(somebody.pk)],
        "works": signed.may(Permission.WORK_TASKS),
        "actions": person_actions(somebody, signed),
        "correctable": set() if known.is_past else _correctable(months, signed),
        "form": form,
        "selected": chosen(form, request.GET),
        "page": page,
        "months": months,
        "known": known,
    }
    return render(request, "home/person.html", context)


def _correctable(months: list[Month], signed: Signed) -> set[int]:
    """The contacts shown that the reader may correct, by id."""
    if not signed.may(Permission.RECORD_CONTACT):
        return set()
    contacts = [item.row for month in months for item in month.items if isinstance(item.row, Contact)]
    return {contact.pk for contact in contacts if not why_not_correct(contact, signed.agency)}
