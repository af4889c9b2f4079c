"""Figures as people read them."""

from decimal import Decimal

from common.templatetags.tillbook import money, qty
from portal.reports.shapes import Unit


def in_words(value: Decimal | None, unit: Unit, currency: str) -> str:
    if value is None:
        return ""
    if unit is Unit.MONEY:
        return money(value, currency)
    sign = "+" if unit is Unit.CHANGE and value > 0 else ""
    return f"{sign}{qty(value)}{'' if unit is Unit.COUNT else '%'}"
