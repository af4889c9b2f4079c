"""Pages of a list by key: each costs the same at any depth, and there is no COUNT and no OFFSET."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.core import signing
from django.db.models import Model, Q
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

SIZE = 50
LARGEST = 200
SALT = "tillbook.api.cursor"
READERS: dict[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "int": int,
    "str": str,
}
AFTER, BEFORE = "after", "before"


class CursorPagination(BasePagination):
    """`{next, previous, results}`. The view's `keys()` are never null and together unique, each "name" or "-name"."""

    next: str | None = None
    previous: str | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        keys: Sequence[str] = view.keys()
        size = _size(request.query_params.get("page_size"))
        way, edge = _read(request.query_params.get("cursor"), keys)
        order = _turned(keys) if way == BEFORE else keys
        rows = queryset.order_by(*order)
        found = list((rows.filter(_beyond(order, edge)) if edge else rows)[: size + 1])
        more, page = len(found) > size, found[:size]
        if way == BEFORE:
            page.reverse()
        self._link(request, page, keys, has_next=more or way == BEFORE, has_previous=more if way == BEFORE else bool(edge))
        return page

    def _link(self, request: Request, page: list[Model], keys: Sequence[str], *, has_next: bool, has_previous: bool) -> None:
        here = request.build_absolute_uri()
        if page and has_next:
            self.next = replace_query_param(here, "cursor", _token(AFTER, page[-1], keys))
        if page and has_previous:
            self.previous = replace_query_param(here, "cursor", _token(BEFORE, page[0], keys))

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next, "previous": self.previous, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "default": SIZE}
        return [
            _parameter("cursor", {"type": "string"}, "Where to go on: use `next` and `previous` as they are."),
            _parameter("page_size", size, f"Rows of a page; above {LARGEST} it is {LARGEST}."),
        ]


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _size(given: str | None) -> int:
    if given is None:
        return SIZE
    if not (given.isascii() and given.isdigit() and len(given) < 20 and int(given)):
        raise ValidationError({"page_size": f"Enter a number from 1 to {LARGEST}."}, code="invalid")
    return min(int(given), LARGEST)


def _beyond(keys: Sequence[str], edge: Sequence[Any]) -> Q:
    """(a, b) > (x, y) as a >= x AND (a > x OR (a = x AND b > y)): what every database can do, the first part by index."""
    beyond, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, edge, strict=True):
        name, comparison = key.lstrip("-"), "lt" if key.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{name}__{comparison}": value})
        equal &= Q(**{name: value})
    first, at_least = keys[0].lstrip("-"), "lte" if keys[0].startswith("-") else "gte"
    return Q(**{f"{first}__{at_least}": edge[0]}) & beyond


def _turned(keys: Sequence[str]) -> list[str]:
    return [key.removeprefix("-") if key.startswith("-") else f"-{key}" for key in keys]


def _token(way: str, row: Model, keys: Sequence[str]) -> str:
    values = [_value(row, key.lstrip("-")) for key in keys]
    return signing.dumps([way, *([type(value).__name__, str(value)] for value in values)], salt=_salt(keys))


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _read(token: str | None, keys: Sequence[str]) -> tuple[str, list[Any]]:
    if not token:
        return AFTER, []
    try:
        way, *edge = signing.loads(token, salt=_salt(keys))
        return way, [READERS[kind](value) for kind, value in edge]
    except signing.BadSignature as error:
        sentence = "This cursor is not one of this list in this order. Use `next` and `previous` as they are."
        raise NotFound(sentence, code="unknown_cursor") from error


def _salt(keys: Sequence[str]) -> str:
    """A cursor of one order means nothing in another."""
    return f"{SALT}:{','.join(keys)}"
