"""Figures as people read them."""

from decimal import Decimal

from common.templatetags.tillbook import money, qty
from portal.reports.shapes import Column, Figure, Report, Row, Unit

Cell = tuple[Column, Figure, str]


def cells(report: Report, row: Row, currency: str) -> list[Cell]:
    """The figures of a row beside their columns, and as people read them."""
    pairs = zip(report.columns, row.figures, strict=True)
    return [(column, figure, in_words(figure.value, column.unit, currency)) for column, figure in pairs]


def in_words(value: Decimal | None, unit: Unit, currency: str) -> str:
    if value is None:
        return ""
    if unit is Unit.MONEY:
        return money(value, currency)
    sign = "+" if unit is Unit.CHANGE and value > 0 else ""
    return f"{sign}{qty(value)}{'' if unit is Unit.COUNT else '%'}"
