"""What the pages of the steps share: the list of steps beside the form, and where to go on."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from helpdesk.beginning.models import DoneStep
from helpdesk.beginning.steps import next_address, stages


def show(request: HttpRequest, step: str, *, status: int = 200, **context: Any) -> HttpResponse:
    page = {"stages": stages(step), "step": step, "later": next_address(step), **context}
    return render(request, f"beginning/{step}.html", page, status=status)


def go_on(step: str) -> HttpResponse:
    """The step is done; the next one that is not."""
    DoneStep.objects.note(step)
    return redirect(next_address(step))
