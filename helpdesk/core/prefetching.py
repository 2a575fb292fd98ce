"""Reading that leaves a trace must have been wanted: what a browser fetches ahead, or another site makes it fetch, was not."""

from django.http import HttpRequest

# How browsers, old and new, say that nobody has asked for the page yet.
_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


# Typed, from a bookmark or a mail program; or from a page of ours. Old browsers and programs say nothing.
_OWN_WISH = frozenset({"", "none", "same-origin"})


def is_asked_for(request: HttpRequest) -> bool:
    """A GET, fetched neither ahead nor for its head alone, nor because another site said so."""
    said = " ".join(request.headers.get(name, "").lower() for name in _AHEAD)
    if request.headers.get("Sec-Fetch-Site", "") not in _OWN_WISH:
        return False
    return request.method == "GET" and "prefetch" not in said and "preview" not in said and "prerender" not in said
