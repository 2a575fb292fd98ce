"""Step five: the mail server, tried by really sending a mail. Nothing is saved that does not work."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.beginning.access import for_administrators, person
from helpdesk.beginning.invitations import invite_all, not_yet_invited
from helpdesk.beginning.models import DoneStep
from helpdesk.beginning.pages.frame import go_on, show
from helpdesk.beginning.trying_mail import MailFailed, send_test_mail
from helpdesk.core.mail_out import MailServer, forget_server, is_set_outside, save_server, saved_server
from helpdesk.core.text import single_line, validate_storable

_SECURITY = [
    ("starttls", gettext_lazy("STARTTLS (usual with port 587)")),
    ("tls", gettext_lazy("TLS (usual with port 465)")),
    ("none", gettext_lazy("None: only for a server on this machine or in this house")),
]


class TestForm(forms.Form):
    to = forms.EmailField(label=gettext_lazy("Send the test mail to"), max_length=254)


class MailForm(TestForm):
    host = forms.CharField(
        label=gettext_lazy("Mail server"), max_length=253, validators=[validate_storable],
        widget=forms.TextInput(attrs={"placeholder": "mail.example.com", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(label=gettext_lazy("Encryption"), choices=_SECURITY)
    user = forms.CharField(
        label=gettext_lazy("User"), max_length=254, required=False, validators=[validate_storable],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=gettext_lazy("Mostly the whole address. Empty: without signing in."),
    )  # fmt: skip
    password = forms.CharField(
        label=gettext_lazy("Password"), strip=False, required=False, max_length=500,
        # Given back when the server says no: nobody types it five times. A saved one is never shown.
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=True),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Name of the sender"), max_length=100, initial="Helpdesk", validators=[validate_storable]
    )
    address = forms.EmailField(
        label=gettext_lazy("Address of the sender"), max_length=254,
        help_text=gettext_lazy("The mail server must let you send as this address."),
    )  # fmt: skip
    field_order = ("host", "port", "security", "user", "password", "name", "address", "to")

    def __init__(self, *args: Any, saved: MailServer | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._saved = saved
        if saved is not None and saved.password:
            self.fields["password"].help_text = _("Empty: the one that is saved.")

    def clean_name(self) -> str:
        return single_line(self.cleaned_data["name"])

    def clean_host(self) -> str:
        return single_line(self.cleaned_data["host"])

    def server(self) -> MailServer:
        """A saved password goes to the server that it was saved for, as safely as then, and to no other."""
        given = self.cleaned_data
        saved = self._saved
        place = (given["host"], given["port"], given["security"], given["user"])
        is_same = saved is not None and (saved.host, saved.port, saved.security, saved.user) == place
        password = given["password"] or (saved.password if saved is not None and is_same else "")
        return MailServer(
            host=given["host"],
            port=given["port"],
            security=given["security"],
            user=given["user"],
            password=password,
            sender_name=given["name"],
            sender_address=given["address"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def mail(request: HttpRequest) -> HttpResponse:
    form = _form(request)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    server = form.server() if isinstance(form, MailForm) else None
    try:
        send_test_mail(server, to=form.cleaned_data["to"], by=person(request))
    except MailFailed as error:
        form.add_error(None, str(error))
        return _page(request, form, status=422)
    if server is not None:
        save_server(server)
    DoneStep.objects.note("mail")
    messages.success(request, _("Sent to %(to)s. Look into that mailbox.") % {"to": form.cleaned_data["to"]})
    return redirect("beginning:mail")


@require_POST
@for_administrators
def without_mail(_request: HttpRequest) -> HttpResponse:
    """Mails wait as files in the data folder; everything else works."""
    if not is_set_outside():
        forget_server()
    return go_on("mail")


@require_POST
@for_administrators
def invitations(request: HttpRequest) -> HttpResponse:
    count = invite_all(by=person(request))
    said = ngettext("%(count)s invitation is on its way.", "%(count)s invitations are on their way.", count)
    messages.success(request, said % {"count": count})
    return redirect("beginning:ready")


def _form(request: HttpRequest) -> TestForm:
    data = request.POST if request.method == "POST" else None
    to = {"to": person(request).email}
    if is_set_outside():
        return TestForm(data, initial=to, label_suffix="")
    saved = saved_server()
    return MailForm(data, saved=saved, initial=to | (_as_saved(saved) if saved else {}), label_suffix="")


def _as_saved(saved: MailServer) -> dict[str, Any]:
    known = {"host": saved.host, "port": saved.port, "security": saved.security, "user": saved.user}
    return known | {"name": saved.sender_name, "address": saved.sender_address}


def _page(request: HttpRequest, form: TestForm, *, status: int = 200) -> HttpResponse:
    return show(
        request,
        "mail",
        status=status,
        form=form,
        is_set_outside=is_set_outside(),
        outside_host=settings.EMAIL_HOST,
        saved=saved_server(),
        waiting=not_yet_invited(),
    )
