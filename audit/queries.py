import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dateformat import format as format_date

from audit.models import AuditEntry, AuditQuerySet

ABOUT = {
    "team": ("member", "invitation"),
    "settings": ("business",),
    "keys": ("apikey",),
    "products": ("product", "category", "barcode"),
    "stock": ("stockmovement", "location"),
    "sales": ("sale", "customer"),
    "orders": ("supplier", "offer", "purchaseorder"),
}

MONEY = {"total", "price", "cost", "minimum_order", "amount", "tax", "opening_balance"}
EMPTY: tuple[Any, ...] = ("", None, [], {})
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Change:
    name: str
    before: Any
    after: Any
    is_money: bool = False


def get_entries(
    *, business: Any, about: str = "", user_id: int | None = None, since: Any = None, until: Any = None
) -> AuditQuerySet:
    """Entries of a business; `about` is a key of ABOUT, the moments are half-open."""
    wanted: dict[str, Any] = {"subject_type__in": ABOUT.get(about), "user_id": user_id, "at__gte": since, "at__lt": until}
    entries = AuditEntry.objects.for_business(business).select_related("user")
    return entries.filter(**{name: value for name, value in wanted.items() if value})


def get_changes(entry: AuditEntry) -> Iterator[Change]:
    """What the entry says was changed, value by value. What was and stays empty says nothing."""
    before, after = (json.loads(text) if text else {} for text in (entry.before, entry.after))
    for name in {**before, **after}:
        was, is_now = before.get(name), after.get(name)
        if was in EMPTY and is_now in EMPTY:
            continue
        words = name.removeprefix("is_").replace("_", " ")
        yield Change(words, _said(was), _said(is_now), is_money=name in MONEY)


def _said(value: Any) -> Any:
    """The value as one would write it down: yes and no, days in words, and lines of stock as their code and quantity."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(_said(each)) for each in value)
    if isinstance(value, dict):
        return f"{value.get('sku', '')} {str(value.get('quantity', '')).replace('-', '−')}".strip()
    if isinstance(value, str) and DAY.fullmatch(value):
        return format_date(date.fromisoformat(value), "j M Y")
    return value
