"""Who may read, add, change and remove the rows of every model, tried as each of the cast.

A new model fails until it is listed here: write down what each of the cast may do, then run the test.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, models, transaction

from tests.cast import EVERY_STAGE, Cast
from tests.factories import grant, make_person
from tests.service.access.samples import IN_THE_AGENCYS_NAME, OURS, make_world, values_of
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting, acting_agency_id
from trellis.service.access.models import Grant, User
from trellis.service.audit.models import AccessEvent, ChangeEvent, ChangeImage, Seal, Unsealed
from trellis.service.audit.sealing import seal_batch
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db

# The coordinator sees everybody, the analyst everybody and only reads; the officers see this person by a grant, the
# neighbourhood officer does not. The feeds stand for the system's own actors.
ACTORS = (
    *("coordinator", "police_om", "housing_worker", "neighbourhood", "analyst", "auditor", "administrator"),
    *("stranger", "anonymous", "feeds", "information_officer"),
)
READ_BY_ALL_SET_UP_BY_FEW = "S--- S--- S--- S--- S--- S--- SIU- S--- S--- SIU- S---"
FACT = "SIU- SIU- SIU- ---- S--- ---- ---- ---- ---- SIU- SIU-"
# What the partner view of housing does not list, so housing reads and writes none of it but its own.
WITHOUT_HOUSING = "SIU- SIU- ---- ---- S--- ---- ---- ---- ---- SIU- SIU-"
# The same, and written by whoever plans.
PLANNED = "SIU- SIU- ---- ---- S--- ---- ---- ---- ---- SIU- S---"
DECIDED = "SIU- S--- S--- ---- S--- ---- ---- ---- ---- SIU- S---"
# Part of a meeting, and about nobody: read by whoever attends, added by whoever holds it.
OF_A_MEETING = "SI-- SI-- S--- S--- S--- ---- ---- ---- ---- SI-- ----"
# S: sees the row, I: may add one like it in their own name, U: may change it, D: may remove it.
EXPECTED = {
    "audit.ChangeEvent": "---- ---- ---- ---- ---- S--- ---- ---- ---- ---- ----",
    "audit.ChangeImage": "---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----",
    "audit.AccessEvent": "-I-- SI-- -I-- -I-- -I-- SI-- -I-- -I-- -I-- -I-- -I--",
    "audit.Unsealed": "---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----",
    "audit.Seal": "---- ---- ---- ---- ---- S--- ---- ---- ---- ---- ----",
    "schemes.Area": READ_BY_ALL_SET_UP_BY_FEW,
    "schemes.Agency": READ_BY_ALL_SET_UP_BY_FEW,
    "schemes.Scheme": READ_BY_ALL_SET_UP_BY_FEW,
    "schemes.Cohort": READ_BY_ALL_SET_UP_BY_FEW,
    "schemes.Team": READ_BY_ALL_SET_UP_BY_FEW,
    "access.User": "S--- S--- S--- S--- S--- S--- S-U- S--- S--- SIU- S---",
    "access.Draft": "SIUD -I-- -I-- -I-- -I-- -I-- -I-- -I-- -I-- -I-- -I--",
    "access.Posting": "S--- S--- S--- S--- S--- S--- S-U- S--- S--- SIU- S---",
    "access.SharingAgreement": "S--- S--- S--- S--- S--- S--- S--- S--- S--- SIU- SIU-",
    "access.AgreementParty": "S--- S--- S--- S--- S--- S--- S--- S--- S--- SIU- SIU-",
    "access.Grant": "SIU- ---- ---- ---- ---- ---- S-U- ---- ---- SIU- ----",
    "access.Cover": "S-U- S--- ---- ---- ---- ---- ---- ---- ---- SIU- ----",
    "access.AccessRequest": "SI-- SI-- ---- ---- ---- ---- ---- ---- ---- ---- S---",
    "access.EmergencyReview": "---- S--- ---- ---- ---- ---- ---- ---- ---- SI-- SI--",
    "access.Limit": "SIU- ---- ---- ---- ---- ---- ---- ---- ---- SIU- SIU-",
    "access.LimitName": "S--- ---- ---- ---- ---- ---- ---- ---- ---- SIU- S---",
    "access.NameChange": "SI-- ---- ---- ---- ---- ---- ---- ---- ---- SIU- SI--",
    "protection.LimitReview": "SI-- ---- ---- ---- ---- ---- ---- ---- ---- SI-- SI--",
    "people.Person": "SIU- S-U- S-U- ---- S--- ---- ---- ---- ---- SIU- SIU-",
    "people.PersonName": FACT,
    "people.Identifier": WITHOUT_HOUSING,
    "people.Address": FACT,
    "people.Phone": FACT,
    "people.Vehicle": WITHOUT_HOUSING,
    "people.Alert": "SIU- SIU- SIU- ---- S--- ---- ---- ---- ---- SIU- S---",
    "people.SensitiveNote": "SIU- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----",
    "people.ProtectedCharacteristics": WITHOUT_HOUSING,
    "people.SearchToken": "SI-D SI-D SI-D ---- S--- ---- ---- ---- ---- SI-D SI-D",
    "record.Arrest": WITHOUT_HOUSING,
    "record.Charge": WITHOUT_HOUSING,
    "record.Disposal": WITHOUT_HOUSING,
    "record.AgencyScore": WITHOUT_HOUSING,
    "record.Custody": FACT,
    "record.Supervision": FACT,
    "record.Registration": WITHOUT_HOUSING,
    "record.Priority": "SIU- SIU- S--- ---- S--- ---- ---- ---- ---- SIU- S---",
    "priority.Proposal": "SIU- SIU- SIU- ---- S--- ---- ---- ---- ---- SIU- S---",
    "selection.Run": "S--- S--- S--- S--- S--- S--- S--- S--- S--- SI-- S---",
    "selection.Score": "SI-- SI-- ---- ---- S--- ---- ---- ---- ---- SI-- SI--",
    "selection.Proposal": "S-U- S--- ---- ---- S--- ---- ---- ---- ---- SIU- S---",
    "selection.Referral": "SIU- SI-- SI-- ---- S--- ---- ---- ---- ---- SIU- S---",
    "selection.ViewRequest": "SI-- ---- ---- ---- ---- ---- ---- ---- ---- S--- ----",
    "selection.AgencyView": "SI-- SI-- SI-- ---- S--- ---- ---- ---- ---- S--- S---",
    "selection.PanelDecision": "SI-- S--- ---- ---- S--- ---- ---- ---- ---- SI-- S---",
    "selection.CohortMembership": DECIDED,
    "selection.Lead": DECIDED,
    "caseload.Handover": "SIU- S--- ---- ---- S--- ---- ---- ---- ---- SIU- S---",
    "needs.Assessment": PLANNED,
    "plans.Plan": PLANNED,
    "plans.Objective": PLANNED,
    "plans.Step": PLANNED,
    "plans.PlanVersion": PLANNED,
    "plans.Contingency": PLANNED,
    "plans.Lapse": PLANNED,
    "plans.BehaviourAgreement": PLANNED,
    "plans.Clause": PLANNED,
    "plans.Signature": PLANNED,
    "plans.ComplianceEntry": PLANNED,
    "meetings.Meeting": "SIU- SIU- S--- S--- S--- ---- ---- ---- ---- SIU- ----",
    "meetings.Expectation": OF_A_MEETING,
    "meetings.Attendance": OF_A_MEETING,
    "meetings.Invitation": OF_A_MEETING,
    "meetings.GeneralItem": OF_A_MEETING,
    "meetings.GeneralMinute": OF_A_MEETING,
    "meetings.AgencyReturn": "SI-- SI-- S--- SI-- S--- ---- ---- ---- ---- SI-- ----",
    "meetings.PersonItem": "SIU- SIU- S--- ---- S--- ---- ---- ---- ---- SIU- S---",
    "meetings.Minute": "SIU- SIU- S--- ---- S--- ---- ---- ---- ---- SIU- S---",
    "meetings.AgencyUpdate": "SIU- SIU- SIU- ---- S--- ---- ---- ---- ---- SIU- S---",
    "needs.PathwayAnswer": PLANNED,
    "needs.IndicatorAnswer": PLANNED,
    "needs.Vulnerability": PLANNED,
    "needs.PsychologyConsult": "SIU- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----",
    "casework.Contact": "SIU- SIU- SIU- ---- S--- ---- ---- ---- ---- SIU- S---",
    "casework.Appointment": "SIU- SIU- SIU- ---- S--- ---- ---- ---- ---- SIU- S---",
    "casework.RecordedElsewhere": "SIU- SIU- ---- ---- S--- ---- ---- ---- ---- SIU- S---",
    "casework.DrugTest": "SIU- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----",
    "casework.SelectionExplained": "SIU- SIU- ---- ---- S--- ---- ---- ---- ---- SIU- S---",
    "casework.OfferOfHelp": "SIU- SIU- ---- ---- S--- ---- ---- ---- ---- SIU- S---",
    "casework.Disengagement": "SIU- SIU- ---- ---- S--- ---- ---- ---- ---- SIU- S---",
    "casework.CalendarFeed": "SIU- -I-- -I-- -I-- -I-- -I-- -I-- -I-- SI-- -I-- -I--",
    "intelligence.Briefing": "SI-- SI-- S--- S--- S--- ---- ---- ---- ---- SI-- ----",
    "training.Completion": "SIU- ---- ---- ---- ---- ---- SIU- ---- ---- SIU- ----",
    "training.TrainingNeed": "SI-- -I-- -I-- -I-- -I-- -I-- SI-- -I-- -I-- SI-- -I--",
    "feeds.FeedFile": "SIU- ---- ---- ---- ---- ---- ---- ---- ---- SIU- SIU-",
    "feeds.WaitingRow": "S--- ---- ---- ---- ---- ---- ---- ---- ---- SIU- S---",
    "feeds.Movement": WITHOUT_HOUSING,
    "sharing.Consent": WITHOUT_HOUSING,
    "sharing.InformationShared": WITHOUT_HOUSING,
    "work.Notice": "-I-- -I-- -I-- -I-- ---- ---- -I-- ---- ---- -I-- -I--",
    "work.Document": "SIU- SIU- ---- ---- S--- ---- ---- ---- ---- SIU- SIU-",
    "work.DocumentVersion": "SI-- SI-- ---- ---- S--- ---- ---- ---- ---- SIU- SI--",
    "work.NoticeChoice": "SIU- -I-- -I-- -I-- -I-- -I-- -I-- -I-- -I-- -I-- -I--",
    "work.Task": "SIU- SIU- -I-- ---- S--- ---- ---- ---- ---- SIU- SIU-",
    "administration.AccountRequest": "---- ---- ---- ---- ---- ---- SI-- ---- ---- SIU- S---",
    "administration.AccountDecision": "---- ---- ---- ---- ---- ---- SI-- ---- ---- SI-- S---",
}


@pytest.fixture
def world(cast: Cast) -> dict[str, models.Model]:
    person = make_person(cast, stage=Stage.MANAGED)
    for user in (cast.police_om, cast.housing_worker):
        grant(cast, user, person)
    with acting("setup") as actor:
        Grant.objects.create(
            user=cast.analyst, scheme=cast.scheme, stages=EVERY_STAGE, compartments=["core"], basis="role",
            granted_by_id=actor.user_id,
        )  # fmt: skip
    world = make_world(cast, person)
    with acting(cast.police_om):
        _add_events(world, cast)
    return world


def _add_events(world: dict[str, models.Model], cast: Cast) -> None:
    world["audit.AccessEvent"] = AccessEvent(**values_of(AccessEvent, world, cast.police_om))
    world["audit.AccessEvent"].save()
    with acting("sealer"):
        seal_batch(settings.TRAIL_KEYS, most=1)
        world["audit.Seal"] = Seal.objects.get()
        world["audit.Unsealed"] = Unsealed.objects.latest("id")
        world["audit.ChangeEvent"] = ChangeEvent.objects.latest("id")
    world["audit.ChangeImage"] = ChangeImage(event=world["audit.ChangeEvent"])


def tried(model: type[models.Model], world: dict[str, models.Model], user: User) -> str:
    """What the present actor may do with the model's row, as "SIUD" with a dash for each refusal."""
    row = world[model._meta.label]
    return "".join(
        letter if attempt() else "-"
        for letter, attempt in (
            (
                "S",
                lambda: _does(f'SELECT 1 FROM "{model._meta.db_table}" WHERE "{model._meta.pk.column}" = %s', row.pk),
            ),
            ("I", lambda: _adds(model, world, user)),
            ("U", lambda: _changes(model, row)),
            ("D", lambda: _does(f'DELETE FROM "{model._meta.db_table}" WHERE "{model._meta.pk.column}" = %s', row.pk)),
        )
    )


