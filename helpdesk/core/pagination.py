"""Keyset pages: as fast on page 10,000 as on page 1, and stable while rows arrive. Nothing is ever counted."""

import re
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

_BASE64 = re.compile(r"^[A-Za-z0-9+/]+={0,2}$")


class KeysetPagination(CursorPagination):
    """Newest first. `next` and `previous` are addresses to follow as they are. Orders by whole numbers only."""

    page_size = 25
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering = "-id"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        page: list[Any] | None = super().paginate_queryset(queryset, request, view)
        # Links never follow the Host header.
        self.base_url = settings.SITE_URL + request.get_full_path()
        return page

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Cursors come back from outside: a forged one is a mistake in the request, not a search that fails."""
        asked = request.query_params.get(self.cursor_query_param)
        if asked is not None and not _BASE64.fullmatch(asked):
            raise _bad_cursor()
        try:
            cursor = super().decode_cursor(request)
        except NotFound as error:
            raise _bad_cursor() from error
        if cursor is not None and cursor.position is not None and not _is_whole_number(cursor.position):
            raise _bad_cursor()
        return cursor

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not _is_whole_number(asked) or not 1 <= int(asked) <= self.max_page_size:
            message = _("“%(asked)s” is not a whole number from 1 to %(most)s.")
            raise ValidationError({"page_size": [message % {"asked": asked, "most": self.max_page_size}]})
        return int(asked)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        return [
            {
                "name": self.cursor_query_param,
                "in": "query",
                "description": "Taken from “next” or “previous”.",
                "schema": {"type": "string", "pattern": _BASE64.pattern},
            },
            {"name": self.page_size_query_param, "in": "query", "description": "Rows a page.", "schema": size},
        ]

    def query_parameters(self) -> set[str]:
        return {self.cursor_query_param, self.page_size_query_param}


class OldestFirst(KeysetPagination):
    """For conversations, which are read from the beginning."""

    ordering = "id"


class NewestSeqFirst(KeysetPagination):
    """For the history of one ticket."""

    ordering = "-seq"


def _is_whole_number(text: Any) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) <= 18


def _bad_cursor() -> ValidationError:
    return ValidationError({"cursor": [_("This is no address of a page. Follow “next” and “previous” as they are.")]})
