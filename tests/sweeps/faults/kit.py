"""How a fault is put into the running service, and taken out again: in a view, an address or the database."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path

from tests.sweeps.database import outside
from tests.sweeps.world import World
from trellis.service.config import urls
from trellis.service.people.models import Person

Answering = Callable[..., Any]
Seed = Callable[[World], AbstractContextManager[None]]
PERSON = "home:person"


@dataclass(frozen=True)
class Fault:
    """One fault: what it is, the pages on which it shows, who meets it, and how to seed it."""

    sentence: str
    pages: tuple[str, ...]
    seed: Seed
    who: tuple[str, ...] = ("housing_worker", "stranger")


SAMPLED_EVERY = 6


def sampled_and_whole(faults: Sequence[Fault]) -> pytest.MarkDecorator:
    """Seed every sixth fault in `make test`, and all of them in `make prove`."""
    return pytest.mark.parametrize(
        "seeded",
        [
            pytest.param(faults[::SAMPLED_EVERY], id="sampled"),
            pytest.param(faults, id="whole", marks=pytest.mark.prove),
        ],
    )


def pattern_named(name: str, found: list[Any] | None = None, space: str = "") -> URLPattern:
    """The address of that name."""
    for one in get_resolver().url_patterns if found is None else found:
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            try:
                return pattern_named(name, one.url_patterns, inner)
            except LookupError:
                continue
        elif isinstance(one, URLPattern) and f"{space}{one.name}" == name:
            return one
    raise LookupError(f"There is no page {name}: give the fault another.")


@contextmanager
def replaced(name: str, change: Callable[[Answering], Answering]) -> Iterator[None]:
    """The page's view, changed."""
    pattern = pattern_named(name)
    view = pattern.callback
    pattern.callback = functools.wraps(view)(change(view))
    try:
        yield
    finally:
        pattern.callback = view


def altering(name: str, alter: Callable[[HttpRequest, Any, Person], Any]) -> Seed:
    """A fault in one page: `alter` gets the request, the answer, and the person whom the page was asked about.

    It may return another answer. Of a page that is asked about nobody the person is one of another scheme.
    """

    def change(world: World, view: Answering) -> Answering:
        def altered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            answer = answered(view, request, *args, **kwargs)
            numbers = {person.pk: person for person in world.people.values()}
            somebody = numbers.get(kwargs.get("person_id", 0), world.people["of another scheme"])
            return alter(request, answer, somebody) or answer

        return altered

    return lambda world: replaced(name, functools.partial(change, world))


def answered(view: Answering, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
    """What the view answers, its refusal being an answer too, since a fault may stand in that."""
    from django.core.handlers.exception import response_for_exception

    try:
        return view(request, *args, **kwargs)
    except Exception as refusal:
        return response_for_exception(request, refusal)


@contextmanager
def added(route: str, view: Answering) -> Iterator[None]:
    """An address more than the service has."""
    module = ModuleType("tests.sweeps.seeded")
    module.urlpatterns = [path(route, view, name="seeded"), *urls.urlpatterns]  # type: ignore[attr-defined]
    for name in ("handler403", "handler404", "handler500"):
        if hasattr(urls, name):
            setattr(module, name, getattr(urls, name))
    with override_settings(ROOT_URLCONF=module):
        yield


@contextmanager
def in_the_database(*statements: str) -> Iterator[None]:
    """Statements run as the superuser; the transaction that holds the test undoes them."""
    with outside(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    yield


def everybody() -> list[Person]:
    """All people there are, as a query that walks past row security would read them."""
    with outside():
        return list(Person.objects.order_by("pk"))


def put(answer: Any, text: str) -> None:
    """Write into a page, at its end."""
    if isinstance(answer, HttpResponse):
        answer.content = answer.content + text.encode()
