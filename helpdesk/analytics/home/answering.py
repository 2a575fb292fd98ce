"""How an act on the home answers: scripts get a word for a toast and fetch the page's parts again, forms go back."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def in_dialog(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """In the dialog of the page that asked, or as a page of its own."""
    frame = "console/home/_dialog.html" if request.headers.get("HX-Request") else "console/home/_page.html"
    return render(request, template, context | {"frame": frame}, status=status)


def done(request: HttpRequest, text: str, *, undo: tuple[str, str] | None = None) -> HttpResponse:
    """`undo` is the name of its button and the address to post to."""
    if not request.headers.get("HX-Request"):
        messages.success(request, text)
        return redirect("admin:index")
    told = {"text": text}
    if undo is not None:
        told |= {"undo": undo[0], "undo_url": undo[1]}
    # Not as it is: header values are ASCII, and JSON's escapes are.
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"home:done": told})})
