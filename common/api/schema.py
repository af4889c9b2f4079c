"""The OpenAPI schema says what every operation has in common: filters, idempotency, and each error answer."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import ListSerializer

from common.api.problems import CONTENT_TYPE

Node = dict[str, Any]
BODY_ERRORS = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
COMMON_ERRORS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS)
RETRY_AFTER = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
REPLAY = {
    "description": "Only on a replay: this is the first answer to the same key and body, and nothing was done again.",
    "schema": {"type": "string", "enum": ["true"]},
}
CHALLENGE = {"description": "How to sign in.", "schema": {"type": "string"}}
ERROR = {
    "type": "object",
    "required": ["field", "code", "message"],
    "properties": {
        "field": {"type": "string", "description": "Where, such as `lines[0].quantity`; empty for the whole request."},
        "code": {"type": "string"},
        "message": {"type": "string"},
    },
}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` names the rule for programs, `detail` and each `message` are sentences for people.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemError"}},
    },
}


class HouseSchema(AutoSchema):
    """Adds the filters and orders of a list, and the idempotency key of a POST."""

    view: Any

    def get_override_parameters(self) -> list[Any]:
        if self.method == "POST":
            return [_idempotency_key()]
        if getattr(self.view, "action", "") == "list":
            filters = [self.view.query_class] if self.view.query_class().fields else []
            return [*filters, _ordering(self.view)]
        return []

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Node:  # noqa: FBT001, FBT002
        """As the base has it, and with the bounds of a list, which it leaves out."""
        node: Node = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if isinstance(field, ListSerializer) and node.get("type") == "array":
            most = getattr(field, "max_length", None)
            node |= ({} if field.allow_empty else {"minItems": 1}) | ({"maxItems": most} if most else {})
        return node

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]


def add_errors(result: Node, **_: Any) -> Node:
    """A postprocessing hook: every operation with its error answers, as they are really sent."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"], schemas["ProblemError"] = PROBLEM, ERROR
    for path, method, operation in _operations(result):
        for status in _errors(path, method, operation):
            operation["responses"].setdefault(str(int(status)), _answer(status))
        if method == "post":
            for status, answer in operation["responses"].items():
                if status.startswith("2"):
                    answer["headers"] = {"Idempotent-Replay": REPLAY}
    return result


def _operations(result: Node) -> Iterator[tuple[str, str, Node]]:
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _errors(path: str, method: str, operation: Node) -> Iterator[HTTPStatus]:
    if operation.get("security") != [{}]:
        yield from COMMON_ERRORS
    if method in {"post", "patch"} or any(parameter["in"] == "query" for parameter in operation.get("parameters", [])):
        yield HTTPStatus.BAD_REQUEST
    if method in {"post", "patch", "delete"}:
        yield HTTPStatus.CONFLICT
    if method in {"post", "patch"}:
        yield from BODY_ERRORS


def _answer(status: HTTPStatus) -> Node:
    answer: Node = {
        "description": status.phrase,
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        answer["headers"] = {"Retry-After": RETRY_AFTER}
    if status is HTTPStatus.UNAUTHORIZED:
        answer["headers"] = {"WWW-Authenticate": CHALLENGE}
    return answer


def _idempotency_key() -> OpenApiParameter:
    return OpenApiParameter(
        "Idempotency-Key",
        {"type": "string", "minLength": 1, "maxLength": 128, "pattern": r"^[!-~]([ -~]*[!-~])?$"},
        OpenApiParameter.HEADER,
        description="The same key and body give the same answer, and do nothing again. Kept for 14 days.",
    )


def _ordering(view: Any) -> OpenApiParameter:
    names = [sign + name for name in view.orderings for sign in ("", "-")]
    default = view.default_ordering or names[0]
    return OpenApiParameter("ordering", {"type": "string", "enum": names, "default": default}, OpenApiParameter.QUERY)


class NumberSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A decimal as text, with its bounds; whoever writes may send a JSON number too."""

    target_class = "common.api.fields.Number"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Node:
        text: Node = {"type": "string", "examples": list(self.target.examples)}
        if direction == "response":
            return text | {"pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
        text["pattern"] = self.target.pattern
        least = {"exclusiveMinimum": 0} if self.target.above_zero else {"minimum": int(self.target.least)}
        return {"anyOf": [text, {"type": "number", **least, "maximum": int(self.target.most)}]}
