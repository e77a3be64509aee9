"""A person's needs: what is due, their first needs, scores over time, outcomes, and what makes them vulnerable."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.vocabulary import Compartment, Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.needs.models import PsychologyConsult, Vulnerability
from trellis.service.needs.presenting import chart_of
from trellis.service.needs.queries.history import Assessed, history_of, series_of
from trellis.service.needs.queries.picked import Picked, picked_by, readable
from trellis.service.needs.queries.standing import due_of, risk_of
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal


@needs(Permission.SEE_MANAGED_PEOPLE, Permission.SEE_KNOWN_PEOPLE)
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a person's needs, as far as the reader's compartments go."""
    somebody = person_or_refusal(request, person_id, Person.objects.select_related("scheme"))
    signed, today = signed_in(request), timezone.localdate()
    picked = picked_by(somebody.scheme)
    history = history_of(somebody)
    latest = history[0] if history else None
    compartments = readable(somebody)
    context = {
        "title": "Needs",
        "person": somebody,
        "back": reverse("home:person", args=[somebody.pk]),
        "may_write": signed.may(Permission.PLAN),
        "agency_id": signed.agency_id,
        "due": due_of(somebody, picked, latest.row.happened_on if latest else None, today),
        "risk": risk_of(somebody, history, today),
        "history": history,
        "latest": latest,
        "picked": picked,
        "missing": _missing(picked, compartments),
        "charts": _charts(history),
        "vulnerabilities": _vulnerabilities(somebody),
        "consults": _consults(somebody),
        "advised": Compartment.PSYCHOLOGY in compartments,
    }
    return render(request, "needs/person.html", context)


def _missing(picked: Picked, compartments: frozenset[Compartment]) -> list[str]:
    """The names of the pathways that the reader does not read."""
    return [one.name for one in picked.pathway_set.pathways if one.compartment not in compartments]


def _charts(history: list[Assessed]) -> list[dict[str, Any]]:
    made = []
    for series in series_of(history):
        first = series.assessments[0]
        if not series.pathways or first.instrument is None or first.pathway_set is None:
            continue
        chart = chart_of(series, first.instrument.most, len(first.pathway_set.pathways))
        made.append({"name": series.name, "chart": chart, "series": series, "instrument": first.instrument})
    return made


def _vulnerabilities(person: Person) -> list[Vulnerability]:
    rows = Vulnerability.objects.current().as_at(timezone.localdate()).filter(person=person)
    return list(rows.select_related("agency", "recorded_by").order_by("kind", "starts"))


def _consults(person: Person) -> list[PsychologyConsult]:
    rows = PsychologyConsult.objects.current().filter(person=person)
    return list(rows.select_related("agency", "recorded_by"))
