"""Forms: GOV.UK components, errors that lead to the first input, and answers that reveal further questions."""

import datetime as dt
import re

import pytest
from django import forms as django_forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from trellis.service.ui import fields, forms
from trellis.service.ui.components import error_summary
from trellis.service.ui.wording import noun


class Contact(forms.Form):
    secret = django_forms.CharField(widget=django_forms.HiddenInput)
    seen_on = fields.DateField(label="Date of contact", not_after_today=True)
    at = fields.TimeField(label="Time", required=False)
    how = fields.RadioField(
        label="How did it happen?",
        choices=[("visit", "Visit"), ("other", "Another way")],
        hints={"visit": "At home"},
        reveals={"other": "other_how"},
    )
    notes = fields.TextField(label="Notes", max_length=20)
    other_how = django_forms.CharField(label="Say how")
    agencies = fields.CheckboxesField(label="Agencies", choices=[("police", "Police"), ("prison", "Prison")])
    outcome = fields.ChoiceField(label="Outcome", choices=[("seen", "Seen"), ("missed", "Missed")])
    minutes = django_forms.IntegerField(label="Minutes", required=False, min_value=1)
    told = django_forms.BooleanField(label="They were told")


GOOD = {
    "secret": "s",
    "seen_on": "27.3.24",
    "at": "3.05pm",
    "how": "visit",
    "notes": "Well",
    "agencies": ["police"],
    "outcome": "seen",
    "told": "on",
}


def described_by(html: str, input_id: str) -> list[str]:
    tag = next(tag for tag in re.findall(r"<[^>]+>", html) if f'id="{input_id}"' in tag and "name=" in tag)
    found = re.search(r'aria-describedby="([^"]*)"', tag)
    return found[1].split() if found else []


def test_a_good_form_is_accepted_with_dates_and_times_as_typed() -> None:
    form = Contact(GOOD)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["seen_on"] == dt.date(2024, 3, 27)
    assert form.cleaned_data["at"] == dt.time(15, 5)
    assert error_summary(form) == ""


def test_each_error_links_to_the_first_input_in_the_order_of_the_page() -> None:
    form = Contact({"how": "other", "seen_on": "31 2 2024"})
    html = form.components()
    links = re.findall(r'href="#([^"]+)"', error_summary(form))
    assert links == ["id_seen_on", "id_other_how", "id_notes", "id_agencies", "id_outcome", "id_told"]
    assert [link for link in links if f'id="{link}"' not in html] == []


def test_an_error_of_a_hidden_field_or_of_the_whole_form_links_nowhere() -> None:
    form = Contact(GOOD | {"secret": ""})
    form.add_error(None, "This contact is recorded already")
    summary = error_summary(form)
    assert summary.index("recorded already") < summary.index("Enter the secret")
    assert "href" not in summary


def test_errors_of_two_forms_stand_in_one_summary() -> None:
    assert error_summary(Contact(GOOD | {"notes": ""}), Contact(GOOD | {"outcome": ""})).count("<li>") == 2


@pytest.mark.parametrize("name", ["seen_on", "notes", "outcome", "minutes"])
def test_hint_and_error_are_tied_to_the_input(name: str) -> None:
    form = Contact({"minutes": "ten"})
    html = form[name].component()
    ids = set(re.findall(r'id="([^"]+)"', html))
    tied = described_by(html, f"id_{name}")
    assert f"id_{name}-error" in tied
    assert set(tied) <= ids
    assert 'aria-invalid="true"' in html
    assert "govuk-form-group--error" in html


def test_a_clean_input_is_not_marked_invalid() -> None:
    assert "aria-invalid" not in Contact(GOOD).components()
    assert "aria-describedby" not in Contact(GOOD)["outcome"].component()


def test_radios_and_checkboxes_stand_in_a_fieldset_with_a_legend() -> None:
    html = Contact()["how"].component()
    assert "<fieldset" in html
    assert re.search(r"<legend[^>]*>\s*How did it happen\?\s*</legend>", html)
    assert "At home" in html
    assert 'data-module="govuk-radios"' in html
    assert "checked" not in html


def test_a_revealed_question_is_drawn_under_its_choice_and_only_there() -> None:
    html = Contact().components()
    assert html.count('name="other_how"') == 1
    assert html.index('value="other"') < html.index('name="other_how"') < html.index('name="notes"')
    assert "Say how (optional)" not in html


def test_a_revealed_answer_counts_only_while_its_choice_is_taken() -> None:
    form = Contact(GOOD | {"other_how": "By letter"})
    assert form.is_valid()
    assert form.cleaned_data["other_how"] == ""
    assert Contact(GOOD | {"how": "other"}).errors == {"other_how": ["Say how"]}
    assert Contact(GOOD | {"how": "other", "other_how": "By letter"}).is_valid()


@pytest.mark.parametrize("text", [" ", "\t\n", "\u00a0"])
def test_spaces_alone_are_no_answer(text: str) -> None:
    form = Contact(GOOD | {"notes": text, "seen_on": text})
    assert form.errors == {"notes": ["Enter the notes"], "seen_on": ["Enter the date of contact"]}


