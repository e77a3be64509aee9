"""Every address, from the resolver, with a sample of what it may be about in each relation to who asks."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import UUIDConverter

from tests.service.access.samples import OURS
from tests.sweeps.world import World
from trellis.rules.vocabulary import Permission

# The row that an address asks for, as the world names it, by the name of its part.
# "app:part" says it for one app's addresses alone.
MODEL_OF = {
    "person_id": "people.Person",
    "alert_id": "people.Alert",
    "referral_id": "selection.Referral",
    "decision_id": "selection.PanelDecision",
    "contact_id": "casework.Contact",
    "appointment_id": "casework.Appointment",
    "answer_id": "needs.PathwayAnswer",
    "plans:agreement_id": "plans.BehaviourAgreement",
    "priority:proposal_id": "priority.Proposal",
    "plans:version_id": "plans.PlanVersion",
    "meetings:item_id": "meetings.PersonItem",
    "meetings:general_id": "meetings.GeneralItem",
    "briefing_id": "intelligence.Briefing",
    "file_id": "feeds.FeedFile",
    "row_id": "feeds.WaitingRow",
    "notice_id": "work.Notice",
    "task_id": "work.Task",
    "sharing:act_id": "sharing.InformationShared",
    "document_id": "work.Document",
    "work:version_id": "work.DocumentVersion",
    "agreement_id": "access.SharingAgreement",
    "place_id": "access.AgreementParty",
    "consent_id": "sharing.Consent",
    "protection:request_id": "access.AccessRequest",
    "protection:grant_id": "emergency",
    "protection:note_id": "people.SensitiveNote",
    "administration:request_id": "administration.AccountRequest",
}
# Parts that are words: those that mean something.
WORDS = {
    "kind": ("police", "probation", "case"),
    "meetings:kind": ("panel",),
    "uid": ("MQ",),
    "token": ("no-such-token",),
}
# Pages that say whom they are about in their address's query: the name of the query's part.
PEOPLE_IN_QUERY = {"caseload:hand_over": "person"}
NO_SUCH_NUMBER, NO_SUCH_WORD = 999_999_999, "no-such-word"
METHODS = ("GET", "HEAD", "POST")


@dataclass(frozen=True)
class Page:
    """One address: its name, its pattern, its parts with how each is read, and what its view declares."""

    name: str
    route: str
    parts: dict[str, Any]
    needs: tuple[Permission, ...]
    is_open: bool
    before_second_factor: bool
    methods: tuple[str, ...]

    @property
    def app(self) -> str:
        """The app's name in the page's, empty for pages of none."""
        return self.name.rpartition(":")[0]


@dataclass(frozen=True)
class Sample:
    """What a page is asked about: in which relation, at which address, and the row; None where nothing is there."""

    relation: str
    path: str
    label: str = ""
    row: Any = None
    exists: bool = True


def pages() -> list[Page]:
    """Every page of the service as it is configured now."""
    return list(_walk(get_resolver().url_patterns))


def _walk(found: list[Any], space: str = "", route: str = "") -> Iterator[Page]:
    for one in found:
        here = route + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space, here)
        elif isinstance(one, URLPattern):
            view = one.callback
            yield Page(
                name=f"{space}{one.name}",
                route=here,
                parts=dict(one.pattern.converters),
                needs=tuple(getattr(view, "needs", ())),
                is_open=not getattr(view, "login_required", True),
                before_second_factor=getattr(view, "before_second_factor", False),
                methods=tuple(_declared(view)),
            )


def _declared(view: Any) -> list[str]:
    """The methods that a view's decorators let in; all that the service knows where none says."""
    layer = view
    while layer is not None:
        inside = inspect.getclosurevars(layer).nonlocals if inspect.isfunction(layer) else {}
        if "request_method_list" in inside:
            return [method for method in inside["request_method_list"] if method in METHODS]
        layer = getattr(layer, "__wrapped__", None)
    return list(METHODS)


