"""The forms that every page uses. See docs/how-to/build-a-page.md.

In a template: `{{ form.components() }}` draws the whole form, `{{ form.outcome.component() }}` one field, and
`{{ error_summary(form) }}` the errors in the order of the fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.safestring import SafeString, mark_safe

from trellis.service.ui.components import GovukBoundField
from trellis.service.ui.wording import explain

if TYPE_CHECKING:
    _Base = forms.BaseForm
else:
    _Base = object


class GovukForm(_Base):
    """What our forms add to Django's: GOV.UK components, our sentences, and answers that reveal further questions.

    A field whose choices reveal another (`reveals={"other": "other_reason"}`) draws it under that choice. The revealed
    field's `required` holds only while its choice is taken; otherwise its answer is dropped.
    """

    bound_field_class = GovukBoundField
    use_required_attribute = False
    says_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Build the form and give each field its sentences."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            explain(field, str(self[name].label))

    def layout(self) -> list[GovukBoundField]:
        """Return the visible fields in the order they are drawn, each followed by those it reveals."""
        revealed = self.revealed()
        order: list[GovukBoundField] = []
        for field in self.top_level():
            order.append(field)
            order += [self._bound(name) for name, (parent, _) in revealed.items() if parent == field.name]
        return order

    def top_level(self) -> list[GovukBoundField]:
        """Return the visible fields that no choice reveals."""
        revealed = self.revealed()
        return [self._bound(field.name) for field in self.visible_fields() if field.name not in revealed]

    def revealed(self) -> dict[str, tuple[str, str]]:
        """Return, for each revealed field, the field and the choice that reveal it."""
        found = {}
        for parent, field in self.fields.items():
            for value, names in getattr(field, "reveals", {}).items():
                for name in [names] if isinstance(names, str) else names:
                    found[name] = (parent, str(value))
        return found

    def components(self) -> SafeString:
        """Return the HTML of every field."""
        hidden = [str(field) for field in self.hidden_fields()]
        return mark_safe("\n".join([*hidden, *(field.component() for field in self.top_level())]))  # noqa: S308

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, (parent, value) in self.revealed().items():
            chosen = self[parent].value()
            taken = value in map(str, chosen) if isinstance(chosen, list | tuple) else str(chosen) == value
            if not taken:
                self.errors.pop(name, None)
                self.cleaned_data[name] = getattr(self.fields[name], "empty_value", None)

    def _bound(self, name: str) -> GovukBoundField:
        return cast(GovukBoundField, self[name])


class Form(GovukForm, forms.Form):
    """A form of its own."""


class ModelForm(GovukForm, forms.ModelForm):  # type: ignore[type-arg]
    """A form over a model. Name our fields in Meta.field_classes where Django's would parse strictly."""


class SearchForm(Form):
    """A form that asks for a list: sent by GET, nothing required, nothing called optional."""

    says_optional = False
