"""What every page must answer to everybody about every sample, worked out from what its view declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from django.urls import Resolver404, resolve

from tests.sweeps.addresses import METHODS, Page, Sample, pages, samples
from tests.sweeps.browsing import HALF_SIGNED_IN, LOCKED_OUT, NOBODY, Answer, Browsers, Request
from tests.sweeps.canaries import leaks
from tests.sweeps.checks import faults
from tests.sweeps.forms import HtmlForm, filled
from tests.sweeps.lots import lot
from tests.sweeps.sights import sight_of
from tests.sweeps.world import World
from trellis.rules.vocabulary import Compartment, Permission, Sight, Stage

GOES_ON = frozenset({200, 302})
# Whose pages show every form between them, and how many of them read each page for it.
READERS = ("coordinator", "police_om", "information_officer", "administrator", "auditor", "stranger")
ENOUGH_READERS = 2
# Pages for these are about people of whom the reader may know no more than that a record is held.
MEETS_LIMITS = {
    *(Permission.ASK_FOR_ACCESS, Permission.BREAK_GLASS, Permission.DECIDE_ACCESS),
    *(Permission.REVIEW_EMERGENCIES, Permission.RESTRICT_RECORDS),
}
# Pages that are open to all say for themselves what they do; they may not fail.
OPEN_TO_ALL = frozenset({200, 302, 400, 403, 404, 405, 410, 429})


def users_of(world: World) -> list[str]:
    """Everybody who asks: each of the cast, somebody disabled, and nobody."""
    return [*world.users, NOBODY]


def expected(page: Page, who: str, sample: Sample, method: str, world: World) -> frozenset[int]:
    """The answers that are right. A page's own further conditions are in FURTHER."""
    if method not in METHODS:
        return frozenset({405})
    if page.is_open or (who == HALF_SIGNED_IN and page.before_second_factor):
        return OPEN_TO_ALL
    if who in LOCKED_OUT:
        return frozenset({302})
    user, oracle = world.users[who], world.oracle
    declared = method in page.methods or (method == "HEAD" and "GET" in page.methods)
    if page.needs and not oracle.may(user.pk, *page.needs):
        return frozenset({403} if declared else {403, 405})
    return _about(page, who, sample, world) if declared else frozenset({405})


def _about(page: Page, who: str, sample: Sample, world: World) -> frozenset[int]:
    """The right answers to somebody who may open the page, by what they may know of the sample."""
    sight = sight_of(world.oracle, world.users[who].pk, sample.label, sample.row) if sample.row is not None else None
    if not sample.exists:
        # Where the address names a record that is held, it may be that which is refused first.
        return frozenset({403, 404}) if sight is Sight.PRESENCE else frozenset({404})
    if sight is not None:
        if sight is Sight.HIDDEN:
            return frozenset({404})
        if sight is Sight.PRESENCE or MEETS_LIMITS & set(page.needs):
            # A page may say that a record is held, with 403, or act as if there were none; those that deal with
            # limits also go on.
            return frozenset({403, 404}) | (GOES_ON if MEETS_LIMITS & set(page.needs) else frozenset())
    further = FURTHER.get(page.name)
    return GOES_ON | (further(world, who, sample) if further else frozenset())


def _of_another_agency(world: World, who: str, sample: Sample) -> frozenset[int]:
    """403 for a row that is another agency's to change."""
    agency = world.oracle.posts_of(world.users[who].pk)[0].agency
    return frozenset() if sample.row.agency_id == agency else frozenset({403})


def _without_health(world: World, who: str, sample: Sample) -> frozenset[int]:
    """403 for somebody to whom nothing opens health information about the person."""
    held = world.oracle.opens(world.users[who].pk, sample.row.pk, Compartment.HEALTH.value)
    return frozenset() if held else frozenset({403})


def _of_no_shown_person(world: World, who: str, sample: Sample) -> frozenset[int]:
    """404 for a referral whose person the reader may not see, though they may see the referral."""
    seen = world.oracle.sight(world.users[who].pk, sample.row.person_id)
    return frozenset() if seen is Sight.SHOWN else frozenset({404})


def _without_a_password(world: World, who: str, sample: Sample) -> frozenset[int]:
    """403 for an account that signs in without a password of its own."""
    return frozenset() if world.users[who].has_usable_password() else frozenset({403})


def _of_nobody_managed(world: World, who: str, sample: Sample) -> frozenset[int]:
    """404 for somebody who is not managed."""
    return frozenset() if sample.row is None or sample.row.stage == Stage.MANAGED else frozenset({404})


