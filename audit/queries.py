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
}


@dataclass(frozen=True)
class Change:
    name: str
    before: Any
    after: Any


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
        yield Change(name.replace("_", " "), before.get(name, ""), after.get(name, ""))
