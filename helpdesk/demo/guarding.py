"""What exists in the demo only."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponseBase

from helpdesk.demo.flag import demo_is_on

View = Callable[..., HttpResponseBase]


def demo_only(view: View) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> HttpResponseBase:
        if not demo_is_on():
            raise Http404
        return view(*args, **kwargs)

    return guarded
