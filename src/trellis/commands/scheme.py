"""Make, or bring up to date, the scheme that a definition describes."""

from __future__ import annotations

import argparse

from trellis.commands import CommandError, _service


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which definition."""
    parser.add_argument("key", help="the name of a file in definitions/schemes, without .yaml")


def run(args: argparse.Namespace) -> int:
    """Make the scheme's areas, agencies, teams and cohorts. Raises CommandError for a definition that is not there."""
    _service.prepare()
    from trellis.rules.errors import Refused
    from trellis.service.access.actor import acting
    from trellis.service.access.agreements import found_agreement
    from trellis.service.access.models import User
    from trellis.service.schemes.actions import set_up_scheme
    from trellis.service.schemes.models import Agency
    from trellis.service.schemes.queries import definitions

    try:
        with acting("setup"):
            scheme = set_up_scheme(key=args.key)
            agencies = Agency.objects.filter(slug__in=[one.key for one in definitions().scheme(args.key).agencies])
            found_agreement(scheme=scheme, agencies=agencies, by=User.objects.get(username="setup"))
    except Refused as refusal:
        raise CommandError(str(refusal)) from refusal
    print(f"{scheme.name} is set up: {scheme.cohorts.count()} cohorts, {scheme.teams.count()} teams.")
    return 0
