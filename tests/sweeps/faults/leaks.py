"""Leaks that a change to the service could bring: each is seeded, and the canary sweep must find it."""

from __future__ import annotations

import base64
import html
import io
import logging
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core import mail
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseServerError, JsonResponse
from django.shortcuts import redirect

from tests.sweeps.database import outside
from tests.sweeps.faults.database_leaks import DATABASE_LEAKS
from tests.sweeps.faults.kit import PERSON, Answering, Fault, added, altering, everybody, put, replaced
from tests.sweeps.world import World
from trellis.service.people.models import Person

HOME, LIST, SEARCH, REFER = "home:work", "caseload:people", "home:search", "selection:refer"
logger = logging.getLogger("trellis.sweeps")


def _header(name: str, of: str) -> Any:
    def alter(request: HttpRequest, answer: Any, person: Person) -> None:
        answer[name] = of.format(name=quote(str(person)), number=person.pk)

    return alter


def _text(form: str) -> Any:
    def alter(request: HttpRequest, answer: Any, person: Person) -> None:
        put(answer, form.format(name=person, family=person.family_name, number=person.pk))

    return alter


def _cookie(request: HttpRequest, answer: Any, person: Person) -> None:
    answer.set_cookie("last", person.family_name)


def _title(request: HttpRequest, answer: Any, person: Person) -> None:
    answer.content = answer.content.replace(b"<title>", f"<title>{person} ".encode())


def _encoded(request: HttpRequest, answer: Any, person: Person) -> None:
    put(answer, f'<i data-state="{base64.b64encode(str(person).encode()).decode()}"></i>')


def _entities(request: HttpRequest, answer: Any, person: Person) -> None:
    put(answer, "".join(f"&#{ord(letter)};" for letter in html.escape(str(person))))


def _leads_on(request: HttpRequest, answer: Any, person: Person) -> Any:
    return redirect(f"/people/?q={quote(str(person))}")


def _leads_to(request: HttpRequest, answer: Any, person: Person) -> Any:
    return redirect(f"/people/{person.family_name}/")


def _refuses(request: HttpRequest, answer: Any, person: Person) -> Any:
    return HttpResponseForbidden(f"You may not see {person}.") if answer.status_code == 404 else None


def _fails(request: HttpRequest, answer: Any, person: Person) -> Any:
    return HttpResponseServerError(f"KeyError: {person}".encode())


def _logs(request: HttpRequest, answer: Any, person: Person) -> None:
    logger.warning("Refused %s", person)


def _logs_a_fault(request: HttpRequest, answer: Any, person: Person) -> None:
    try:
        raise LookupError(f"no view of {person}")
    except LookupError:
        logger.exception("A page failed")


def _mails(request: HttpRequest, answer: Any, person: Person) -> None:
    mail.send_mail("A task", f"{person} was opened.", None, ["coordinator@example.org"])


def _mails_a_subject(request: HttpRequest, answer: Any, person: Person) -> None:
    mail.send_mail(f"Task: {person}", "Sign in.", None, ["coordinator@example.org"])


def _only_head(request: HttpRequest, answer: Any, person: Person) -> None:
    if request.method == "HEAD":
        answer["X-Last-Name"] = person.family_name


def _only_post(request: HttpRequest, answer: Any, person: Person) -> None:
    if request.method == "POST":
        put(answer, f"<p>This number is held by {person}.</p>")


def _page_after(request: HttpRequest, answer: Any, person: Person) -> Any:
    messages.info(request, f"You looked for {person}.")
    return redirect("home:work")


