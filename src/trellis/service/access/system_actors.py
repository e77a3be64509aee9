"""The named parts of the system that act, with grants of their own."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from trellis.rules.vocabulary import Compartment, GrantBasis, Stage

ANONYMOUS = "anonymous"
CLOCKS = "clocks"
FEEDS = "feeds"
REMINDER = "reminders"
SEALER = "sealer"
SELECTION = "selection"
SETTER_UP = "setup"
ADMINISTRATION = "administration"
SYSTEM_ACTORS = {
    ANONYMOUS: "Somebody not signed in",
    CLOCKS: "Clocks of what is due",
    FEEDS: "Feeds",
    REMINDER: "Reminders of what is due",
    SEALER: "Sealer of the trail",
    SELECTION: "Selection",
    SETTER_UP: "Set-up",
    ADMINISTRATION: "Administration, on the word of two people",
}
# Feeds bring people in at any stage, selection reads whoever is known; the core record is all they need, and clocks run
# for those with whom somebody works. Set-up gives the first accounts what their roles need, in every compartment.
STAGES = {
    CLOCKS: [Stage.REFERRAL, Stage.MANAGED, Stage.FORMER],
    FEEDS: list(Stage),
    SELECTION: list(Stage),
    SETTER_UP: list(Stage),
}


def ensure_system_actors(cursor: CursorWrapper) -> None:
    """Make those that are missing, with their grants. Runs as the owner, inside the migration's transaction."""
    cursor.execute(
        "SELECT set_config('trellis.actor', coalesce((SELECT id FROM access_user WHERE username = %s), 0)::text, true)",
        [SETTER_UP],
    )
    for username, name in SYSTEM_ACTORS.items():
        cursor.execute(
            "INSERT INTO access_user (username, name, email, password, is_active, is_system, joined_at)"
            " VALUES (%s, %s, '', '!', true, true, now()) ON CONFLICT (username) DO NOTHING",
            [username, name],
        )
    for username, stages in STAGES.items():
        opened = list(Compartment) if username == SETTER_UP else [Compartment.CORE]
        cursor.execute(
            "INSERT INTO access_grant (user_id, stages, compartments, basis, reason, granted_by_id, starts_at)"
            " SELECT u.id, %(stages)s, %(opened)s, %(basis)s, '', u.id, now() FROM access_user u"
            " WHERE u.username = %(username)s AND NOT EXISTS (SELECT 1 FROM access_grant g WHERE g.user_id = u.id"
            " AND g.compartments @> %(opened)s::varchar[])",
            {
                "stages": [stage.value for stage in stages],
                "opened": [one.value for one in opened],
                "basis": GrantBasis.SYSTEM.value,
                "username": username,
            },
        )
