"""`/admin/tickets/ticket/new/`: find or note who calls, what they ask, who gets it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.core.errors import DomainError
from teams.models import User
from tickets.console.calling.forms import CallForm
from tickets.console.calling.outlook import outlook
from tickets.console.calling.people import people_like
from tickets.console.calling.taking import take_call
from tickets.models import Category, Priority, Ticket
from tickets.promise import promise


def new_ticket(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        form = CallForm(request.POST)
        if form.is_valid() and (ticket := _opened(request, form)) is not None:
            return _leave(request, ticket)
        return _page(request, form, status=422)
    return _page(request, CallForm(initial=_caller_named(request)))


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Only the people, for a page that asks while somebody types."""
    words = request.GET.get("find", "")
    return render(request, "console/calling/_people.html", {"people": people_like(words), "words": words.strip()})


@require_safe
def who_gets_it(request: HttpRequest) -> HttpResponse:
    """Only the sentence that says where the ticket would go."""
    return render(request, "console/calling/_outlook.html", {"outlook": _outlook(request.GET)})


def _opened(request: HttpRequest, form: CallForm) -> Ticket | None:
    """The ticket; None when a rule said no, which then stands in the form."""
    try:
        return take_call(by=_staff(request), **form.call())
    except DomainError as error:
        form.add_error(None, error.message)
        return None


def _leave(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """To its page, or to the list when it went to a team whose tickets this person does not see."""
    said = _("%(reference)s is resolved.") if not ticket.is_unresolved else _("%(reference)s is open. %(promise)s")
    marks = {"reference": ticket.reference, "promise": promise(ticket, at=now())}
    messages.success(request, (said % marks).strip())
    if Ticket.objects.visible_to(_staff(request)).filter(pk=ticket.pk).exists():
        return redirect("admin:tickets_ticket_page", reference=ticket.reference)
    return redirect("admin:tickets_ticket_changelist")


def _page(request: HttpRequest, form: CallForm, *, status: int = 200) -> HttpResponse:
    words = request.GET.get("find", "").strip()
    context: dict[str, Any] = {
        "form": form,
        "words": words,
        "people": people_like(words),
        "people_address": reverse("admin:tickets_ticket_new_people"),
        "outlook_address": reverse("admin:tickets_ticket_new_outlook"),
    }
    return render(request, "console/calling/page.html", context, status=status)


def _caller_named(request: HttpRequest) -> dict[str, Any]:
    """`?requester=` is somebody who was found; an address that was searched for in vain is taken over."""
    asked = request.GET.get("requester", "")
    person = None
    if asked.isascii() and asked.isdecimal() and len(asked) <= 18:
        person = User.objects.filter(pk=asked, is_active=True).first()
    if person is not None:
        return {"email": person.email, "full_name": person.full_name}
    words = request.GET.get("find", "").strip()
    return {"email": words} if "@" in words else {}


def _outlook(data: Any) -> str:
    """For what is chosen so far. Nothing is said for what is not understood."""
    priorities = {priority.slug: priority for priority in Priority}
    return outlook(
        requester=_requester(str(data.get("email") or "")),
        category=_category(str(data.get("category") or "")),
        priority=priorities.get(str(data.get("priority")), Priority.MEDIUM),
        at=now(),
    )


def _requester(email: str) -> User | None:
    if "@" not in email or "\x00" in email:
        return None
    return User.objects.select_related("organisation").filter(email=email.strip().lower()).first()


def _category(slug: str) -> Category | None:
    return Category.objects.active().filter(slug=slug).first() if slug and "\x00" not in slug else None


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the admin site has turned away everybody who is not staff
    return request.user
