"""The doors and the tour. Where the demo is off they do not exist, and the first page is the welcome page."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.core.personal import personal
from helpdesk.demo.cast import ADMINISTRATOR, PASSWORD
from helpdesk.demo.doors import tour
from helpdesk.demo.doors.people import Door, doors
from helpdesk.demo.doors.twin import twin_of
from helpdesk.demo.flag import demo_is_on
from helpdesk.demo.guarding import demo_only
from tickets.portal.welcome import welcome


@require_safe
@personal
def front(request: HttpRequest) -> HttpResponseBase:
    if not demo_is_on():
        return welcome(request)
    context = {"doors": doors(), "tour": tour.tour_of(request.session), "twin": twin_of(request)}
    context |= {"administrator": ADMINISTRATOR[1], "password": PASSWORD}
    return render(request, "demo/front.html", context)


@require_POST
@demo_only
def enter(request: HttpRequest, door: str) -> HttpResponse:
    """In with one click, as whoever stands behind the door."""
    behind = _sign_in(request, door)
    return redirect(behind.lands) if behind is not None else _nobody_here(request)


@require_POST
@demo_only
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """To a step of the tour, signed in as whom it needs. What to do there is said on the page that opens."""
    step = tour.step_called(slug)
    if step is None:
        raise Http404
    if step.door and _sign_in(request, step.door) is None:
        return _nobody_here(request)
    tour.keep(request.session, slug)
    number = tour.STEPS.index(step) + 1
    back = format_html('<a href="{}">{}</a>', reverse("portal:welcome"), _("Back to the tour"))
    messages.info(request, format_html("{}. {} {}", number, step.says, back))
    return redirect(step.leads_to())


@require_POST
@demo_only
def put_away(request: HttpRequest) -> HttpResponse:
    if "again" in request.POST:
        tour.begin_again(request.session)
    else:
        tour.hide(request.session)
    return redirect("portal:welcome")


def _sign_in(request: HttpRequest, slug: str) -> Door | None:
    door = next((each for each in doors() if each.slug == slug), None)
    if door is None:
        return None
    kept = tour.progress(request.session)
    login(request, door.person)
    tour.carry_over(request.session, kept)
    return door


def _nobody_here(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("The people of the demo are not here: load them with ./run manage load_demo."))
    return redirect("portal:welcome")