def samples(page: Page, world: World) -> list[Sample]:
    """What to ask the page about. Fails, with where to add it, for a part of which nothing is known."""
    if not page.parts:
        return [Sample("no part", f"/{page.route}"), *_of_people(page, world)]
    numbered = [part for part in page.parts if not _words(page, part)]
    made: dict[str, Sample] = {}
    if not numbered:
        for sample in _word_samples(page, {}, "a word"):
            made.setdefault(sample.path, sample)
        return list(made.values())
    for relation, rows in world.rows.items():
        found = {part: rows.get(_model_of(page, part)) for part in numbered}
        if all(row is not None for row in found.values()):
            parts = {part: str(row.pk) for part, row in found.items() if row is not None}
            row = found[numbered[-1]]
            assert row is not None
            for sample in _word_samples(page, parts, relation, row._meta.label, row):
                made.setdefault(sample.path, sample)
    assert made, f"{page.name}: no row is made of {', '.join(_model_of(page, part) for part in numbered)}."
    nowhere = {part: _no_such(page, part) for part in numbered}
    nothing = Sample("not there", _address(page, nowhere | _first_words(page)), exists=False)
    return [*made.values(), nothing]


def _of_people(page: Page, world: World) -> Iterator[Sample]:
    """The page with each of the world's people in its query, where it asks for people there."""
    if part := PEOPLE_IN_QUERY.get(page.name):
        for relation, person in world.people.items():
            yield Sample(relation, f"/{page.route}?{part}={person.pk}", "people.Person", person)
        yield Sample("not there", f"/{page.route}?{part}={NO_SUCH_NUMBER}", exists=False)


def anywhere(page: Page) -> str:
    """Some address of the page, whether or not what it is about exists."""
    return _address(page, {part: (_words(page, part) or (_no_such(page, part),))[0] for part in page.parts})


def _word_samples(
    page: Page, parts: dict[str, str], relation: str, label: str = "", row: Any = None
) -> Iterator[Sample]:
    words = [part for part in page.parts if _words(page, part)]
    for number in range(max([len(_words(page, part)) for part in words] or [1])):
        chosen = {part: _words(page, part)[number % len(_words(page, part))] for part in words}
        yield Sample(relation, _address(page, parts | chosen), label, row)
    if words:
        wrong = dict.fromkeys(words, NO_SUCH_WORD)
        yield Sample(f"{relation}, no such word", _address(page, parts | wrong), label, row, exists=False)


def _first_words(page: Page) -> dict[str, str]:
    return {part: _words(page, part)[0] for part in page.parts if _words(page, part)}


def _words(page: Page, part: str) -> tuple[str, ...]:
    return WORDS.get(f"{page.app}:{part}", WORDS.get(part, ()))


def _model_of(page: Page, part: str) -> str:
    """The model that a part of an address numbers: as listed, or the only one whose name the part is."""
    listed = MODEL_OF.get(f"{page.app}:{part}", MODEL_OF.get(part))
    if listed:
        return listed
    name = part.removesuffix("_id").replace("_", "")
    found = [label for label in OURS if label.rpartition(".")[2].lower() == name]
    assert len(found) == 1, (
        f"{page.name} asks for <{part}>, and nothing says what that is: add it to MODEL_OF, or to WORDS, in"
        " tests/sweeps/addresses.py."
    )
    return found[0]


def _no_such(page: Page, part: str) -> str:
    return str(uuid.UUID(int=NO_SUCH_NUMBER) if isinstance(page.parts[part], UUIDConverter) else NO_SUCH_NUMBER)


def _address(page: Page, parts: dict[str, str]) -> str:
    address = page.route
    for part in page.parts:
        start, end = address.index("<"), address.index(">")
        assert part in address[start:end]
        address = address[:start] + parts[part] + address[end + 1 :]
    return f"/{address}"
