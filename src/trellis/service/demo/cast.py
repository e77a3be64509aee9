"""The people who work in the demonstration's scheme. All are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trellis.rules.vocabulary import Compartment, Role, Stage
from trellis.service.access.models import Grant, Posting, User
from trellis.service.schemes.models import Agency, Scheme, Team
from trellis.synthetic.places import OFFICERS, POLICE, PROBATION

WORKED_SINCE = date(2020, 1, 1)
OFFICER_ROLES = {POLICE: Role.POLICE_OFFENDER_MANAGER, PROBATION: Role.PROBATION_OFFENDER_MANAGER}
PROBATION_TEAMS = {"LF": "probation-west", "TH": "probation-west", "CM": "probation-east"}
POLICE_TEAMS = {"LF": "iom-little-fabling", "TH": "iom-thimbleford", "CM": "iom-crowsmere"}


@dataclass(frozen=True)
class Member:
    """One worker: who they are, for whom they work and what they can try."""

    username: str
    name: str
    role: Role
    agency: str
    team: str
    tries: str


# Those whom the sign-in page offers; every officer of the synthetic force has an account besides.
CAST = (
    Member(
        *("idris.fernsby", "Idris Fernsby", Role.COORDINATOR, POLICE, "iom-central"),
        "Sees candidates, runs the panel, adopts and allocates, issues briefings",
    ),
    Member(
        *("wren.aldersmith", "Wren Aldersmith", Role.POLICE_OFFENDER_MANAGER, POLICE, "iom-little-fabling"),
        "Manages people in Little Fabling: contacts, priority, alerts",
    ),
    Member(
        *("posy.larkfield", "Posy Larkfield", Role.PROBATION_OFFENDER_MANAGER, PROBATION, "probation-west"),
        "Supervises people in Little Fabling with the police",
    ),
    Member(
        *("bram.copperwick", "Bram Copperwick", Role.PARTNER_WORKER, "fable-housing", "housing"),
        "Refers people to the scheme without seeing their police record",
    ),
    Member(
        *("tilda.moorcroft", "Tilda Moorcroft", Role.NEIGHBOURHOOD_OFFICER, POLICE, "iom-little-fabling"),
        "Reads the briefing for Little Fabling",
    ),
    Member(
        *("edmund.hartsease", "Edmund Hartsease", Role.INFORMATION_OFFICER, POLICE, "iom-central"),
        "Loads agencies' extracts and answers what waits",
    ),
    Member(
        *("quilla.brightwater", "Quilla Brightwater", Role.ANALYST, POLICE, "iom-central"),
        "Reads the cohort's figures",
    ),
    Member(
        *("osbert.finch", "Osbert Finch", Role.AUDITOR, POLICE, "iom-central"),
        "Reads who has seen and done what",
    ),
    Member(
        *("hester.goldfinch", "Hester Goldfinch", Role.PARTNER_WORKER, "fable-recovery", "recovery"),
        "Sees only those whom she has been asked about: at first nobody",
    ),
)

# Whole stages by role; an officer's own cases come with allocation.
STAGES = {
    Role.COORDINATOR: list(Stage),
    Role.INFORMATION_OFFICER: list(Stage),
    Role.ANALYST: [Stage.CANDIDATE, Stage.REFERRAL, Stage.MANAGED, Stage.FORMER],
}


def make_cast(*, scheme: Scheme, by: int) -> None:
    """Make the accounts, postings and grants of everybody who works in the scheme; those that exist stay."""
    agencies = {agency.slug: agency for agency in Agency.objects.all()}
    teams = {team.slug: team for team in Team.objects.all()}
    for member in (*CAST, *_officers()):
        if User.objects.filter(username=member.username).exists():
            continue
        user = User.objects.create_user(member.username, name=member.name)
        Posting.objects.create(
            user=user,
            agency=agencies[member.agency],
            team=teams[member.team],
            scheme=scheme,
            role=member.role,
            starts=WORKED_SINCE,
        )
        _grant_stages(user, member.role, scheme, by)
    _grant_neighbourhood(scheme, teams["iom-little-fabling"], by)


def _officers() -> list[Member]:
    teams = {POLICE: POLICE_TEAMS, PROBATION: PROBATION_TEAMS}
    return [
        Member(one.username, one.name, OFFICER_ROLES[one.agency], one.agency, teams[one.agency][one.area], "")
        for one in OFFICERS
    ]


def _grant_stages(user: User, role: Role, scheme: Scheme, by: int) -> None:
    if role in STAGES:
        Grant.objects.create(
            user=user,
            scheme=scheme,
            stages=STAGES[role],
            compartments=[Compartment.CORE],
            basis=f"works as {role.label.lower()}",
            granted_by_id=by,
        )


def _grant_neighbourhood(scheme: Scheme, team: Team, by: int) -> None:
    """The neighbourhood team sees whom the scheme manages on its own ground, and nobody else."""
    if not Grant.objects.filter(team=team).exists():
        Grant.objects.create(
            team=team,
            scheme=scheme,
            area=team.area,
            stages=[Stage.MANAGED],
            compartments=[Compartment.CORE],
            basis="works the area",
            granted_by_id=by,
        )
