"""What issuing a briefing asks."""

from __future__ import annotations

from trellis.rules.vocabulary import Marking
from trellis.service.ui.fields import RadioField, TextField
from trellis.service.ui.forms import Form


class BriefingForm(Form):
    """A briefing about to be issued."""

    note = TextField(
        label="Note to readers",
        required=False,
        max_length=2000,
        help_text="Stands at the top of the briefing. Everybody who may read briefings reads it, so name nobody here.",
    )
    marking = RadioField(
        label="Protective marking", choices=Marking.choices(), initial=Marking.OFFICIAL_SENSITIVE.value
    )
