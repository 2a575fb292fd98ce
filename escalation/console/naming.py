"""Names to choose from where there may be thousands: people who work here, organisations and tags, by what is typed."""

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from escalation.console.what_if import changer
from teams.models import Organisation, User
from tickets.models import Tag

SHOWN = 20


@require_GET
def names(request: HttpRequest, kind: str) -> JsonResponse:
    """The first few that contain it. For whoever may change what is promised."""
    changer(request)
    typed = request.GET.get("q", "").strip()[:100].replace("\x00", "")
    if kind == "person":
        return JsonResponse({"names": _people(typed)})
    found = _named(kind, typed)
    if found is None:
        raise Http404
    return JsonResponse({"names": list(found.order_by("name").values_list("name", flat=True)[:SHOWN])})


def _people(typed: str) -> list[str]:
    """As the form takes them: the address tells people of one name apart."""
    staff = User.objects.filter(
        Q(full_name__icontains=typed) | Q(email__istartswith=typed), is_staff=True, is_active=True
    )
    people = staff.order_by("full_name", "email").values_list("full_name", "email")[:SHOWN]
    return [f"{name} <{email}>" if name else email for name, email in people]


def _named(kind: str, typed: str) -> "QuerySet[Organisation] | QuerySet[Tag] | None":
    if kind == "organisation":
        return Organisation.objects.filter(name__icontains=typed)
    return Tag.objects.filter(name__icontains=typed) if kind == "tag" else None
