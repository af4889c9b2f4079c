"""Values on their way into SQL: bound wherever DB2 can tell their type, else written as literals, quoted by one function.

DB2 refuses a parameter marker whose type it cannot see (SQL0418N): inside aggregates and COALESCE, after THEN and ELSE, beside
plus and minus, before AS. IBM's adapter pastes values there as they come; here they go through `literal`.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache, singledispatch
from itertools import zip_longest
from typing import Any
from uuid import UUID

TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|%s|%%|\w+|\s+|.""", re.DOTALL)
UNTYPED_INSIDE = {"SUM", "AVG", "COUNT", "MIN", "MAX", "STDDEV", "VARIANCE", "COALESCE", "ROUND"}
UNTYPED_AFTER = {"THEN", "ELSE", "+", "-"}
UNTYPED_BEFORE = {"AS", "+", "-"}


class Keyword(str):
    """Goes into SQL as it is. Every other string is data."""

    __slots__ = ()


class Moment(str):
    """A timestamp as DB2 reads it."""

    __slots__ = ()


class Day(str):
    """A date as DB2 reads it."""

    __slots__ = ()


def literal(value: Any) -> str:
    """A value written out in SQL, whatever it contains."""
    return _written(plain(value))


@singledispatch
def plain(value: Any) -> Any:
    """A value as the driver takes it: moments in UTC, no Python types it does not know."""
    return value


plain.register(datetime, lambda value: Moment(_in_utc(value).isoformat(" ", "microseconds")))
plain.register(date, lambda value: Day(value.isoformat()))
plain.register(time, lambda value: value.isoformat("seconds"))
plain.register(timedelta, lambda value: value // timedelta(microseconds=1))
plain.register(UUID, lambda value: value.hex)
plain.register(memoryview, bytes)
plain.register(bytearray, bytes)


@singledispatch
def _written(value: Any) -> str:
    return "'" + str(value).replace("'", "''") + "'"


_written.register(type(None), lambda _: "NULL")
_written.register(Keyword, str)
_written.register(Moment, lambda value: f"TIMESTAMP('{value}')")
_written.register(Day, lambda value: f"DATE('{value}')")
_written.register(bool, lambda value: "TRUE" if value else "FALSE")
_written.register(Decimal, lambda value: format(value, "f"))
_written.register(int, repr)
_written.register(float, repr)
_written.register(bytes, lambda value: f"BX'{value.hex()}'")


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


def write_out(sql: str, params: Iterable[Any]) -> str:
    """The SQL with every value as a literal, still to be sent as a template (a percent sign is doubled)."""
    pieces, _ = _plan(sql)
    values = (literal(value).replace("%", "%%") for value in params)
    return "".join(piece.replace("%", "%%") + value for piece, value in zip_longest(pieces, values, fillvalue=""))


def place(sql: str, params: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
    """A template with `%s` as DB2 takes it: question marks, the values to bind, and literals where nothing can be bound."""
    pieces, untyped = _plan(sql)
    if len(params) != len(untyped):
        raise ValueError(f"The statement has places for {len(untyped)} values, and {len(params)} were given: {sql}")
    decimals_as_literals = not sql.startswith("INSERT")
    text, bound = [pieces[0]], []
    for value, is_untyped, piece in zip(params, untyped, pieces[1:], strict=True):
        if is_untyped or isinstance(value, Keyword) or (isinstance(value, Decimal) and decimals_as_literals):
            text.append(literal(value))
        else:
            text.append("?")
            bound.append(plain(value))
        text.append(piece)
    return "".join(text), tuple(bound)


@lru_cache(maxsize=4096)
def _plan(sql: str) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """The text between the places, and of each place whether DB2 could not tell its type."""
    parts = TOKEN.findall(sql)
    words = [part.upper() for part in parts if not part.isspace()]
    pieces: list[str] = [""]
    untyped: list[bool] = []
    calls: list[str] = []  # the functions whose parentheses are open
    at = -1
    for part in parts:
        at += not part.isspace()
        if part == "(":
            calls.append(words[at - 1] if at else "")
        elif part == ")" and calls:
            calls.pop()
        if part == "%s":
            untyped.append(not UNTYPED_INSIDE.isdisjoint(calls) or _untyped_by_neighbours(words, at))
            pieces.append("")
        else:
            pieces[-1] += part.replace("%%", "%")
    return tuple(pieces), tuple(untyped)


def _untyped_by_neighbours(words: list[str], at: int) -> bool:
    before = words[at - 1] if at else ""
    after = [*words[at + 1 : at + 3], "", ""]
    alone_in_brackets = before == "(" and after[0] == ")" and after[1] == "AS"
    return before in UNTYPED_AFTER or after[0] in UNTYPED_BEFORE or alone_in_brackets