def _as_the_system(name: str, *who: str) -> Fault:
    """A page that reads as a system actor, past what its reader may see."""

    def change(view: Answering) -> Answering:
        def all_seeing(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            with outside():
                return view(request, *args, **kwargs)

        return all_seeing

    return Fault(f"{name} reads as the system", (name,), lambda world: replaced(name, change), who or FEW)


FEW = ("housing_worker", "stranger")


def _export(make: Any) -> Any:
    """An address that lists everybody in some form, whoever asks."""

    def view(request: HttpRequest) -> HttpResponse:
        return make([str(person) for person in everybody()])

    return lambda world: added("list-of-people/", view)


def _csv(names: list[str]) -> HttpResponse:
    return HttpResponse("name\r\n" + "\r\n".join(names), content_type="text/csv")


def _sheet(names: list[str]) -> HttpResponse:
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/sharedStrings.xml", "".join(f"<t>{name}</t>" for name in names))
    return HttpResponse(document.getvalue(), content_type="application/zip")


def _paper(names: list[str]) -> HttpResponse:
    stream = zlib.compress("".join(f"({name}) Tj" for name in names).encode())
    return HttpResponse(b"%PDF-1.7\n1 0 obj<<>>stream\n" + stream + b"\nendstream", content_type="application/pdf")


def _named_file(names: list[str]) -> HttpResponse:
    return HttpResponse(b"", headers={"Content-Disposition": f'attachment; filename="{names[-1]}.csv"'})


def _json(names: list[str]) -> HttpResponse:
    return JsonResponse({"names": names})


def _numbers_alone(names: list[str]) -> HttpResponse:
    return HttpResponse(" ".join(f'<a href="/person/{person.pk}/">open</a>' for person in everybody()))


@contextmanager
def _named_at_birth(world: World) -> Iterator[None]:
    """The person's own words for themselves name somebody else."""
    original = Person.__str__

    def with_another(person: Person) -> str:
        return f"{original(person)}, known with {original(world.people['of another scheme'])}"

    Person.__str__ = with_another  # type: ignore[method-assign]
    try:
        yield
    finally:
        Person.__str__ = original  # type: ignore[method-assign]


_ON_THE_PERSON = {
    "a header names the person": _header("X-Person", "{name}"),
    "a header links to the person by name": _header("Link", "</people/{name}/>; rel=canonical"),
    "a tag of the version is made of the name": _header("ETag", '"{name}"'),
    "a file is named after the person": _header("Content-Disposition", "inline; filename={name}.html"),
    "a cookie holds the name": _cookie,
    "the title names the person": _title,
    "a comment of the page names the person": _text("<!-- {name} -->"),
    "a description for search engines names the person": _text('<meta name="description" content="{name}">'),
    "a hidden field holds the name": _text('<input type="hidden" name="of" value="{name}">'),
    "a data attribute holds the name": _text('<i data-name="{family}"></i>'),
    "a script's data hold the name": _text('<script type="application/json">{{"name": "{name}"}}</script>'),
    "a picture's words name the person": _text('<img alt="{name}">'),
    "the page says that the person is not shared": _text("<p>The record of {name} is not shared with you.</p>"),
    "the name stands in capitals": lambda *asked: put(asked[1], str(asked[2]).upper()),
    "the name stands as entities": _entities,
    "the name stands encoded": _encoded,
    "it leads to a search for the name": _leads_on,
    "it leads to an address made of the name": _leads_to,
    "a refusal names whom it is about": _refuses,
    "an error page shows what failed": _fails,
    "the log names who was refused": _logs,
    "the log tells a fault with its values": _logs_a_fault,
    "mail names the person": _mails,
    "a mail's subject names the person": _mails_a_subject,
    "a header names the person, for HEAD alone": _only_head,
    "an answer to a form names the person": _only_post,
    "the page after names the person": _page_after,
}
_EVERYWHERE = {
    (HOME, "a choice offers everybody"): _text('<select><option value="{number}">{name}</option></select>'),
    (LIST, "suggestions hold every name"): _text('<datalist><option value="{name}"></datalist>'),
    (SEARCH, "a search tells a name that it does not show"): _text("<p>1 more result: {family}</p>"),
    (REFER, "a referral tells whose number it is"): _only_post,
    (LIST, "a page holds a number alone"): _text('<a href="/person/{number}/">1 more</a>'),
}
_EXPORTS = {
    "a table of everybody": _csv,
    "a spreadsheet of everybody": _sheet,
    "a document of everybody": _paper,
    "a file named after somebody": _named_file,
    "names for a script": _json,
    "links to everybody": _numbers_alone,
}
_READ_BY_THE_SYSTEM = (
    *(PERSON, LIST, HOME, "selection:referrals", "selection:referral", "casework:new", "home:alerts"),
    *("priority:person", "intelligence:briefing", "selection:refer_candidate"),
)

LEAKS = [
    *(
        Fault(f"on a person's page, {what}", (PERSON,), altering(PERSON, alter))
        for what, alter in _ON_THE_PERSON.items()
    ),
    *(Fault(f"on {page}, {what}", (page,), altering(page, alter)) for (page, what), alter in _EVERYWHERE.items()),
    *(Fault(f"a new address: {what}", ("seeded",), _export(make)) for what, make in _EXPORTS.items()),
    *(_as_the_system(name) for name in _READ_BY_THE_SYSTEM),
    Fault("a name tells of somebody else", (PERSON, LIST), _named_at_birth),
    *DATABASE_LEAKS,
]
