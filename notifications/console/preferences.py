"""What the reader wants to hear, over which channel, and when not."""

from datetime import time

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notifications.choices import STAFF_KINDS, as_choices, channel_names, channels_of, choices_of, choose
from notifications.console.forms import NumberForm, QuietHoursForm
from notifications.console.reader import reader_of
from notifications.models import QuietHours
from notifications.texting import can_text

_USUAL = {"starts": time(20), "ends": time(7)}


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    hours = QuietHours.objects.filter(user=reader).first()
    initial = {"is_on": hours is not None} | ({} if hours else _USUAL)
    form = QuietHoursForm(request.POST or None, instance=hours, initial=initial)
    number = NumberForm(request.POST or None, person=reader)
    wanted = _wanted(request.POST.getlist("wanted")) if request.method == "POST" else None
    if wanted is not None and form.is_valid() and (not can_text() or number.is_valid()):
        with transaction.atomic():
            choose(reader, wanted)
            form.keep(reader)
            if can_text():
                number.keep()
        messages.success(request, _("Saved. It holds for what happens from now on."))
        return redirect("admin:preferences")
    context = {
        "channels": channel_names().values(),
        "kinds": choices_of(reader) if wanted is None else as_choices(wanted),
        "form": form,
        "number": number["number"] if can_text() else None,
        "local_time": localtime(now()),
        "zone": reader.time_zone.replace("_", " "),
    }
    return render(request, "console/frame/preferences.html", context)


def _wanted(ticked: list[str]) -> dict[tuple[str, str], bool]:
    """What the boxes say: one that is not ticked is a no."""
    return {
        (kind.slug, channel): f"{kind.slug}:{channel}" in ticked
        for kind in STAFF_KINDS
        for channel in channels_of(kind)
    }
