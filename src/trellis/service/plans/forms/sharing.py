"""Forms of sharing a plan, of a contingency and of a lapse."""

from __future__ import annotations

from django import forms

from trellis.rules.plans import Agreed
from trellis.service.ui.fields import DateField, RadioField, TextField, YesNoField
from trellis.service.ui.forms import Form

LONGEST = 4000


class ShareForm(Form):
    """What the person said of their plan."""

    shared_on = DateField(label="When did you talk it through?", not_after_today=True)
    agreed = RadioField(
        label="Do they agree?",
        choices=Agreed.choices(),
        reveals={Agreed.NO.value: "why_not", Agreed.COULD_NOT_ANSWER.value: "why_no_answer"},
    )
    why_not = TextField(label="Why not?", max_length=LONGEST)
    why_no_answer = TextField(label="Why could they not answer?", max_length=LONGEST)
    comments = TextField(label="What did they say?", required=False, max_length=LONGEST, help_text="In their own words")
    copy_given = YesNoField(label="Were they given a copy to keep?")


class ContingencyForm(Form):
    """What is done if a risk comes about."""

    risk = forms.CharField(label="What may happen?", max_length=300)
    starts = DateField(label="From", help_text="For example, the first day of a bank holiday weekend")
    ends = DateField(label="Until, but not on")
    response = TextField(label="What is done then?", max_length=LONGEST)
    worker = forms.CharField(label="Who does it?", max_length=150)


class LapseForm(Form):
    """Something went wrong."""

    happened_on = DateField(label="When did it happen?", not_after_today=True)
    what = TextField(
        label="What happened?",
        max_length=LONGEST,
        help_text="A lapse is part of giving up crime. The goals and steps stay open.",
    )
    replan_by = DateField(label="When do you look at the plan again?", not_before_today=True)
