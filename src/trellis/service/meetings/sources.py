"""How tasks that follow from meetings name what they follow from."""

ABOUT_PERSON = "meetings.Minute"
ABOUT_NOBODY = "meetings.GeneralMinute"
# The update that somebody who is invited is asked for.
ABOUT_MEETING = "meetings.Meeting"
