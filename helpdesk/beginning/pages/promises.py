"""Step four: what is promised, as sentences with numbers in them."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from helpdesk.beginning.access import for_administrators, person
from helpdesk.beginning.pages.frame import go_on, show
from helpdesk.beginning.promising import HOUR, UNITS, Promise, promises_of, set_promises, standard_policy
from tickets.models import Priority

_UNITS = [("minutes", gettext_lazy("minutes")), ("hours", gettext_lazy("hours"))]
_MOST_SECONDS = 2000 * HOUR


class PromisesForm(forms.Form):
    """Two numbers with their units for each priority."""

    def __init__(self, *args: Any, promises: dict[Priority, Promise], **options: Any) -> None:
        super().__init__(*args, **options)
        self.promised = promises
        for priority, promise in promises.items():
            for part, seconds in promise._asdict().items():
                number, unit = _in_words(seconds)
                name = f"{priority.slug}-{part}"
                self.fields[name] = forms.IntegerField(
                    label=_label(priority, part), min_value=1, max_value=9999, initial=number
                )
                self.fields[f"{name}-unit"] = forms.ChoiceField(
                    label=gettext_lazy("unit"), choices=_UNITS, initial=unit
                )

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [
            {
                "priority": priority,
                "answer": self[f"{priority.slug}-answer"],
                "answer_unit": self[f"{priority.slug}-answer-unit"],
                "solution": self[f"{priority.slug}-solution"],
                "solution_unit": self[f"{priority.slug}-solution-unit"],
            }
            for priority in self.promised
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        promises: dict[Priority, Promise] = {}
        for priority in self.promised:
            answer, solution = (self._seconds(given, f"{priority.slug}-{part}") for part in Promise._fields)
            if answer is None or solution is None:
                continue
            promises[priority] = Promise(answer, solution)
            if promises[priority].solution < promises[priority].answer:
                self.add_error(
                    f"{priority.slug}-solution",
                    _("Nothing is solved before it is answered: promise a longer time here."),
                )
        return given | {"promises": promises}

    def _seconds(self, given: dict[str, Any], name: str) -> int | None:
        number, unit = given.get(name), given.get(f"{name}-unit")
        if number is None or unit is None:
            return None
        seconds = int(number) * UNITS[unit]
        if seconds > _MOST_SECONDS:
            self.add_error(name, _("That is longer than a working year."))
            return None
        return seconds


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def promises(request: HttpRequest) -> HttpResponse:
    policy = standard_policy()
    promised = promises_of(policy) if policy is not None else {}
    form = PromisesForm(request.POST if request.method == "POST" else None, promises=promised, label_suffix="")
    if policy is None or not form.is_valid():
        return show(request, "promises", status=422 if form.is_bound else 200, form=form, policy=policy)
    set_promises(policy, form.cleaned_data["promises"], by=person(request))
    return go_on("promises")


def _in_words(seconds: int) -> tuple[int, str]:
    unit = "hours" if seconds % HOUR == 0 else "minutes"
    return max(1, seconds // UNITS[unit]), unit


def _label(priority: Priority, part: str) -> str:
    words = {"answer": _("%(priority)s: first answer within"), "solution": _("%(priority)s: solved within")}
    return words[part] % {"priority": priority.label}
