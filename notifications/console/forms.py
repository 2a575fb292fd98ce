"""What staff say about themselves and about what they want to hear."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import MobileNumber, QuietHours
from notifications.models.mobile import as_number, validate_number
from teams.models import User

# "posixrules", "Factory" and the like are no places where anybody lives.
_ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))


class ProfileForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = User
        fields = ["full_name", "time_zone", "language"]
        labels = {"full_name": _("Name"), "language": _("Language")}
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name", "class": "input"}),
            "language": forms.Select(attrs={"class": "input"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].required = True
        zone = self.instance.time_zone
        zones = _ZONES if zone in _ZONES else [zone, *_ZONES]
        field: Any = self.fields["time_zone"]
        field.choices = [(name, name.replace("_", " ")) for name in zones]
        field.widget.attrs["class"] = "input"


class QuietHoursForm(forms.ModelForm):
    is_on = forms.BooleanField(label=_("Keep some hours quiet"), required=False)

    class Meta:
        model = QuietHours
        fields = ["starts", "ends", "is_weekend_quiet"]
        labels = {"starts": _("From"), "ends": _("To"), "is_weekend_quiet": _("All of Saturday and Sunday, too")}
        widgets = {
            name: forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "input"})
            for name in ("starts", "ends")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("starts", "ends"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("is_on"):
            return given
        for name in ("starts", "ends"):
            if name not in self.errors and given.get(name) is None:
                self.add_error(name, _("Give a time, like 22:00."))
        if not self.errors and given["starts"] == given["ends"]:
            self.add_error("ends", _("Quiet hours end at another time than they begin."))
        return given

    def keep(self, user: User) -> None:
        """Write them down, or away when they are off."""
        if not self.cleaned_data["is_on"]:
            QuietHours.objects.filter(user=user).delete()
            return
        hours: QuietHours = self.save(commit=False)
        hours.user = user
        hours.save()

    def _post_clean(self) -> None:
        """What is switched off need not be complete."""
        if self.cleaned_data.get("is_on"):
            super()._post_clean()  # type: ignore[misc]


class NumberForm(forms.Form):
    """One's own mobile number; an empty one takes it away."""

    number = forms.CharField(
        label=_("Mobile number"), required=False, max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "input"}),
    )  # fmt: skip

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        self._person = person
        row = MobileNumber.objects.filter(user=person).first()
        super().__init__(*args, **kwargs)
        self.initial["number"] = row.number if row is not None else ""

    def clean_number(self) -> str:
        number = as_number(self.cleaned_data["number"])
        if number:
            validate_number(number)
        return number

    def keep(self) -> None:
        number = self.cleaned_data["number"]
        if number:
            MobileNumber.objects.update_or_create(user=self._person, defaults={"number": number})
        else:
            MobileNumber.objects.filter(user=self._person).delete()