def _of_an_unseen_meeting(world: World, who: str, sample: Sample) -> frozenset[int]:
    """404 for an item of a meeting in whose scheme the reader attends none, though they may see the person."""
    seen = sight_of(world.oracle, world.users[who].pk, "meetings.Meeting", sample.row.meeting)
    return frozenset() if seen is Sight.SHOWN else frozenset({404})


def _without_psychology(world: World, who: str, sample: Sample) -> frozenset[int]:
    """403 for somebody to whom nothing opens psychology information about the person."""
    held = world.oracle.opens(world.users[who].pk, sample.row.pk, Compartment.PSYCHOLOGY.value)
    return frozenset() if held else frozenset({403})


def _unless_they_also_may(permission: Permission) -> Callable[[World, str, Sample], frozenset[int]]:
    """403 to whoever may read the page and not do what it offers."""

    def allowed(world: World, who: str, sample: Sample) -> frozenset[int]:
        held = world.oracle.may(world.users[who].pk, permission)
        return frozenset() if held else frozenset({403})

    return allowed


def _both(*conditions: Callable[..., frozenset[int]]) -> Callable[..., frozenset[int]]:
    return lambda *asked: frozenset().union(*(one(*asked) for one in conditions))


def _without_a_scheme(world: World, who: str, sample: Sample) -> frozenset[int]:
    """403 for somebody who works in no scheme."""
    return frozenset() if any(post.scheme for post in world.oracle.posts_of(world.users[who].pk)) else frozenset({403})


def _not_theirs_to_train(world: World, who: str, sample: Sample) -> frozenset[int]:
    """404 for a colleague whose training the reader does not look after, and to somebody who works in no scheme."""
    user = world.users[who].pk
    keeps = world.oracle.may(user, Permission.ALLOCATE, Permission.MANAGE_USERS)
    own = sample.row is not None and sample.row.pk == user
    in_scheme = not _without_a_scheme(world, who, sample)
    return frozenset() if in_scheme and (keeps or own or sample.row is None) else frozenset({404})


def _answering_for_nobody(world: World, who: str, sample: Sample) -> frozenset[int]:
    """403 for somebody who does not allocate a scheme's cases; here nobody supervises a team."""
    allocates = world.oracle.may(world.users[who].pk, Permission.ALLOCATE)
    return _without_a_scheme(world, who, sample) if allocates else frozenset({403})


# Where a view asks more than its declared permission and the sight of the row: each a rule, not an outcome.
FURTHER: dict[str, Callable[[World, str, Sample], frozenset[int]]] = {
    "casework:correct": _of_another_agency,
    "casework:change_outcome": _of_another_agency,
    "casework:tick": _of_another_agency,
    "casework:move": _of_another_agency,
    "casework:call_off": _of_another_agency,
    "casework:outcome": _of_another_agency,
    "work:update_document": _of_another_agency,
    "work:withdraw_document": _of_another_agency,
    "sharing:withdraw": _of_another_agency,
    "casework:drug_test": _without_health,
    "needs:new_consult": _without_psychology,
    "caseload:hand_over": _of_nobody_managed,
    "priority:take_back": _of_another_agency,
    "caseload:workload": _answering_for_nobody,
    "caseload:export": _unless_they_also_may(Permission.EXPORT),
    "meetings:item": _both(_of_an_unseen_meeting, _unless_they_also_may(Permission.HOLD_MEETINGS)),
    "meetings:update": _of_an_unseen_meeting,
    "meetings:general": _unless_they_also_may(Permission.HOLD_MEETINGS),
    "training:colleague": _not_theirs_to_train,
    "training:record": _not_theirs_to_train,
    "training:need": _not_theirs_to_train,
    "selection:panel": _both(_of_no_shown_person, _unless_they_also_may(Permission.DECIDE)),
    "account_change_password": _without_a_password,
}


