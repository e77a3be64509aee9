"""Form fields as GOV.UK components: what Django knows about a field, handed to the macro that draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.template import engines
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

Params = dict[str, Any]

# The browser's own checks cut pasted text short or refuse it without a sentence; the server's checks explain.
_BROWSER_CHECKS = {"class", "id", "name", "maxlength", "minlength", "min", "max", "step", "required", "cols", "rows"}
CHOOSE = "Choose one"


class GovukBoundField(BoundField):
    """A field with its data, which draws itself as the GOV.UK or MoJ component that fits its widget."""

    def component(self, **options: Any) -> SafeString:
        """Return the component's HTML, the error and hint tied to it.

        `options` override the macro's parameters; a mapping is merged one level deep. `label`, `legend`, `hint`:
        the text to show instead; `page_heading=True`: the label is the page's only heading.
        """
        if self.is_hidden:
            return SafeString(self.as_widget())
        macro, params = _drawing(self)
        _apply(params, options)
        return macro_html(macro, params)

    @property
    def input_id(self) -> str:
        """The id of the first input, which an error links to."""
        return str(self.field.widget.attrs.get("id") or self.auto_id)

    @property
    def full_label(self) -> str:
        """The label, saying so when an answer is optional."""
        optional = not self.field.required and getattr(self.form, "says_optional", False)
        return (
            f"{self.label} (optional)" if optional and self.name not in _never_optional(self.form) else str(self.label)
        )


def macro_html(macro: str, params: Params) -> SafeString:
    """Return what a GOV.UK or MoJ macro draws: `macro_html("govukInput", {...})`."""
    from trellis.service.ui.jinja import ENGINE  # noqa: PLC0415  the environment offers error_summary, so imports this

    env = cast(Any, engines[ENGINE]).env
    if macro.startswith("moj"):
        template = "ui/moj.html"
    else:
        kebab = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in macro.removeprefix("govuk"))
        template = f"govuk_frontend_jinja/components/{kebab.lstrip('-')}/macro.html"
    return mark_safe(str(getattr(env.get_template(template).module, macro)(params)).strip())  # noqa: S308  drawn by an autoescaping macro


def error_summary(*form_list: forms.BaseForm) -> SafeString:
    """Return the error summary of the page's forms, in the order of their fields; nothing when there are no errors.

    Each error links to its field's first input; errors of a whole form or a hidden field link nowhere.
    """
    found: list[Params] = []
    for form in form_list:
        found += [{"text": text} for text in form.non_field_errors()]
        for field in _in_order(form):
            place = {} if field.is_hidden else {"href": f"#{_input_id(field)}"}
            found += [{"text": text} | place for text in field.errors]
    if not found:
        return SafeString("")
    return macro_html("govukErrorSummary", {"titleText": "There is a problem", "errorList": found})


def _in_order(form: forms.BaseForm) -> Iterable[BoundField]:
    layout = getattr(form, "layout", None)
    return [*form.hidden_fields(), *(layout() if layout else form.visible_fields())]


def _input_id(field: BoundField) -> str:
    return field.input_id if isinstance(field, GovukBoundField) else field.auto_id


def _never_optional(form: forms.BaseForm) -> Iterable[str]:
    revealed = getattr(form, "revealed", None)
    return [name for name, field in form.fields.items() if isinstance(field, forms.BooleanField)] + (
        [] if revealed is None else [name for name in revealed() if form.fields[name].required]
    )


def _drawing(field: GovukBoundField) -> tuple[str, Params]:
    """Return the macro that draws a field, and its parameters."""
    for kinds, draw in _DRAWERS:
        if isinstance(field.field.widget, kinds):
            return draw(field)
    return "govukInput", _labelled(field) | _input(field)


def _labelled(field: GovukBoundField) -> Params:
    """Return what every single input has: id, name, label, hint, error, classes and attributes."""
    attrs = field.build_widget_attrs(dict(field.field.widget.attrs))
    attributes: Params = {
        name: {"value": True, "optional": True} if value is True else value
        for name, value in attrs.items()
        if name not in _BROWSER_CHECKS and value is not False and not name.startswith("aria-")
    }
    if field.errors:
        attributes["aria-invalid"] = "true"
    params: Params = _described(field) | {
        "id": field.input_id,
        "label": {"text": field.full_label, "classes": "govuk-label--s"},
        "attributes": attributes,
    }
    if attrs.get("class"):
        params["classes"] = attrs["class"]
    if field.field.disabled:
        params["disabled"] = True
    return params


def _described(field: GovukBoundField) -> Params:
    params: Params = {"name": field.html_name}
    if field.help_text:
        params["hint"] = {"text": field.help_text}
    if field.errors:
        params["errorMessage"] = {"html": format_html_join(mark_safe("<br>"), "{}", ((text,) for text in field.errors))}
    return params


def _input(field: GovukBoundField) -> Params:
    widget = field.field.widget
    params: Params = {"value": _text_value(field)}
    if isinstance(widget, forms.NumberInput):
        whole = isinstance(field.field, forms.IntegerField) and not isinstance(
            field.field, forms.DecimalField | forms.FloatField
        )
        width = "" if widget.attrs.get("class") else "govuk-input--width-5"
        return (
            params
            | {"inputmode": "numeric" if whole else "decimal", "spellcheck": False}
            | ({"classes": width} if width else {})
        )
    kind = getattr(widget, "input_type", "text")
    return params | {"type": kind} | ({"spellcheck": False} if kind in {"email", "tel", "url"} else {})


def _autocomplete(field: GovukBoundField) -> Params:
    return {"autocomplete": field.field.widget.attrs.get("autocomplete")}


def _textarea(field: GovukBoundField) -> tuple[str, Params]:
    params = _labelled(field) | {"value": _text_value(field), "rows": str(field.field.widget.attrs.get("rows") or 5)}
    longest = getattr(field.field, "max_length", None)
    if longest:
        return "govukCharacterCount", params | {"maxlength": str(longest), "threshold": "75"}
    return "govukTextarea", params


def _text_value(field: GovukBoundField) -> str:
    value = field.field.widget.format_value(field.value())
    return "" if value is None else str(value)


def _group(field: GovukBoundField) -> Params:
    """Return the parameters of radios or checkboxes: a legend, and per choice its hint and what it reveals."""
    hints = getattr(field.field, "hints", {})
    reveals = getattr(field.field, "reveals", {})
    items = []
    for option in _options(field):
        value = str(option["value"])
        if value == "" and field.field.required:
            continue
        item: Params = {"value": value, "text": option["label"], "checked": bool(option["selected"])}
        if value in hints:
            item["hint"] = {"text": hints[value]}
        if value in reveals:
            names = [reveals[value]] if isinstance(reveals[value], str) else reveals[value]
            item["conditional"] = {"html": mark_safe("".join(_revealed(field, name) for name in names))}  # noqa: S308
        if field.field.disabled:
            item["disabled"] = True
        items.append(item)
    return (
        _described(field)
        | {
            "idPrefix": field.input_id,
            "fieldset": {"legend": {"text": field.full_label, "classes": "govuk-fieldset__legend--s"}},
            "items": items,
        }
        | ({"classes": field.field.widget.attrs["class"]} if field.field.widget.attrs.get("class") else {})
    )


def _revealed(field: GovukBoundField, name: str) -> str:
    bound = cast(GovukBoundField, field.form[name])
    return bound.component(label={"classes": ""}, fieldset={})


def _tick(field: GovukBoundField) -> tuple[str, Params]:
    """Return one checkbox, its label beside it and its hint under it."""
    widget = cast(forms.CheckboxInput, field.field.widget)
    item: Params = {"value": "on", "text": field.label, "checked": widget.check_test(field.value())}
    params = _described(field)
    if "hint" in params:
        item["hint"] = params.pop("hint")
    return "govukCheckboxes", params | {"idPrefix": field.input_id, "items": [item]}


def _select_items(field: GovukBoundField) -> list[Params]:
    widget = cast(forms.Select, field.field.widget)
    items = [
        {"value": str(option["value"]), "text": option["label"], "selected": bool(option["selected"])}
        for option in _options(field)
    ]
    blank = next((item for item in items if item["value"] == ""), None)
    if blank is None and not widget.allow_multiple_selected:
        items.insert(0, {"value": "", "text": CHOOSE, "selected": not any(item["selected"] for item in items)})
    elif blank is not None and not str(blank["text"]).strip("-"):
        blank["text"] = CHOOSE
    return items


def _options(field: GovukBoundField) -> Iterator[dict[str, Any]]:
    widget = cast(Any, field.field.widget)
    value = widget.format_value(field.value())
    for group, options, _index in widget.optgroups(field.html_name, value):
        for option in options:
            yield option | {"label": f"{group}: {option['label']}"} if group else option


def _apply(params: Params, options: Params) -> None:
    heading = options.pop("page_heading", False)
    for key, value in options.items():
        if key in {"label", "legend"} and isinstance(value, str):
            _title(params)["text"] = value
        elif key == "hint" and isinstance(value, str):
            params["hint"] = {"text": value}
        elif key in {"label", "fieldset"} and key not in params:
            continue
        elif isinstance(value, dict) and isinstance(params.get(key), dict):
            params[key] = params[key] | value
        else:
            params[key] = value
    if heading:
        kind = "govuk-label--l" if "label" in params else "govuk-fieldset__legend--l"
        _title(params).update(isPageHeading=True, classes=kind)


def _title(params: Params) -> Params:
    """Return the mapping that holds the question's text: a label, or a fieldset's legend."""
    if "label" in params:
        return cast(Params, params["label"])
    return cast(Params, params.setdefault("fieldset", {}).setdefault("legend", {}))


# The first kind that fits draws the field, so the narrower stand before the wider.
_DRAWERS: tuple[tuple[type[forms.Widget], Callable[[GovukBoundField], tuple[str, Params]]], ...] = (
    (forms.CheckboxSelectMultiple, lambda field: ("govukCheckboxes", _group(field))),
    (forms.RadioSelect, lambda field: ("govukRadios", _group(field))),
    (forms.CheckboxInput, _tick),
    (forms.Select, lambda field: ("govukSelect", _labelled(field) | {"items": _select_items(field)})),
    (forms.Textarea, _textarea),
    (forms.FileInput, lambda field: ("govukFileUpload", _labelled(field) | {"javascript": True})),
    (forms.PasswordInput, lambda field: ("govukPasswordInput", _labelled(field) | _autocomplete(field))),
    (forms.DateInput, lambda field: ("mojDatePicker", _labelled(field) | {"value": _text_value(field)})),
)