def test_a_long_text_counts_down_and_is_refused_with_its_length() -> None:
    form = Contact(GOOD | {"notes": "x" * 21})
    assert form.errors["notes"] == ["Notes must be 20 characters or fewer; yours is 21"]
    assert 'data-maxlength="20"' in form["notes"].component()
    assert ' maxlength="' not in form["notes"].component()


def test_a_line_end_counts_once_as_it_does_in_the_browser() -> None:
    assert Contact(GOOD | {"notes": "nine char\r\nten chars."}).is_valid()


def test_a_select_chooses_nothing_beforehand() -> None:
    assert re.search(r'<option value="" selected>Choose one</option>', Contact()["outcome"].component())


def test_what_was_typed_is_shown_again_and_escaped() -> None:
    html = Contact(GOOD | {"notes": "<script>", "seen_on": '"><b>', "minutes": "<i>"}).components()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert "<b>" not in html
    assert "<i>" not in html


def test_optional_questions_say_so_except_in_a_search() -> None:
    class Search(forms.SearchForm):
        name = django_forms.CharField(required=False)

    assert "Time (optional)" in Contact()["at"].component()
    assert "(optional)" not in Search()["name"].component()


def test_options_change_what_is_drawn() -> None:
    html = Contact()["notes"].component(label="What happened", hint="Facts first", rows="9", page_heading=True)
    assert "What happened" in html
    assert "Facts first" in html
    assert 'rows="9"' in html
    assert "<h1" in html


def test_file_password_yes_no_and_disabled_fields_are_drawn() -> None:
    class Other(forms.Form):
        extract = django_forms.FileField()
        password = django_forms.CharField(widget=django_forms.PasswordInput(attrs={"autocomplete": "new-password"}))
        agreed = fields.YesNoField(label="Do they agree?")
        fixed = django_forms.CharField(disabled=True, initial="As it is")

    form = Other({"agreed": "no", "password": "p"}, {"extract": SimpleUploadedFile("a.csv", b"")})
    assert form.errors == {"extract": ["The file is empty; choose another"]}
    assert form.cleaned_data["agreed"] is False
    html = form.components()
    assert 'type="file"' in html
    assert 'value="p"' not in html
    assert 'autocomplete="new-password"' in html
    assert " disabled" in form["fixed"].component()
    assert Other({}).errors["agreed"] == ["Select an answer to “Do they agree?”"]


def test_a_field_keeps_the_sentence_it_was_given() -> None:
    class Given(forms.Form):
        reason = django_forms.CharField(error_messages={"required": "Give your reason: the panel reads it"})

    assert Given({}).errors["reason"] == ["Give your reason: the panel reads it"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("3pm", dt.time(15)),
        ("12am", dt.time(0)),
        ("12.30 pm", dt.time(12, 30)),
        ("0930", dt.time(9, 30)),
        ("9:05", dt.time(9, 5)),
        ("midday", dt.time(12)),
        ("", None),
    ],
)
def test_times_are_read_as_people_type_them(typed: str, meant: dt.time | None) -> None:
    assert fields.TimeField(required=False).clean(typed) == meant


@pytest.mark.parametrize("typed", ["9", "25:00", "13pm", "9:75", "soon"])
def test_what_is_no_time_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(django_forms.ValidationError, match=r"write it like 9\.30am"):
        fields.TimeField().clean(typed)


def test_dates_on_the_wrong_side_of_today_are_refused() -> None:
    today = timezone.localdate()
    past = fields.DateField(label="Arrest date", not_after_today=True)
    future = fields.DateField(label="Review date", not_before_today=True)
    assert past.clean("today") == future.clean(f"{today:%d/%m/%Y}") == today
    with pytest.raises(django_forms.ValidationError, match="Arrest date must be today or in the past"):
        past.clean("tomorrow")
    with pytest.raises(django_forms.ValidationError, match="Review date must be today or in the future"):
        future.clean("yesterday")


def test_a_date_is_one_box_that_a_picker_enhances() -> None:
    html = Contact(initial={"seen_on": dt.date(2026, 2, 1)})["seen_on"].component()
    assert 'data-module="moj-date-picker"' in html
    assert 'value="1/2/2026"' in html
    assert html.count("<input") == 1


def test_a_date_spelled_otherwise_has_not_changed() -> None:
    assert not fields.DateField().has_changed(dt.date(2026, 2, 1), "1 Feb 2026")
    assert fields.DateField().has_changed(dt.date(2026, 2, 1), "2 Feb 2026")
    assert fields.DateField().has_changed(dt.date(2026, 2, 1), "soon")


@pytest.mark.parametrize(
    ("label", "phrase"),
    [("Date of birth", "the date of birth"), ("PNC number", "the PNC number"), ("Who was there", "who was there")],
)
def test_a_label_reads_well_inside_a_sentence(label: str, phrase: str) -> None:
    assert noun(label) == phrase
