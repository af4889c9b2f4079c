"""Errors as application/problem+json (RFC 9457): one shape for whatever went wrong."""

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from common.errors import DomainError, Forbidden, InvalidInput

CONTENT_TYPE = "application/problem+json"
TYPE = "urn:tillbook:problem:"
logger = logging.getLogger(__name__)
Error = dict[str, str]


class TooLarge(exceptions.APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "The request is too large."
    default_code = "too_large"


class MissingScope(exceptions.PermissionDenied):
    default_code = "missing_scope"


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response:
    """What REST framework calls for each exception raised in an API view."""
    if isinstance(exc, DomainError):
        return _refusal(exc)
    known = _known(exc)
    if known is None:
        return _crash(exc, context)
    if isinstance(known, exceptions.ValidationError):
        return problem(HTTPStatus.BAD_REQUEST, "invalid", "The request is not valid.", list(flattened(known.detail)))
    code, sentence = str(known.get_codes()), str(known.detail)
    return problem(known.status_code, code, sentence, _headers(known))


def problem(status: int, code: str, detail: str, extra: list[Error] | dict[str, str] | None = None) -> Response:
    """An error answer; `extra` is its list of errors, or else its headers."""
    errors = extra if isinstance(extra, list) else [{"field": "", "code": code, "message": detail}]
    if len(errors) == 1:
        code, detail = errors[0]["code"], errors[0]["message"]
    body = {
        "type": f"{TYPE}{code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "errors": errors,
    }
    headers = extra if isinstance(extra, dict) else None
    return Response(body, status=int(status), headers=headers, content_type=CONTENT_TYPE)


def flattened(detail: Any, path: str = "") -> Iterator[Error]:
    """Nested errors as a list, each with a path such as `lines[0].quantity`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from flattened(inner, _joined(path, name))
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            is_leaf = isinstance(inner, exceptions.ErrorDetail)
            yield from flattened(inner, path if is_leaf else _joined(path, index))
    else:
        yield {"field": path, "code": str(getattr(detail, "code", "invalid")), "message": str(detail)}


def _joined(path: str, name: str | int) -> str:
    if name == api_settings.NON_FIELD_ERRORS_KEY:
        return path
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def _refusal(error: DomainError) -> Response:
    field = error.field
    if error.line is not None and field != "lines":
        field = f"lines[{error.line}].{field}".rstrip(".")
    answer = problem(_status(error), error.code, error.message, [{"field": field, "code": error.code, "message": error.message}])
    answer.data |= error.facts
    return answer


def _status(error: DomainError) -> HTTPStatus:
    if isinstance(error, InvalidInput):
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.FORBIDDEN if isinstance(error, Forbidden) else HTTPStatus.CONFLICT


def _known(exc: Exception) -> exceptions.APIException | None:
    """The exception as REST framework's own, or None for one that nobody foresaw."""
    if isinstance(exc, exceptions.APIException):
        return exc
    if isinstance(exc, Http404):
        return exceptions.NotFound()
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(exc, RequestDataTooBig):
        return TooLarge()
    return exceptions.ParseError() if isinstance(exc, SuspiciousOperation) else None


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    wait = getattr(exc, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(max(1, ceil(wait)))
    return headers


def _crash(exc: Exception, context: Mapping[str, Any]) -> Response:
    """Told to whoever watches for crashes as any other, and answered in the API's own shape."""
    request = getattr(context.get("request"), "_request", None)
    logger.error("A request to the API crashed", exc_info=exc)
    got_request_exception.send(sender=type(context.get("view")), request=request)
    sentence = "Something went wrong on our side. Nothing was changed."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error", sentence)
