"""The same desk under the machine's other name: a browser keeps a second person there, side by side with the first."""

from django.http import HttpRequest

_TWINS = {"localhost": "127.0.0.1", "127.0.0.1": "localhost"}


def twin_of(request: HttpRequest) -> str:
    """Its address, or "" when this one has none."""
    name, colon, port = request.get_host().partition(":")
    twin = _TWINS.get(name)
    return f"{request.scheme}://{twin}{colon}{port}/" if twin is not None else ""
