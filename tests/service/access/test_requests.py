"""The outer ring of a request: its actor, its transaction and its line in the trail. Commits are real here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DataError, connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import Http404
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import include, path

from tests.cast import Cast, make_cast
from tests.factories import grant, make_person
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting, current_actor
from trellis.service.access.models import User
from trellis.service.audit.models import AccessEvent, ChangeEvent
from trellis.service.people.models import Person


def shows(request: HttpRequest) -> HttpResponse:
    return HttpResponse(", ".join(str(person) for person in Person.objects.all()))


def renames(request: HttpRequest) -> HttpResponse:
    """Writes, then ends as the address says."""
    Person.objects.update(family_name="Renamed")
    ending = request.GET["then"]
    if ending == "403":
        raise PermissionDenied
    if ending == "404":
        raise Http404
    if ending == "500":
        raise RuntimeError("a fault in the view")
    if ending == "sql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
    return HttpResponse("renamed")


def fails_while_rendering(request: HttpRequest) -> TemplateResponse:
    Person.objects.update(family_name="Renamed")

    def broken() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        return ""

    return TemplateResponse(request, "tests_lazy.html", {"word": broken})


def renders_late(request: HttpRequest) -> TemplateResponse:
    """The template runs the query, after the view has returned."""
    return TemplateResponse(request, "tests_lazy.html", {"word": lambda: f"{Person.objects.count()} shown"})


def streams(request: HttpRequest) -> StreamingHttpResponse:
    Person.objects.update(family_name="Renamed")
    return StreamingHttpResponse(str(person) for person in Person.objects.all())


urlpatterns = [
    path("streams/", streams, name="streams"),
    path("shows/", shows, name="shows"),
    path("renames/", renames, name="renames"),
    path("fails/", fails_while_rendering, name="fails"),
    path("late/", renders_late, name="late"),
    path("account/", include("trellis.service.access.urls")),
]


@pytest.fixture
def scene(committed: str, settings: object, tmp_path: object) -> tuple[Cast, Person]:
    from copy import deepcopy

    (tmp_path / "tests_lazy.html").write_text("{{ word() }}")  # type: ignore[operator]
    settings.ROOT_URLCONF = __name__  # type: ignore[attr-defined]
    templates = deepcopy(settings.TEMPLATES)  # type: ignore[attr-defined]
    templates[0]["DIRS"] = [*templates[0]["DIRS"], tmp_path]
    templates[0]["OPTIONS"]["context_processors"] = []
    settings.TEMPLATES = templates  # type: ignore[attr-defined]
    cast = make_cast()
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    return cast, person


def browser(cast: Cast, user: User) -> Client:
    client = cast.client(user)
    client.raise_request_exception = False
    return client


def events() -> list[AccessEvent]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return _as_auditor(lambda: list(AccessEvent.objects.order_by("at")))


def _as_auditor(read: object) -> list[AccessEvent]:
    auditor = User.objects.get(username="auditor")
    with acting(auditor):
        return read()  # type: ignore[operator,no-any-return]


@pytest.mark.parametrize(
    ("ending", "status", "stays"),
    [("200", 200, True), ("403", 403, False), ("404", 404, False), ("500", 500, False), ("sql", 500, False)],
)
def test_each_request_leaves_one_event_whatever_becomes_of_it(
    scene: tuple[Cast, Person], ending: str, status: int, stays: bool
) -> None:
    cast, _person = scene
    response = browser(cast, cast.police_om).get(f"/renames/?then={ending}")
    assert response.status_code == status
    (event,) = events()
    assert (event.actor_id, event.page, event.status) == (cast.police_om.pk, "renames", status)
    with acting(cast.police_om):
        assert (Person.objects.get().family_name == "Renamed") is stays


def test_an_error_in_a_template_keeps_the_event_and_undoes_the_work(scene: tuple[Cast, Person]) -> None:
    cast, _ = scene
    assert browser(cast, cast.police_om).get("/fails/").status_code == 500
    (event,) = events()
    assert event.status == 500
    with acting(cast.police_om):
        assert Person.objects.get().family_name == "Quillfeather"


def test_a_streaming_response_is_refused_and_its_work_undone(scene: tuple[Cast, Person]) -> None:
    cast, _ = scene
    response = browser(cast, cast.police_om).get("/streams/")
    assert (response.status_code, b"Quillfeather" in response.content) == (500, False)
    (event,) = events()
    assert (event.page, event.status) == ("streams", 500)
    with acting(cast.police_om):
        assert Person.objects.get().family_name == "Quillfeather"


class BreaksOutside:
    """A middleware of somebody else's that leaves the transaction broken, outside the savepoint of the work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        with suppress(DataError), transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        return response


def test_a_fault_outside_the_work_keeps_the_event_and_undoes_everything(
    scene: tuple[Cast, Person], settings: object
) -> None:
    cast, _ = scene
    ring = list(settings.MIDDLEWARE)  # type: ignore[attr-defined]
    place = ring.index("trellis.service.access.middleware.OuterTransaction") + 1
    settings.MIDDLEWARE = [*ring[:place], f"{__name__}.BreaksOutside", *ring[place:]]  # type: ignore[attr-defined]
    browser(cast, cast.police_om).get("/renames/?then=200")
    (event,) = events()
    assert (event.actor_id, event.page) == (cast.police_om.pk, "renames")
    with acting(cast.police_om):
        assert Person.objects.get().family_name == "Quillfeather"


def test_the_event_names_everybody_shown(scene: tuple[Cast, Person]) -> None:
    cast, person = scene
    assert browser(cast, cast.police_om).get("/shows/").content.decode() == "Osric Quillfeather"
    assert browser(cast, cast.stranger).get("/shows/").content == b""
    seen, nothing = events()
    assert (seen.person_ids, nothing.person_ids) == ([person.pk], [])


def test_a_page_rendered_after_the_view_sees_what_the_view_saw(scene: tuple[Cast, Person]) -> None:
    cast, _ = scene
    assert browser(cast, cast.police_om).get("/late/").content == b"1 shown"
    assert browser(cast, cast.stranger).get("/late/").content == b"0 shown"


def test_after_a_rollback_the_next_request_is_nobodys(scene: tuple[Cast, Person]) -> None:
    cast, _ = scene
    browser(cast, cast.police_om).get("/renames/?then=sql")
    assert current_actor() is None
    assert Client().get("/shows/").status_code == 302
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('trellis.actor', true), '')")
        assert cursor.fetchone() == ("",)
    assert browser(cast, cast.stranger).get("/shows/").content == b""


def test_changes_are_captured_with_their_actor_and_request(scene: tuple[Cast, Person]) -> None:
    cast, person = scene
    browser(cast, cast.police_om).get("/renames/?then=200")
    (event,) = events()
    changes = _as_auditor(lambda: list(ChangeEvent.objects.filter(table="people_person", action="update")))
    (change,) = changes
    assert (change.actor_id, change.request_id, change.person_id) == (cast.police_om.pk, event.request_id, person.pk)
    assert change.columns == ["family_name"]