def _adds(model: type[models.Model], world: dict[str, models.Model], user: User) -> bool:
    values = values_of(model, world, user)
    if model._meta.label in IN_THE_AGENCYS_NAME:
        values["agency_id"] = acting_agency_id(user)
        values.pop("agency")
    if model is User:
        values |= {"username": "another", "is_system": False}
    try:
        with transaction.atomic():
            model(**values).save(force_insert=True)
            transaction.set_rollback(True)
    except IntegrityError:
        # The policy has let it through: a constraint is asked only after that.
        return True
    except ProgrammingError:
        return False
    return True


def _changes(model: type[models.Model], row: models.Model) -> bool:
    """Whether every column that may change can be written, to what it holds."""
    columns = model.register.rows.update  # type: ignore[attr-defined]
    if columns == ("*",):
        columns = tuple(f.column for f in model._meta.concrete_fields if not f.primary_key and not f.generated)
    if not columns:
        columns = (model._meta.concrete_fields[-1].column,)
    written = ", ".join(f'"{column}" = "{column}"' for column in columns)
    return _does(f'UPDATE "{model._meta.db_table}" SET {written} WHERE "{model._meta.pk.column}" = %s', row.pk)


def _does(statement: str, *values: Any) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            transaction.set_rollback(True)
            return bool(cursor.rowcount)
    except ProgrammingError:
        return False


@pytest.mark.requirement("SEC-06")
def test_every_model_is_listed() -> None:
    assert set(EXPECTED) == set(OURS)


@pytest.mark.requirement("SEC-06")
def test_each_of_the_cast_may_do_what_is_listed_and_no_more(cast: Cast, world: dict[str, models.Model]) -> None:
    found: dict[str, list[str]] = {label: [] for label in OURS}
    for name in ACTORS:
        user = getattr(cast, name, None) or User.objects.get(username=name)
        with acting(user if hasattr(cast, name) else name):
            for label, model in OURS.items():
                found[label].append(tried(model, world, user))
    assert {label: " ".join(cells) for label, cells in found.items()} == EXPECTED


def test_a_person_of_another_scheme_or_stage_is_out_of_reach(cast: Cast, world: dict[str, models.Model]) -> None:
    other = make_person(cast, "Wethercott", area=None)
    with acting(cast.police_om):
        assert not Person.objects.filter(pk=other.pk).update(version=2)
