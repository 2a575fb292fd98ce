"""A customer's own page: how we address them, in which language and zone, and their password."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.core.personal import personal
from helpdesk.core.text import single_line
from teams.models import User


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("full_name", "language", "time_zone")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        zones = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
        own = self.instance.time_zone
        choices = [(zone, zone.replace("_", " ")) for zone in (zones if own in zones else [own, *zones])]
        self.fields["time_zone"] = forms.ChoiceField(label=self.fields["time_zone"].label, choices=choices)
        self.fields["full_name"].widget.attrs["autocomplete"] = "name"

    def clean_full_name(self) -> str:
        return single_line(self.cleaned_data["full_name"])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@personal
def profile(request: HttpRequest) -> HttpResponse:
    # Read anew: a form that is refused leaves its words on the object, and the header shows the person.
    person = User.objects.get(email=request.user.get_username())
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=person, label_suffix="")
    if not form.is_valid():
        return render(request, "account/profile.html", {"form": form}, status=422 if form.is_bound else 200)
    form.save()
    with translation.override(person.language):
        messages.success(request, _("Your profile is saved."))
    return redirect("portal:profile")
