"""What apps above add to a ticket's page in the back office. They register in `ready()`; nothing here knows them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.safestring import SafeString

from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    body: SafeString


RenderPanel = Callable[[HttpRequest, Ticket], Panel | None]
_panels: list[RenderPanel] = []


def register_panel(render: RenderPanel) -> RenderPanel:
    """Show a panel to staff who work on the ticket; `render` returns None to show nothing. Registering twice is once."""
    if render not in _panels:
        _panels.append(render)
    return render


def panels_for(request: HttpRequest, ticket: Ticket) -> list[Panel]:
    return [panel for render in _panels if (panel := render(request, ticket)) is not None]
