"""From one typed line to the fields of the form."""

from datetime import date
from typing import Any

from accounts.models import Business
from expenses.payees import get_known
from expenses.quick import Reading, read
from imports.values import MONTH_FIRST_COUNTRIES

LONGEST_LINE = 300


def understood(line: str, *, business: Business, today: date) -> Reading:
    """What a line says, with the names that this business knows and its own order of day and month."""
    text = line[:LONGEST_LINE].replace("\0", " ")  # no database looks for it
    month_first = business.country in MONTH_FIRST_COUNTRIES
    known = get_known(business, text)
    return read(text, today=today, currency=business.currency, known=known, month_first=month_first)


def as_typed(reading: Reading) -> dict[str, Any]:
    """A reading as if it had been typed into the form."""
    return {
        "amount": f"{reading.amount:f}" if reading.amount else "",
        "currency": reading.currency,
        "payee": reading.payee,
        "category": str(reading.category or ""),
        "spent_on": reading.spent_on.isoformat(),
        "tags": ", ".join(reading.tags),
        "note": reading.note,
        "kind": reading.kind,
    }
