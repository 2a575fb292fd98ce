"""Reading that leaves a trace must have been wanted: what a browser fetches ahead was not."""

from django.http import HttpRequest

# How browsers, old and new, say that nobody has asked for the page yet.
_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def is_asked_for(request: HttpRequest) -> bool:
    """A GET, fetched neither ahead nor for its head alone."""
    said = " ".join(request.headers.get(name, "").lower() for name in _AHEAD)
    return request.method == "GET" and "prefetch" not in said and "preview" not in said and "prerender" not in said
