"""The link from a mail, and asking for a fresh one. A wrong, old or revoked link leads to the form and says nothing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from helpdesk.core.personal import personal
from teams.services.letters import ask_for_letter
from tickets.links import grant_in, granted
from tickets.models.ticket import number_from
from tickets.portal.door import let_in
from tickets.portal.link_letters import LINKS


class LinkForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference"), max_length=30, required=False,
        help_text=gettext_lazy("It looks like HD-1042. Leave it empty to get your latest requests."),
    )  # fmt: skip

    def clean_reference(self) -> int | None:
        """Nonsense finds nothing, like any other reference that is not theirs."""
        reference: str = self.cleaned_data["reference"]
        return (number_from(reference) or 0) if reference else None


@require_safe
@personal
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Changes no ticket: it lets this browser in. The secret stays out of the address of the page itself."""
    grant = grant_in(token)
    found = granted(grant, at=now()) if grant is not None else None
    if grant is None or found is None:
        messages.info(request, _("This link does not work any more. We gladly send you a fresh one."))
        return _onward("portal:links")
    let_in(request, found[0], grant)
    return _onward("portal:ticket", public_id=found[0].public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def ask_for_links(request: HttpRequest) -> HttpResponse:
    """The same answer, and as fast, whoever the address belongs to."""
    form = LinkForm(request.POST if request.method == "POST" else None, label_suffix="")
    if not form.is_valid():
        return render(request, "portal/links.html", {"form": form}, status=422 if form.is_bound else 200)
    wanted = form.cleaned_data
    ask_for_letter(LINKS, wanted["email"], request=request, details={"number": wanted["reference"]})
    return redirect("portal:links_sent")


@require_GET
@personal
def links_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/links_sent.html")


def _onward(page: str, **where: Any) -> HttpResponse:
    """Nobody hears of the address that held the secret, not even the next page."""
    response = redirect(page, **where)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
