"""Step one: the first account. Whoever makes it is signed in at once and may do everything."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from helpdesk.beginning.access import for_the_first, has_administrator
from helpdesk.beginning.pages.frame import go_on, show
from helpdesk.beginning.zones import zone_choices
from helpdesk.core.text import single_line, validate_storable
from teams.models import AgentProfile, Team, TeamMembership, User

# One at a time, whoever else holds the key.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('helpdesk.beginning.administrator'))"


class AdministratorForm(forms.Form):
    full_name = forms.CharField(
        label=_("Your name"), max_length=150, validators=[validate_storable],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Customers see it beside your answers."),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, validators=[validate_storable],
        widget=forms.EmailInput(attrs={"autocomplete": "username"}), help_text=_("You sign in with it."),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. A few words in a row are easy to remember."),
    )  # fmt: skip
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    answers = forms.BooleanField(
        label=_("I answer tickets, too"), required=False, initial=True,
        help_text=_("Makes you lead of the General team, which takes what no other team does."),
    )  # fmt: skip

    def clean_full_name(self) -> str:
        return single_line(self.cleaned_data["full_name"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "password" in given:
            person = User(email=given.get("email", ""), full_name=given.get("full_name", ""))
            try:
                validate_password(given["password"], person)
            except ValidationError as error:
                self.add_error("password", error)
        return given


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_first
def administrator(request: HttpRequest) -> HttpResponse:
    form = AdministratorForm(
        request.POST if request.method == "POST" else None,
        initial={"time_zone": settings.TIME_ZONE},
        label_suffix="",
    )
    if not form.is_valid():
        return show(request, "administrator", status=422 if form.is_bound else 200, form=form)
    person = _make(form.cleaned_data)
    if person is None:
        return redirect("beginning:overview")
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return go_on("administrator")


@transaction.atomic
def _make(given: dict[str, Any]) -> User | None:
    """None when somebody else was first. An address that has written to us before keeps its tickets."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    if has_administrator():
        return None
    person = User.objects.filter(email=given["email"].lower()).first() or User(email=given["email"])
    person.full_name, person.time_zone = given["full_name"], given["time_zone"]
    person.language = get_language() or "en"
    person.is_active = person.is_staff = person.is_superuser = True
    person.set_password(given["password"])
    person.save()
    if given["answers"]:
        AgentProfile.objects.get_or_create(user=person)
        general = Team.objects.get(is_general=True)
        lead = {"role": TeamMembership.Role.LEAD}
        TeamMembership.objects.get_or_create(team=general, user=person, defaults=lead)
    return person
