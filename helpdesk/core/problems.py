"""API errors as RFC 9457 problem documents: one shape, whatever went wrong."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from helpdesk.core.errors import DomainError, InvalidInput

CONTENT_TYPE = "application/problem+json"
API_PATH = "/api/"
# Sentences quote what was sent: a quotation is for recognising it, not for reading it again.
_LONGEST_SENTENCE = 300
_MOST_FIELDS = 20


def problem_body(status: int, code: str, detail: str, **extra: Any) -> dict[str, Any]:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code, "detail": detail}
    clean: dict[str, Any] = _sendable(body | extra)
    return clean


def problem(status: int, code: str, detail: str, **extra: Any) -> Response:
    return Response(problem_body(status, code, detail, **extra), status=status, content_type=CONTENT_TYPE)


def plain_problem(status: int, code: str, detail: str) -> JsonResponse:
    """For errors outside a view of the API: its middleware, addresses that lead nowhere, our own faults."""
    return JsonResponse(problem_body(status, code, detail), status=status, content_type=CONTENT_TYPE)


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. Returns None for what is our own fault, so that it is logged and answered as a 500."""
    if isinstance(error, InvalidInput):
        return problem(error.status, error.code, error.message, errors=error.errors)
    if isinstance(error, DomainError):
        return problem(error.status, error.code, error.message, **error.extra)
    if isinstance(error, exceptions.ValidationError):
        errors = _sentences(error.detail)
        return problem(400, "invalid", _first_sentence(errors), errors=errors)
    if isinstance(error, RequestDataTooBig):
        return problem(413, "too_large", _("The request is too large."))
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return problem(400, "bad_request", _("The request cannot be read. Check its form and send it again."))
    if isinstance(error, OperationalError):
        # Lock and statement time-outs, a database that restarts: nothing was saved, so trying again is safe.
        answer = problem(503, "busy", _("The database did not answer in time. Nothing was saved; please try again."))
        answer["Retry-After"] = "1"
        return answer
    answered = exception_handler(error, context)
    if answered is None:
        return None
    wrapped = problem(answered.status_code, _code(error), _detail(error))
    for name, value in answered.headers.items():
        if name.lower() != "content-type":
            wrapped[name] = value
    return wrapped


@csrf_exempt
def no_such_address(request: HttpRequest, **_path: Any) -> JsonResponse:
    detail = _("There is nothing at this address.")
    if not request.path.endswith("/"):
        detail = _("There is nothing at this address. Addresses of the API end with a slash.")
    return plain_problem(404, "not_found", detail)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not request.path.startswith(API_PATH):
        return defaults.bad_request(request, exception)
    return plain_problem(400, "bad_request", _("The request cannot be read. Check its form and send it again."))


def server_error(request: HttpRequest) -> HttpResponse:
    if not request.path.startswith(API_PATH):
        return defaults.server_error(request)
    return plain_problem(500, "internal_error", _("Something went wrong here. It has been logged; please try later."))


def _code(error: Exception) -> str:
    if isinstance(error, Http404):
        return "not_found"
    if isinstance(error, PermissionDenied):
        return "not_permitted"
    return str(getattr(error, "default_code", "error"))


def _detail(error: Exception) -> str:
    if isinstance(error, Http404):
        return _("There is nothing here that you can see.")
    return str(getattr(error, "detail", None) or _("This is not permitted."))


def _sentences(detail: Any) -> dict[str, list[str]]:
    """Flatten DRF's nested error structure into field paths ("files.0") and their sentences."""
    flat: dict[str, list[str]] = {}

    def walk(node: Any, path: str) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                walk(value, f"{path}.{key}" if path else str(key))
        elif isinstance(node, list) and any(isinstance(item, dict | list) for item in node):
            for position, value in enumerate(node):
                walk(value, f"{path}.{position}" if path else str(position))
        else:
            items = node if isinstance(node, list) else [node]
            flat.setdefault(path or "body", []).extend(str(item) for item in items)

    walk(detail, "")
    return dict(list(flat.items())[:_MOST_FIELDS])


def _first_sentence(errors: dict[str, list[str]]) -> str:
    field, sentences = next(iter(errors.items()), ("body", [_("The request is not valid.")]))
    return f"{field}: {sentences[0]}"


def _sendable(value: Any) -> Any:
    """The same with quotations cut short, and without half surrogate pairs, which no UTF-8 can carry."""
    if isinstance(value, dict):
        return {_sendable(str(key)): _sendable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_sendable(item) for item in value]
    if isinstance(value, str):
        text = value if len(value) <= _LONGEST_SENTENCE else value[: _LONGEST_SENTENCE - 1] + "…"
        return text.encode(errors="replace").decode()
    return value
