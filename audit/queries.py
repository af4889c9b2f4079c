import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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

MONEY = {"total", "price", "cost", "minimum_order"}


@dataclass(frozen=True)
class Change:
    name: str
    before: Any
    after: Any

    @property
    def is_money(self) -> bool:
        return self.name in MONEY


def get_entries(
    *, business: Any, about: str = "", user_id: int | None = None, since: Any = None, until: Any = None
) -> AuditQuerySet:
    """Entries of a business; `about` is a key of ABOUT, the moments are half-open."""
    wanted: dict[str, Any] = {"subject_type__in": ABOUT.get(about), "user_id": user_id, "at__gte": since, "at__lt": until}
    entries = AuditEntry.objects.for_business(business).select_related("user")
    return entries.filter(**{name: value for name, value in wanted.items() if value})


def get_changes(entry: AuditEntry) -> Iterator[Change]:
    """What the entry says was changed, value by value."""
    before, after = (json.loads(text) if text else {} for text in (entry.before, entry.after))
    for name in {**before, **after}:
        yield Change(name.replace("_", " "), _said(before.get(name, "")), _said(after.get(name, "")))


def _said(value: Any) -> Any:
    """The value as one would write it down: yes and no, and lines of stock as their code and quantity."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(_said(each)) for each in value)
    if isinstance(value, dict):
        return f"{value.get('sku', '')} {str(value.get('quantity', '')).replace('-', '−')}".strip()
    return value
