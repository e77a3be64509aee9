"""The list of candidates, one candidate's page, and the run behind both."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.rules.errors import Refused
from trellis.rules.selection import Act, can_act
from trellis.rules.vocabulary import Permission, ReferralSource, Stage
from trellis.service.access.queries import Signed, signed_in
from trellis.service.access.views import needs
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.record.models import Disposal
from trellis.service.record.presenting import header
from trellis.service.schemes.models import Scheme
from trellis.service.selection.actions import choose_current_offence, propose_candidates, refer, score_person
from trellis.service.selection.forms import CandidateFilter, ReferralForm
from trellis.service.selection.models import Proposal
from trellis.service.selection.presenting import Row, offences_to_choose
from trellis.service.selection.queries.candidates import last_decisions, last_run, listed
from trellis.service.selection.queries.panel import picture_of
from trellis.service.ui.views import Page, paginate


def scheme_of(signed: Signed) -> Scheme:
    """The scheme that somebody works in. Raises PermissionDenied for somebody in none."""
    if signed.scheme is None:
        raise PermissionDenied("You work in no scheme today. Ask an administrator for a posting.")
    return signed.scheme


@needs(Permission.SEE_CANDIDATES)
def candidates(request: HttpRequest) -> HttpResponse:
    """List whom a rule proposes, or who lacks only information."""
    signed = signed_in(request)
    scheme = scheme_of(signed)
    form = CandidateFilter(request.GET, scheme=scheme)
    asked = form.asked()
    page: Page[Proposal] = paginate(request, listed(scheme, asked))
    decisions = last_decisions([proposal.person_id for proposal in page.items])
    context = {
        "title": "Candidates",
        "form": form,
        "asked": asked,
        "page": page,
        "rows": [Row(proposal, decisions.get(proposal.person_id)) for proposal in page.items],
        "run": last_run(scheme),
        "may_run": signed.may(Permission.RUN_SCORES),
    }
    return render(request, "selection/candidates.html", context)


@require_POST
@needs(Permission.RUN_SCORES)
def run(request: HttpRequest) -> HttpResponse:
    """Score everybody known and put the list in line."""
    signed = signed_in(request)
    counts = propose_candidates(scheme=scheme_of(signed), by=signed.user)
    messages.success(
        request,
        f"{counts.considered:,} people looked at: {counts.proposed:,} proposed, {counts.missing:,} held up by missing "
        f"information. {counts.now_candidates:,} are new on the list and {counts.set_aside:,} have come off it.",
    )
    return redirect("selection:candidates")


@needs(Permission.SEE_CANDIDATES)
def candidate(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show why somebody is proposed, term by term."""
    person = person_or_refusal(request, person_id, Person.objects.select_related("area", "scheme"))
    signed = signed_in(request)
    picture = picture_of(person)
    context = {
        "title": "Candidate",
        "person": person,
        "header": header(person, picture.alerts),
        "picture": picture,
        "choices": offences_to_choose(picture.facts) if signed.may(Permission.EDIT_PERSON) else [],
        "may_refer": signed.may(Permission.REFER) and can_act(Stage(person.stage), Act.REFER),
        "may_score": signed.may(Permission.RUN_SCORES),
        "back": reverse("selection:candidates"),
    }
    return render(request, "selection/candidate.html", context)


@require_POST
@needs(Permission.RUN_SCORES)
def rescore(request: HttpRequest, person_id: int) -> HttpResponse:
    """Work one person's score out again."""
    person = person_or_refusal(request, person_id, Person.objects.select_related("scheme"))
    if score_person(by=signed_in(request).user, person=person):
        messages.success(request, "The score is worked out again, from what is on record today.")
    else:
        messages.warning(request, "There is no score, because something is missing. The page says what.")
    return _back(request, person)


@require_POST
@needs(Permission.EDIT_PERSON)
def choose_offence(request: HttpRequest, person_id: int) -> HttpResponse:
    """Say which offence of the latest sanction is the current one."""
    person = person_or_refusal(request, person_id)
    asked = request.POST.get("disposal", "")
    if not asked.isascii() or not asked.isdigit():
        messages.error(request, "Choose one of the offences shown.")
        return _back(request, person)
    offences = Disposal.objects.current().filter(person=person).select_related("person__scheme")
    try:
        choose_current_offence(by=signed_in(request).user, disposal=get_object_or_404(offences, pk=int(asked)))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The current offence is chosen, and the score is worked out again.")
    return _back(request, person)


def _back(request: HttpRequest, person: Person) -> HttpResponse:
    """To the panel page that somebody came from, or else to the candidate's."""
    asked = request.POST.get("referral", "")
    if asked.isascii() and asked.isdigit():
        return redirect("selection:panel", int(asked))
    return redirect("selection:candidate", person.pk)


@needs(Permission.REFER)
def refer_candidate(request: HttpRequest, person_id: int) -> HttpResponse:
    """Refer somebody on record to the panel."""
    person = person_or_refusal(request, person_id, Person.objects.select_related("scheme", "area"))
    signed = signed_in(request)
    initial = {"source": ReferralSource.CANDIDATE_LIST if person.stage == Stage.CANDIDATE else ""}
    form = ReferralForm(request.POST or None, scheme=person.scheme, initial=initial)
    if form.is_valid():
        try:
            answers = form.cleaned_data | {"source": ReferralSource(form.cleaned_data["source"])}
            referral = refer(by=signed.user, scheme=person.scheme, person=person, **answers)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The referral is made. What happens next is below.")
            return redirect("selection:referral", referral.pk)
    back = reverse("selection:candidate", args=[person.pk])
    context = {
        "title": "Refer to the panel",
        "caption": str(person),
        "submit": "Refer to the panel",
        "form": form,
        "back": back,
        "cancel": back,
    }
    return render(request, "ui/form.html", context)
