"""The base of our API views: strict about the query string, and bodies read in one line."""

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.settings import api_settings

from helpdesk.core.bodies import Body
from helpdesk.core.pagination import KeysetPagination


class ApiView(GenericAPIView[Any]):
    """A list names `filterset_class` and `pagination_class`; what neither of them knows in the query string is refused."""

    pagination_class: type[KeysetPagination] | None = None
    filterset_class: Any = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        unknown = sorted(request.query_params.keys() - self._query_parameters())
        if unknown:
            sentence = _("There is no such parameter here.")
            raise ValidationError({name[:100]: [sentence] for name in unknown[:20]})

    def read(self, body: type[Body]) -> dict[str, Any]:
        """The validated body. Raises ValidationError with every field that is wrong."""
        if self.request.data is None:
            sentence = _("The request cannot be read. Check its form and send it again.")
            raise ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [sentence]})
        return _reader(body, get_language()).run_validation(self.request.data)

    def _query_parameters(self) -> set[str]:
        if self.request.method not in ("GET", "HEAD"):
            return set()
        known = set(self.filterset_class.base_filters) if self.filterset_class is not None else set()
        return known | (self.paginator.query_parameters() if isinstance(self.paginator, KeysetPagination) else set())


@lru_cache
def _reader(body: type[Body], _language: str | None) -> Body:
    """One for all requests: making its fields takes longer than reading with them. It keeps nothing of what it reads.

    One a language, because messages stay in the one in which they were first said.
    """
    return body()
