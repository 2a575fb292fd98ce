"""Form fields in our look: label, hint, errors, each tied to its control for assistive technology."""

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField

register = template.Library()


@register.inclusion_tag("components/_field.html")
def field(bound: BoundField) -> dict[str, Any]:
    described = [f"{bound.auto_id}-hint"] if bound.help_text else []
    described += [f"{bound.auto_id}-error"] if bound.errors else []
    attributes: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    is_checkbox = isinstance(bound.field.widget, forms.CheckboxInput)
    if not is_checkbox:
        attributes["class"] = "input"
    return {"field": bound, "control": bound.as_widget(attrs=attributes), "is_checkbox": is_checkbox}
