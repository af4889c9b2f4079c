"""Figures as people read them."""

from collections.abc import Sequence
from decimal import Decimal

from common.templatetags.tillbook import money, qty
from portal.reports.shapes import Column, Figure, Row, Unit

Cell = tuple[Column, Figure, str]


def cells(columns: Sequence[Column], row: Row, currency: str) -> list[Cell]:
    """The figures of a row beside their columns, and as people read them."""
    pairs = zip(columns, row.figures, strict=True)
    return [(column, figure, told(figure, column.unit, currency)) for column, figure in pairs]


def told(figure: Figure, unit: Unit, currency: str) -> str:
    return f"{figure.on.day} {figure.on:%b} {figure.on.year}" if figure.on else in_words(figure.value, unit, currency)


def in_words(value: Decimal | None, unit: Unit, currency: str) -> str:
    if value is None:
        return ""
    if unit is Unit.MONEY:
        return money(value, currency)
    sign = "+" if unit is Unit.CHANGE and value > 0 else ""
    return f"{sign}{qty(value)}{'' if unit is Unit.COUNT else '%'}"
