"""The base of our API views: strict about the query string, and bodies read in one line."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

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
        serializer = body(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def _query_parameters(self) -> set[str]:
        if self.request.method not in ("GET", "HEAD"):
            return set()
        known = set(self.filterset_class.base_filters) if self.filterset_class is not None else set()
        return known | (self.paginator.query_parameters() if isinstance(self.paginator, KeysetPagination) else set())
