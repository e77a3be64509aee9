"""The people who work in the demonstration's scheme. All are invented."""

from __future__ import annotations

from dataclasses import dataclass

from trellis.rules.vocabulary import Compartment, GrantBasis, Role, Stage
from trellis.service.access.actions import add_user
from trellis.service.access.models import Grant, User
from trellis.service.schemes.models import Agency, Scheme, Team
from trellis.synthetic.places import OFFICERS, POLICE, PROBATION

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
    supervises: bool = False


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
        *("maud.ravenscroft", "Maud Ravenscroft", Role.POLICE_OFFENDER_MANAGER, POLICE, "iom-little-fabling"),
        "Supervises the police officers of Little Fabling: their cases, their load and their training",
        supervises=True,
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
    Member(
        *("cosmo.periwinkle", "Cosmo Periwinkle", Role.ADMINISTRATOR, POLICE, "iom-central"),
        "Invites users, gives and ends roles, and reviews accounts that nobody uses",
    ),
    Member(
        *("juniper.wainscott", "Juniper Wainscott", Role.PARTNER_WORKER, "fable-housing", "housing"),
        "Works for two agencies, and acts for one at a time",
    ),
)


def make_cast(*, scheme: Scheme, by: User) -> None:
    """Make the accounts, postings and grants of everybody who works in the scheme; those that exist stay."""
    agencies = {agency.slug: agency for agency in Agency.objects.all()}
    teams = {team.slug: team for team in Team.objects.all()}
    for member in (*CAST, *_officers()):
        if not User.objects.filter(username=member.username).exists():
            add_user(
                by=by,
                username=member.username,
                name=member.name,
                role=member.role,
                agency=agencies[member.agency],
                scheme=scheme,
                team=teams[member.team],
                supervises=member.supervises,
            )
    _grant_neighbourhood(scheme, teams["iom-little-fabling"], by)


def _officers() -> list[Member]:
    teams = {POLICE: POLICE_TEAMS, PROBATION: PROBATION_TEAMS}
    return [
        Member(one.username, one.name, OFFICER_ROLES[one.agency], one.agency, teams[one.agency][one.area], "")
        for one in OFFICERS
    ]


def _grant_neighbourhood(scheme: Scheme, team: Team, by: User) -> None:
    """The neighbourhood team sees whom the scheme manages on its own ground, and nobody else."""
    if not Grant.objects.filter(team=team).exists():
        Grant.objects.create(
            team=team,
            scheme=scheme,
            area=team.area,
            stages=[Stage.MANAGED],
            compartments=[Compartment.CORE],
            basis=GrantBasis.UNIT,
            granted_by=by,
        )
