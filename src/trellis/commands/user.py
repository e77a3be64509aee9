"""Make one of the very first accounts with its first posting; asks for the password.

Later ones are asked for and approved on the page Users, by two people.
"""

from __future__ import annotations

import argparse
import getpass
from typing import TypeVar

from trellis.commands import CommandError, _service
from trellis.rules.vocabulary import Role

Found = TypeVar("Found")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Who, and where they work."""
    parser.add_argument("username", help="the name for signing in")
    parser.add_argument("--name", required=True, help="the name on the screen")
    parser.add_argument("--role", required=True, choices=[role.value for role in Role], help="what they do")
    parser.add_argument("--scheme", required=True, help="the scheme's key")
    parser.add_argument("--agency", required=True, help="the agency's key in the scheme's definition")
    parser.add_argument("--team", help="the team's key, where they have one")


def run(args: argparse.Namespace) -> int:
    """Make the account. Raises CommandError with a sentence for whatever is not there or not allowed."""
    _service.prepare()
    from trellis.rules.errors import Refused
    from trellis.service.access.actions import add_user
    from trellis.service.access.actor import acting
    from trellis.service.access.models import User
    from trellis.service.schemes.models import Agency, Scheme, Team

    with acting("setup") as actor:
        scheme = _named(Scheme.objects.filter(slug=args.scheme).first(), "scheme", args.scheme)
        agency = _named(Agency.objects.filter(slug=args.agency).first(), "agency", args.agency)
        team = _named(Team.objects.filter(slug=args.team).first(), "team", args.team) if args.team else None
        try:
            add_user(
                by=User.objects.get(pk=actor.user_id),
                username=args.username,
                name=args.name,
                role=Role(args.role),
                agency=agency,
                scheme=scheme,
                team=team,
                password=getpass.getpass("Password (15 characters or more): "),
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
    print(f"{args.name} can sign in as {args.username}.")
    print("Later accounts are made on the page Users: an administrator invites, and somebody else approves.")
    return 0


def _named(found: Found | None, what: str, key: str) -> Found:
    if found is None:
        raise CommandError(f"There is no {what} {key}. Make the scheme first with `trellis scheme`.")
    return found
