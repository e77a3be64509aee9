"""One person's contacts: the clock, what is planned, the last ones side by side, what was told and offered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.vocabulary import Compartment, Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.casework.models import Disengagement, DrugTest, OfferOfHelp, SelectionExplained
from trellis.service.casework.presenting import gap_words, side_by_side, strip_of, when_of
from trellis.service.casework.queries.clocks import contact_clock
from trellis.service.casework.queries.contacts import clashing, last_contacts, names_of, standing
from trellis.service.casework.queries.lists import in_custody_now, plans_around_custody
from trellis.service.people.models import Alert, Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.protection.queries.notes import compartments_to_write
from trellis.service.record.presenting import header


@needs(Permission.SEE_MANAGED_PEOPLE, Permission.SEE_KNOWN_PEOPLE)
def contacts(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a person's contacts and clock."""
    person = person_or_refusal(request, person_id, Person.objects.select_related("scheme", "area"))
    signed = signed_in(request)
    today = timezone.localdate()
    clock = contact_clock(person, today)
    last, planned = last_contacts(person), list(standing().filter(person=person))
    names = names_of(number for row in [*last, *planned] for number in row.joint)
    alerts = Alert.objects.current().as_at(today).filter(person=person).order_by("review_on")
    held = list(in_custody_now(Person.objects.filter(pk=person.pk), today))
    context = {
        "title": "Contacts",
        "person": person,
        "header": header(person, alerts),
        "clock": clock,
        "strip": strip_of(clock),
        "gaps": gap_words(clock),
        "final_third": clock.final_third_sentence(today),
        "last": side_by_side(last, names),
        "planned": [(one, when_of(one), [names[number] for number in one.joint if number in names]) for one in planned],
        "clashing": clashing(planned),
        "around_custody": plans_around_custody(held, person.scheme, today).get(person.pk, ()),
        "told": _latest(SelectionExplained, person),
        "offer": _latest(OfferOfHelp, person),
        "response": _latest(Disengagement, person),
        "tests": list(DrugTest.objects.current().filter(person=person).select_related("agency")[:10]),
        "today": today,
        "writes": (writes := signed.may(Permission.RECORD_CONTACT)),
        "writes_tests": writes and Compartment.HEALTH in compartments_to_write(person),
        "decides": signed.may(Permission.SET_PRIORITY),
        "shares": signed.may(Permission.SHARE),
        "back": reverse("home:person", args=[person.pk]),
    }
    return render(request, "casework/contacts.html", context)


def _latest(model: type[SelectionExplained | OfferOfHelp | Disengagement], person: Person) -> object:
    return model.objects.current().filter(person=person).select_related("agency", "recorded_by").first()
