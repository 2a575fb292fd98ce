"""What the fields of conditions and of actions share: a widget of several inputs, whose rows say what is wrong with them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from escalation.admin.rules.targets import Targets

Faults = dict[Any, list[str]]


class RowsWidget(forms.Widget):
    """`targets`: what its rows may name. Its field sets both attributes."""

    targets: Targets
    label = ""
    template_name: str

    class Media:
        css: ClassVar = {"all": ["css/console/rules.css"]}
        js: ClassVar = [forms.Script("js/rules.js", type="module")]

    def id_for_label(self, _id: str) -> str:
        """A group of inputs has no single one that its label could name."""
        return ""

    def value_omitted_from_data(self, _data: Any, _files: Any, _name: str) -> bool:
        """Nothing ticked is an answer, too."""
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = {"name": name, "label": self.label, **self.rows_context(name, value)}
        # Rendered and escaped by the template.
        return mark_safe(render_to_string(self.template_name, context))  # noqa: S308

    def rows_context(self, name: str, value: Any) -> dict[str, Any]:
        raise NotImplementedError


class RowsField(forms.Field):
    """JSON that its rows make up. The model's validators say what is wrong; `row_of` finds the row they mean."""

    # A class on the class, an instance on each field of a form.
    widget: Any = RowsWidget

    def __init__(self, *, targets: Targets, **options: Any) -> None:
        super().__init__(**options)
        self.targets = targets
        self.widget.targets = targets
        self.widget.label = str(self.label or "")

    def mention(self, value: Any) -> None:
        """Before anything is looked up: everything that the page names."""
        raise NotImplementedError


def faults_by(param: str, validator: Any, value: Any) -> tuple[Faults, list[str]]:
    """What the validator says: by the row that the errors name in `param`, and about the whole."""
    rows: Faults = {}
    whole: list[str] = []
    try:
        validator(value)
    except ValidationError as error:
        for each in error.error_list:
            params = each.params if isinstance(each.params, Mapping) else {}
            said = str(params.get("says") or each.messages[0])
            if param in params:
                rows.setdefault(params[param], []).append(said)
            else:
                whole.append(said)
    return rows, whole
