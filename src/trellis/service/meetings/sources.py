"""How tasks that follow from meetings name what they follow from."""

ABOUT_PERSON = "meetings.Minute"
ABOUT_NOBODY = "meetings.GeneralMinute"
# The update that somebody who is invited is asked for.
ABOUT_MEETING = "meetings.Meeting"


def meeting_key(meeting_id: int, user_id: int) -> str:
    """By which the task of somebody's update for a meeting is known."""
    return f"{meeting_id}-{user_id}"
