"""Answers that tell of what is hidden without a word of it: each is seeded, and the two worlds must find it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tests.sweeps.database import outside
from tests.sweeps.faults.kit import PERSON, Answering, Fault, answered, put, replaced
from trellis.service.people.models import Identifier, Person
from trellis.service.record.models import Priority
from trellis.service.selection.models import Referral

HOME, LIST, SEARCH, REFER, REFERRALS = (
    "home:work",
    "caseload:people",
    "home:search",
    "selection:refer",
    "selection:referrals",
)
Told = Callable[[HttpRequest, Any, dict[str, Any]], Any]


def _telling(name: str, tell: Told) -> Any:
    """A fault in one page: `tell` gets the request, the page's answer and its parts, and reads past row security."""

    def change(view: Answering) -> Answering:
        def telling(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            answer = answered(view, request, *args, **kwargs)
            with outside():
                return tell(request, answer, kwargs) or answer

        return telling

    return lambda world: replaced(name, change)


def _everybody() -> models.QuerySet[Person]:
    return Person.objects.order_by("pk")


def _there(parts: dict[str, Any]) -> bool:
    return Person.objects.filter(pk=parts["person_id"]).exists()


def _count(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    put(answer, f"<p>{_everybody().count()} people in all</p>")


def _count_in_a_header(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    answer["X-Total-Count"] = str(_everybody().count())


def _pages(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    put(answer, f"<p>Page 1 of {-(-_everybody().count() // 3)}</p>")


def _forbids(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> Any:
    return HttpResponse("No.", status=403) if answer.status_code == 404 and _there(parts) else None


def _leads_elsewhere(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> Any:
    return redirect("caseload:people" if _there(parts) else "home:work") if answer.status_code == 404 else None


def _longer(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    if answer.status_code == 404 and _there(parts):
        put(answer, " ")


def _a_header_more(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    if answer.status_code == 404 and _there(parts):
        answer["Vary"] = "Cookie, X-Grant"


def _first_letters(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    letters = sorted({name[:3] for name in _everybody().values_list("family_name", flat=True)})
    put(answer, "".join(f"<a href='?letter={letter}'>" for letter in letters))


def _colours(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    counts = Priority.objects.order_by().values_list("colour").annotate(n=models.Count("pk"))
    put(answer, str(sorted(counts)))


def _ordered(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    """Two areas, the one with more people first."""
    counts = _everybody().order_by().values_list("area").annotate(n=models.Count("pk")).order_by("-n", "area")
    put(answer, " ".join(str(area) for area, _ in counts))


def _oldest(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    put(answer, str(Person.objects.aggregate(first=models.Min("date_of_birth"), mean=models.Avg("id"))))


def _version(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    said = ",".join(_everybody().values_list("family_name", flat=True))
    answer["ETag"] = hashlib.sha256(said.encode()).hexdigest()


def _empty(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    """An empty list says whether it would be empty for everybody."""
    if (
        not Referral.objects.exclude(referred_by__username="housing_worker")
        .filter(given_name__contains="Typed")
        .exists()
    ):
        put(answer, "<p>Nobody has been referred.</p>")


def _typed(request: HttpRequest) -> str:
    return " ".join(str(value) for value in request.POST.values())


def _taken(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    """A number that is held already is refused, whoever holds it."""
    if any(number in _typed(request) for number in Identifier.objects.values_list("value", flat=True)):
        put(answer, "<p>That number is taken.</p>")


def _known(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    """A name that is on record changes a hidden field."""
    if any(str(person) in _typed(request) for person in _everybody()):
        answer["X-Match"] = "1"


def _too_many(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    """A search says that there was more than it shows."""
    if Person.objects.filter(family_name__in=_typed(request).split()).exists():
        put(answer, "<p>There are more results than you may see.</p>")


def _fails(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> Any:
    """A database's own constraint answers."""
    taken = Referral.objects.filter(given_name=request.POST.get("name", "-")).exists()
    return HttpResponse("Conflict", status=409) if taken else None


def _logged(request: HttpRequest, answer: Any, parts: dict[str, Any]) -> None:
    """Who may read the log reads how many were left out."""
    logging.getLogger("trellis.sweeps").warning("%s people were left out", _everybody().count())


_SEEDED: dict[tuple[str, str], Told] = {
    (LIST, "a count of everybody stands below the list"): _count,
    (HOME, "a header counts everybody"): _count_in_a_header,
    (LIST, "there are as many pages as everybody fills"): _pages,
    (PERSON, "403 for somebody hidden, 404 for nobody"): _forbids,
    (PERSON, "somebody hidden leads elsewhere than nobody"): _leads_elsewhere,
    (PERSON, "the page for somebody hidden is a byte longer"): _longer,
    (PERSON, "the page for somebody hidden has another header"): _a_header_more,
    (LIST, "an index holds everybody's first letters"): _first_letters,
    (LIST, "a filter counts every priority"): _colours,
    (HOME, "areas stand in the order of how many are hidden"): _ordered,
    (HOME, "an average is taken over everybody"): _oldest,
    (LIST, "the version of a list changes with who is hidden"): _version,
    (REFERRALS, "an empty list says whether others have more"): _empty,
    (REFER, "a number held by somebody hidden is taken"): _taken,
    (REFER, "a name on record changes the answer"): _known,
    (SEARCH, "a search says that there is more"): _too_many,
    (REFER, "a constraint answers for somebody hidden"): _fails,
    (HOME, "the log counts who was left out"): _logged,
}
ORACLES = [
    Fault(f"on {page}, {sentence}", (page,), _telling(page, tell), ("housing_worker",))
    for (page, sentence), tell in _SEEDED.items()
]
