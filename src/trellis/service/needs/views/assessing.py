"""Assessing, adding to an assessment, and saying what lies behind a need."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.needs import Given
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.needs.actions import Answers, amend_assessment, describe_need, record_assessment
from trellis.service.needs.forms import AmendForm, AssessmentForm, NeedForm, given_from
from trellis.service.needs.models import Assessment, PathwayAnswer
from trellis.service.needs.queries.amending import amended_by, current_answers, mark_of, newest
from trellis.service.needs.queries.history import history_of
from trellis.service.needs.queries.picked import picked_by, readable
from trellis.service.needs.queries.standing import arrived_for, registered_risk
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.people.standing import row_now, standing_of
from trellis.service.schemes.queries import definitions
from trellis.service.ui.editing import Editing, Standing

NEED = ("own_words", "motivation", "previous_attempts", "obstacles", "offence_link")


@needs(Permission.PLAN)
def assess(request: HttpRequest, person_id: int) -> HttpResponse:
    """Assess a person's needs."""
    person = person_or_refusal(request, person_id, Person.objects.select_related("scheme"))
    signed, today = signed_in(request), timezone.localdate()
    picked, history = picked_by(person.scheme), history_of(person)
    registered = registered_risk(person, today)
    pathways = picked.open_to(readable(person))
    arrived = {key: one for key, one in arrived_for(person, picked, today).items() if key in {p.key for p in pathways}}
    form = AssessmentForm(
        request.POST or None, picked=picked, pathways=pathways, reviewed=bool(history), arrived=arrived,
        ask_risk=registered.level is None, initial={"assessed_on": today, "assessor": str(signed.user)},
    )  # fmt: skip
    if form.is_valid():
        try:
            record_assessment(
                person=person, assessed_on=form.cleaned_data["assessed_on"], assessor=form.cleaned_data["assessor"],
                answers=Answers(form.given(), form.ranking, form.reached, form.risk), arrived=arrived, by=signed.user,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The assessment is recorded. Say what lies behind the first needs.")
            return redirect("needs:person", person.pk)
    context = {
        "title": "Assess needs", "form": form, "picked": picked, "arrived": arrived, "registered": registered,
        "left_out": [one.name for one in picked.pathway_set.pathways if one not in pathways],
        "previous": history[0] if history else None,
    }  # fmt: skip
    return render(request, "needs/assess.html", context | _way_back(person))


@needs(Permission.PLAN)
def amend(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """Add to an assessment what others left open, and correct one's own agency's answers."""
    drawn = get_object_or_404(Assessment.objects.select_related("person__scheme"), pk=assessment_id)
    person = person_or_refusal(request, drawn.person_id, Person.objects.select_related("scheme"))
    signed = signed_in(request)
    assessment = newest(drawn)
    answers = current_answers(assessment)
    pathway_set = definitions().pathway_sets.get(assessment.pathway_set)
    if pathway_set is None:
        raise PermissionDenied("The pathways of this assessment are defined no longer, so it can only be read.")
    held = readable(person)
    open_to = [
        one
        for one in pathway_set.pathways
        if one.compartment in held and (one.key not in answers or amended_by(answers[one.key], signed.agency_id))
    ]
    picked = picked_by(person.scheme)
    make = partial(AmendForm, picked=picked, pathways=open_to, reviewed=True)
    editing = Editing(
        request, make, record=f"needs.Assessment {assessment.key}",
        read=lambda: _amendable(assessment, [one.key for one in open_to]), asked={"reason": ""},
    )  # fmt: skip

    def act(version: int, said: dict[str, Any]) -> None:
        given: dict[str, Given] = {one.key: given_from(said, one.key) for one in open_to}
        amend_assessment(
            assessment=newest(assessment), given=given, reason=said["reason"], version=version, by=signed.user
        )

    if editing.save(act):
        messages.success(request, "The assessment is amended. The earlier answers are kept.")
        return redirect("needs:person", person.pk)
    context = {"title": "Amend an assessment", "assessment": assessment, "picked": picked}
    return editing.page(context | _way_back(person), "needs/amend.html")


def _amendable(assessment: Assessment, pathways: list[str]) -> Standing:
    answers = current_answers(assessment)
    values: dict[str, Any] = {}
    for key in pathways:
        row = answers.get(key)
        values[f"score_{key}"] = "" if row is None or row.score is None else str(row.score)
        values[f"own_{key}"] = "" if row is None or row.own_score is None else str(row.own_score)
        values[f"progress_{key}"] = row.progress if row else ""
    return standing_of(newest(assessment), mark=mark_of(assessment, answers), values=values)


@needs(Permission.PLAN)
def need(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Say what lies behind a need: motivation, what was tried, obstacles, offending, and the person's own words."""
    answer = get_object_or_404(PathwayAnswer.objects.select_related("person__scheme"), pk=answer_id)
    person_or_refusal(request, answer.person_id)
    signed = signed_in(request)
    editing = Editing(request, NeedForm, record=f"needs.PathwayAnswer {answer.pk}", read=lambda: _described(answer))
    if editing.save(lambda row, said: describe_need(answer=PathwayAnswer.objects.get(pk=row), by=signed.user, **said)):
        messages.success(request, "What lies behind the need is recorded.")
        return redirect("needs:person", answer.person_id)
    pathway_set = definitions().pathway_sets.get(answer.pathway_set)
    context = {
        "title": "What lies behind a need",
        "heading": pathway_set.name_of(answer.pathway) if pathway_set else answer.pathway,
        "guidance": picked_by(answer.person.scheme).instrument.guidance,
    }
    return editing.page(context | _way_back(answer.person), "needs/need.html")


def _described(drawn: PathwayAnswer) -> Standing:
    row = row_now(drawn)
    return standing_of(row, mark=row.pk, values={name: getattr(row, name) for name in NEED})


def _way_back(person: Person) -> dict[str, str]:
    back = reverse("needs:person", args=[person.pk])
    return {"caption": str(person), "cancel": back, "back": back}
