"""Accounts as they are in a scheme that has worked for a while: one asked for, one unused, one of two agencies."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from trellis.rules.vocabulary import Role
from trellis.service.access.actions import add_posting, add_user
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.administration.actions import invite
from trellis.service.schemes.models import Agency, Scheme, Team

ADMINISTRATOR = "cosmo.periwinkle"
OF_TWO_AGENCIES = "juniper.wainscott"
REASON = (
    "Joins the outreach workers in January and takes over half of their clients. Agreed with the partnership board."
)
UNUSED = "lorcan.tapwater"


def have_accounts_move(scheme: Scheme) -> None:
    """Invite somebody, leave an account unused, and note when the others were last here."""
    now = timezone.now()
    with acting("setup") as actor:
        by = User.objects.get(pk=actor.user_id)
        add_user(
            by=by, username=UNUSED, name="Lorcan Tapwater", role=Role.PARTNER_WORKER, scheme=scheme,
            agency=Agency.objects.get(slug="fable-work"), team=Team.objects.get(slug="work"),
        )  # fmt: skip
        for days, username in enumerate(
            sorted(User.objects.filter(is_system=False).values_list("username", flat=True))
        ):
            User.objects.filter(username=username).update(last_login=now - timedelta(days=days % 9, hours=3))
        unused = now - timedelta(days=settings.DORMANT_AFTER_DAYS + 31)
        User.objects.filter(username=UNUSED).update(last_login=unused, joined_at=unused - timedelta(days=200))
        add_posting(
            by=by, user=User.objects.get(username=OF_TWO_AGENCIES), role=Role.PARTNER_WORKER, scheme=scheme,
            agency=Agency.objects.get(slug="fable-work"), team=Team.objects.get(slug="work"),
        )  # fmt: skip
    administrator = User.objects.get(username=ADMINISTRATOR)
    with acting(administrator):
        invite(
            by=administrator, scheme=scheme, name="Philippa Underhay", email="philippa.underhay@clearwater.example",
            username="philippa.underhay", role=Role.PARTNER_WORKER, agency=Agency.objects.get(slug="fable-recovery"),
            team=Team.objects.get(slug="recovery"), area=None, supervises=False, starts=timezone.localdate(), ends=None,
            reason=REASON,
        )  # fmt: skip
