"""What the reader says about themselves: name, zone, language. The password has a page of its own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notifications.console.forms import ProfileForm
from notifications.console.reader import reader_of
from teams.models import User


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    # A row of its own: what a refused form leaves behind is shown nowhere else on the page.
    person = User.objects.get(pk=reader_of(request).pk)
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(person.language):
            messages.success(request, _("Your profile is saved."))
        return redirect("admin:profile")
    return render(request, "console/frame/profile.html", {"form": form})
