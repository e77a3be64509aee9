"""The named cast: one small scheme and the people who work in it. Factories make data; the cast makes people."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date

from django.test import Client

from trellis.rules.vocabulary import Compartment, GrantBasis, Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.agreements import found_agreement
from trellis.service.access.models import Grant, Posting, SharingAgreement, User
from trellis.service.schemes.models import Agency, Area, Cohort, Scheme, Team

LONG_AGO = date(2020, 1, 1)
SECOND_FACTOR_KEYS = ("account_authentication_methods", "account_authentication_methods_user")
EVERY_STAGE = [stage.value for stage in Stage]


@dataclass
class Cast:
    """The scheme, its places and agencies, and who works there."""

    scheme: Scheme
    force: Area
    north: Area
    south: Area
    police: Agency
    probation: Agency
    housing: Agency
    fixed: Cohort
    flex: Cohort
    north_team: Team
    agreement: SharingAgreement
    coordinator: User
    police_om: User
    probation_om: User
    housing_worker: User
    neighbourhood: User
    analyst: User
    auditor: User
    administrator: User
    information_officer: User
    stranger: User

    def client(self, user: User) -> Client:
        """A browser in which that user is fully signed in, the second factor proved just now."""
        client = Client()
        with acting(user):
            client.force_login(user)
        prove_second_factor(client, user)
        return client


def prove_second_factor(client: Client, user: User, seconds_ago: float = 0) -> None:
    """Write into a browser's session that its user proved an authenticator app, so long ago."""
    session = client.session
    methods, whose = SECOND_FACTOR_KEYS
    session[methods] = [{"method": "mfa", "type": "totp", "at": time.time() - seconds_ago}]
    session[whose] = str(user.pk)
    # Listed already, so that a first request costs no more than the next.
    session["sign_in.listed"] = True
    session.save()


def make_cast() -> Cast:
    """Make the scheme and everybody in it, inside the test's transaction."""
    with acting("setup") as actor:
        places = _places()
        agencies = {
            name: Agency.objects.create(slug=name, name=f"Fable {name}", kind=name)
            for name in ("police", "probation", "housing")
        }
        scheme = Scheme.objects.create(
            slug="fable", name="Fable IOM", national_label="Integrated Offender Management", area=places["force"],
            priority_grid="hm_2014", people_per_officer=20, starts=LONG_AGO,
        )  # fmt: skip
        cohorts = {
            name: Cohort.objects.create(
                scheme=scheme, slug=name, name=f"{name.title()} cohort", national_class=name,
                eligibility_rule="fixed_national" if name == "fixed" else "", opens_on=LONG_AGO,
            )
            for name in ("fixed", "flex")
        }  # fmt: skip
        team = Team.objects.create(
            slug="north", name="North team", agency=agencies["police"], scheme=scheme, area=places["north"]
        )
        setter_up = User.objects.get(pk=actor.user_id)
        agreement = found_agreement(scheme=scheme, agencies=agencies.values(), by=setter_up)
        people = {
            "coordinator": _user("coordinator", Role.COORDINATOR, agencies["police"], scheme),
            "police_om": _user("police_om", Role.POLICE_OFFENDER_MANAGER, agencies["police"], scheme, team),
            "probation_om": _user("probation_om", Role.PROBATION_OFFENDER_MANAGER, agencies["probation"], scheme),
            "housing_worker": _user("housing_worker", Role.PARTNER_WORKER, agencies["housing"], scheme),
            "neighbourhood": _user("neighbourhood", Role.NEIGHBOURHOOD_OFFICER, agencies["police"], scheme),
            "analyst": _user("analyst", Role.ANALYST, agencies["police"], scheme),
            "auditor": _user("auditor", Role.AUDITOR, agencies["police"], scheme),
            "administrator": _user("administrator", Role.ADMINISTRATOR, agencies["police"], scheme),
            "information_officer": _user("information_officer", Role.INFORMATION_OFFICER, agencies["police"], scheme),
            "stranger": _user("stranger", None, agencies["housing"], scheme),
        }
        for name, compartments in (("coordinator", list(Compartment)), ("information_officer", [Compartment.CORE])):
            Grant.objects.create(
                user=people[name], scheme=scheme, stages=EVERY_STAGE, compartments=compartments,
                basis=GrantBasis.ROLE, granted_by_id=actor.user_id,
            )  # fmt: skip
    return Cast(scheme=scheme, **places, **agencies, **cohorts, north_team=team, agreement=agreement, **people)


def _places() -> dict[str, Area]:
    force = Area.objects.create(slug="force", name="Fable force", boundary="force")
    force.path = f"/{force.pk}/"
    force.save()
    places = {"force": force}
    for name in ("north", "south"):
        area = Area.objects.create(slug=name, name=name.title(), boundary="district", parent=force)
        area.path = f"{force.path}{area.pk}/"
        area.save()
        places[name] = area
    return places


def _user(username: str, role: Role | None, agency: Agency, scheme: Scheme, team: Team | None = None) -> User:
    user = User.objects.create(username=username, name=username.replace("_", " ").title(), password="!")
    if role is not None:
        Posting.objects.create(user=user, agency=agency, team=team, scheme=scheme, role=role, starts=LONG_AGO)
    return user
