"""An order as its supplier gets it."""

from typing import Any

from django.utils.formats import date_format

from common.pdf import paper
from common.templatetags.tillbook import money, qty
from purchasing.models import PurchaseLine, PurchaseOrder


def order_pdf(order: PurchaseOrder) -> bytes:
    return paper("order.typ", _said(order))


def _said(order: PurchaseOrder) -> dict[str, Any]:
    business, supplier = order.business, order.supplier
    lines = order.lines.order_by("pk")
    facts = [
        ("Order", order.number),
        ("Date", _day(order.sent_on)),
        ("Expected", _day(order.expected_on)),
        ("Your customer", supplier.account_number),
        ("Deliver to", f"{business.name}, {order.location.name}"),
        ("Tax number", business.tax_number),
    ]
    return {
        "title": f"Order {order.number}" if order.sent_on else f"Draft of order {order.number}",
        "business": business.name,
        "address": business.address,
        "to": [word for word in (supplier.name, supplier.contact, supplier.email) if word],
        "facts": [[name, value] for name, value in facts if value],
        "rows": [_row(line, business.currency) for line in lines],
        "total": money(order.total, business.currency),
        "note": order.note,
    }


def _row(line: PurchaseLine, currency: str) -> list[str]:
    return [
        line.code,
        line.description,
        f"{qty(line.quantity)} × {line.unit}",
        money(line.price, currency),
        money(line.amount, currency),
    ]


def _day(day: Any) -> str:
    return date_format(day, "j F Y") if day else ""