class Sweep:
    """Asks pages, and keeps the forms met on the way, so that a POST sends what the page's own form would."""

    def __init__(self, world: World, browsers: Browsers) -> None:
        self.world, self.browsers = world, browsers
        # The fullest form that leads to a page, by its name; and those about one thing, by their address.
        self.forms, self.forms_at, self.shown_to = world.forms, world.forms_at, world.shown_to

    def form_of(self, page: Page, path: str) -> HtmlForm | None:
        """What a page takes: the form that leads to that address of it, or else the fullest form that leads to it.

        A page that is shown is read for its own; one that is only sent to has its form on another, looked for in its
        app first.
        """
        if "GET" in page.methods:
            self._learn(page)
        else:
            for other in sorted(pages(), key=lambda one: one.app != page.app):
                if page.name not in self.forms:
                    self._learn(other)
        return self.forms_at.get(path) or self.forms.get(page.name)

    def _learn(self, page: Page) -> None:
        """Read a page's forms once, as the first two who are shown it."""
        if page.name in self.world.learned or "GET" not in page.methods or page.is_open:
            return
        self.world.learned.add(page.name)
        for who in READERS:
            able = self._able(page, who)
            if able and self.shown_to[page.name] < ENOUGH_READERS:
                answer = self.browsers.ask(Request(who, "GET", able[0].path))
                self._keep_forms(able[0].path, answer)
                self.shown_to[page.name] += answer.status == HTTPStatus.OK

    def _able(self, page: Page, who: str) -> list[Sample]:
        return [one for one in samples(page, self.world) if 200 in expected(page, who, one, "GET", self.world)]

    def is_shown(self, page: Page) -> bool:
        """Whether anybody is shown a page about anything, and not only told that they may not or that it is gone."""
        asking = dict.fromkeys([*READERS, *self.world.users])
        asked = (Request(who, "GET", one.path) for who in asking for one in self._able(page, who))
        return bool(self.shown_to[page.name]) or any(self.browsers.ask(one).status == HTTPStatus.OK for one in asked)

    def _keep_forms(self, path: str, answer: Answer) -> None:
        for form in answer.page.forms:
            at = form.action.partition("?")[0] or path
            if form.method == "post" and (target := page_at(at)):
                self.forms_at[at] = form
                if len(form.fields) > len(self.forms.get(target, HtmlForm("", "")).fields):
                    self.forms[target] = form

    def answers(self, page: Page, who: str, chosen: Iterable[Sample], *, head: bool = True) -> Iterator[Answered]:
        """What the samples answer to somebody, by every method that the service knows; HEAD of the first alone."""
        for number, sample in enumerate(chosen):
            # Django answers HEAD by the view's own GET, so that one a page shows what all would.
            methods = ["GET", "HEAD", "POST"] if head and not number else ["GET", "POST"]
            for method in methods:
                answer = self.browsers.ask(self._request(page, who, sample, method))
                if method == "GET" and answer.status == 200:
                    self._keep_forms(sample.path, answer)
                yield Answered(page, sample, answer)

    def _request(self, page: Page, who: str, sample: Sample, method: str) -> Request:
        if method != "POST":
            return Request(who, method, sample.path)
        form = self.form_of(page, sample.path)
        is_own = sample.path in self.forms_at
        return Request(who, method, sample.path, filled(form) if form else {}, borrowed=not is_own)

    def wrong(self, one: Answered) -> Iterator[str]:
        """What is wrong with an answer: its status, what holds of every answer, and what it tells."""
        right = expected(one.page, one.answer.request.who, one.sample, one.answer.request.method, self.world)
        if one.answer.request.borrowed:
            right |= {404} if 302 in right else set()
        if opens_a_record(one.page, one.answer):
            one.answer.after = b""
        found = [*faults(one.answer), *leaks(one.answer, self.world)]
        if one.answer.status not in right:
            found.insert(0, f"status {one.answer.status} instead of {sorted(right)}")
        for sentence in found:
            yield f"{one.page.name}, {one.answer.request}, {one.sample.relation}: {sentence}"


@dataclass(frozen=True)
class Answered:
    """A page, what it was asked about and what it answered."""

    page: Page
    sample: Sample
    answer: Answer


def opens_a_record(page: Page, answer: Answer) -> bool:
    """Whether the answer used emergency access, which rightly shows more from then on."""
    return Permission.BREAK_GLASS in page.needs and answer.status == HTTPStatus.FOUND


def some_users(page: Page, world: World) -> list[str]:
    """Of everybody, the few whom a sampled sweep sends to a page: two by lot, and one who may open it."""
    drawn = sorted(users_of(world), key=lambda who: lot(page.name, who))
    may = [who for who in drawn if who not in LOCKED_OUT and world.oracle.may(world.users[who].pk, *page.needs)]
    return list(dict.fromkeys([*may[:1], *drawn[:2]]))


def some_samples(page: Page, who: str, world: World) -> list[Sample]:
    """Of all samples, the few that a sampled sweep asks about: more by somebody who may open the page."""
    drawn = sorted(samples(page, world), key=lambda sample: lot(page.name, who, sample.relation))
    may = who in world.users and world.oracle.may(world.users[who].pk, *page.needs)
    return drawn[: 2 if may else 1]


def page_at(path: str) -> str:
    """The name of the page at an address, or "" where there is none."""
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return ""
