"""Pages of a long list by key: each costs the same at any depth, and rows that arrive meanwhile shift nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)
SALT = "tillbook.pages"
READERS: dict[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "Decimal": Decimal,
    "int": int,
    "str": str,
}


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of one page, with addresses of its neighbours ("" where there is none)."""

    items: list[Row]
    next_url: str = ""
    previous_url: str = ""

    def __bool__(self) -> bool:
        return bool(self.items)


def paginate(request: HttpRequest, queryset: QuerySet[Row], keys: Sequence[str] = ("name", "id"), size: int = 50) -> Page[Row]:
    """The page that the address asks for by `after` or `before`, in one query without COUNT and OFFSET.

    `keys` are never null and together unique, each "name" or "-name". A value that nobody was given means the first page.
    """
    after, before = _read(request.GET.get("after"), keys), _read(request.GET.get("before"), keys)
    if before and not after:
        rows = _slice(queryset, _turned(keys), before, size)
        if rows:
            return _page(request, rows[:size][::-1], keys, more=True, less=len(rows) > size)
        before = None
    rows = _slice(queryset, keys, after, size)
    return _page(request, rows[:size], keys, more=len(rows) > size, less=after is not None)


def _slice(queryset: QuerySet[Row], keys: Sequence[str], edge: list[Any] | None, size: int) -> list[Row]:
    rows = queryset.order_by(*keys)
    return list((rows.filter(_beyond(keys, edge)) if edge else rows)[: size + 1])


def _beyond(keys: Sequence[str], edge: Sequence[Any]) -> Q:
    """(a, b) > (x, y) as a >= x AND (a > x OR (a = x AND b > y)): every database can do it, and begins in its index at x."""
    first, start = keys[0].lstrip("-"), "lte" if keys[0].startswith("-") else "gte"
    beyond, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, edge, strict=True):
        name, comparison = key.lstrip("-"), "lt" if key.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{name}__{comparison}": value})
        equal &= Q(**{name: value})
    return Q(**{f"{first}__{start}": edge[0]}) & beyond


def _turned(keys: Sequence[str]) -> list[str]:
    return [key.removeprefix("-") if key.startswith("-") else f"-{key}" for key in keys]


def _page(request: HttpRequest, rows: list[Row], keys: Sequence[str], *, more: bool, less: bool) -> Page[Row]:
    return Page(
        items=rows,
        next_url=_url(request, "after", rows[-1], keys) if more and rows else "",
        previous_url=_url(request, "before", rows[0], keys) if less and rows else "",
    )


def _url(request: HttpRequest, way: str, row: Row, keys: Sequence[str]) -> str:
    values = [_value(row, key.lstrip("-")) for key in keys]
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[way] = signing.dumps([[type(value).__name__, str(value)] for value in values], salt=_salt(keys))
    return f"?{query.urlencode()}"


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _read(token: str | None, keys: Sequence[str]) -> list[Any] | None:
    try:
        edge = [READERS[kind](value) for kind, value in signing.loads(token or "", salt=_salt(keys))]
    except (signing.BadSignature, KeyError, ValueError, TypeError):
        return None
    return edge if len(edge) == len(keys) else None


def _salt(keys: Sequence[str]) -> str:
    """An edge of one order means nothing in another."""
    return f"{SALT}:{','.join(keys)}"
