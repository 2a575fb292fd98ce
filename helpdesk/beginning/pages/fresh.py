"""“Start fresh”: from the demo to the first step of one's own desk. Shows what goes, and wants the words typed."""

from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from helpdesk.beginning.access import for_administrators, let_in, person
from helpdesk.demo.flag import demo_is_on
from helpdesk.demo.removing import preview, remove_demo

WORDS = gettext_lazy("start fresh")


class FreshForm(forms.Form):
    words = forms.CharField(max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["words"].label = _("Type “%(words)s” to go on") % {"words": WORDS}

    def clean_words(self) -> str:
        if " ".join(self.cleaned_data["words"].lower().split()) != str(WORDS):
            raise forms.ValidationError(_("Type exactly: %(words)s") % {"words": WORDS})
        return self.cleaned_data["words"]


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def fresh(request: HttpRequest) -> HttpResponse:
    if not demo_is_on():
        raise Http404(_("This desk is not the demo."))
    form = FreshForm(request.POST if request.method == "POST" else None, label_suffix="")
    if not form.is_valid():
        page = {"form": form, "kinds": preview(), "data": settings.DATA_DIR}
        return render(request, "beginning/fresh.html", page, status=422 if form.is_bound else 200)
    remove_demo(by=person(request))
    # Everybody's session is gone. Whoever did this is let in to make the first account.
    logout(request)
    let_in(request)
    return redirect("beginning:administrator")
