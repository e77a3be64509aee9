"""Makes the demonstration: the scheme from its definition, its workers, and the synthetic force through the feeds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone

from trellis.service.access.actor import acting
from trellis.service.access.agreements import found_agreement
from trellis.service.access.models import User
from trellis.service.demo.accounts import have_accounts_move
from trellis.service.demo.caseload import pass_cases_on
from trellis.service.demo.cast import make_cast
from trellis.service.demo.meetings import hold_meetings
from trellis.service.demo.needs import assess_people
from trellis.service.demo.plans import plan_for_people
from trellis.service.demo.priorities import propose_priorities
from trellis.service.demo.scene import begin_work
from trellis.service.demo.training import train_staff
from trellis.service.demo.work import give_work
from trellis.service.feeds.actions import receive_file
from trellis.service.feeds.apply import apply_whole
from trellis.service.schemes.actions import set_up_scheme
from trellis.service.schemes.models import Agency, Scheme
from trellis.service.selection.actions import propose_candidates
from trellis.synthetic.force import Settings, write_extracts

SCHEME = "fable"
# Who a person is comes first; what the scheme did with them comes last.
FEEDS = (
    "police_nominals",
    "police_custody_records",
    "court_results",
    "probation_cases",
    "prison_movements",
    "cohort_list",
    "priority_history",
    "contacts",
)
LOADED_BY = "edmund.hartsease"
Say = Callable[[str], None]


def load_demonstration(*, say: Say, people: int = 2_000, managed: int = 150) -> None:
    """Make whatever of the demonstration is missing; what is there is kept, so that running it again is quick.

    `people` and `managed` size the synthetic force. A load that was broken off goes on where it stopped.
    """
    with acting("setup") as actor:
        scheme = Scheme.objects.filter(slug=SCHEME).first()
        if scheme is not None and scheme.briefings.exists():
            return
        say("Making the scheme and its workers ...")
        scheme = set_up_scheme(key=SCHEME)
        setter_up = User.objects.get(pk=actor.user_id)
        found_agreement(scheme=scheme, agencies=Agency.objects.all(), by=setter_up)
        make_cast(scheme=scheme, by=setter_up)
    with tempfile.TemporaryDirectory() as folder:
        say(f"Inventing a force of {people:,} people ...")
        write_extracts(Path(folder), Settings(as_at=timezone.localdate(), people=people, managed=managed))
        for feed in FEEDS:
            _load(scheme, f"fable_{feed}", Path(folder) / f"fable_{feed}.csv", say)
    coordinator = User.objects.get(username="idris.fernsby")
    with acting(coordinator):
        counts = propose_candidates(scheme=scheme, by=coordinator)
    say(f"Considered {counts.considered:,} people: {counts.proposed} are proposed as candidates.")
    begin_work(scheme)
    assess_people(scheme)
    plan_for_people(scheme)
    propose_priorities(scheme)
    train_staff(scheme)
    give_work(scheme)
    pass_cases_on(scheme)
    hold_meetings(scheme)
    have_accounts_move(scheme)


def _load(scheme: Scheme, feed: str, path: Path, say: Say) -> None:
    officer = User.objects.get(username=LOADED_BY)
    with acting(officer):
        file, _ = receive_file(by=officer, feed=feed, scheme=scheme, name=path.name, content=path.read_bytes())
    applied = apply_whole(file.pk)
    say(f"  {path.name}: {applied.lines:,} rows, {applied.waiting} wait for a person.")
