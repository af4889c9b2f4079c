"""One change to many products, and taking it back: what was previewed, and nothing else, in one unit of work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts import trail
from accounts.models import Business, Member
from accounts.permissions import Action
from audit import services as audit
from common.db import BATCH, batched, unit_of_work
from common.errors import DomainError
from inventory.bulk_values import audited, put, value_of
from inventory.models import BulkEdit, BulkEditRow, EditKind, Product
from inventory.models.product import ProductQuerySet
from inventory.services.bulk_changes import Change, Judged, check_change, judged
from inventory.services.bulk_write import write_values
from inventory.services.catalogue import WATCHED
from inventory.services.watch import check_some

MOST_AT_ONCE = 5_000
NAMED = 3
STALE = "Somebody changed it since the preview."
OTHERWISE = "What it depends on changed since the preview."


class NothingToChange(DomainError):
    code = "nothing_to_change"


class SomeRefused(DomainError):
    """All or nothing was asked for, and not all can be."""

    code = "some_refused"


class TooManyProducts(DomainError):
    code = "too_many_products"
    field = "products"


@dataclass(frozen=True)
class Seen:
    """What a preview showed of a product: its version, and what it was to become ("" where it was refused)."""

    version: int
    after: str | None = None


def preview(*, business: Business, products: ProductQuerySet, change: Change) -> list[Judged]:
    """What would become of each product. Writes nothing. Raises BadChange and TooManyProducts."""
    check_change(change, business)
    rows = list(products.with_stock().order_by("name", "pk")[: MOST_AT_ONCE + 1])
    check_number(len(rows))
    return [judged(product, change, business) for product in rows]


def check_number(count: int) -> None:
    if count > MOST_AT_ONCE:
        raise TooManyProducts(f"At most {MOST_AT_ONCE:,} products can be changed at once. Narrow the search.")


def seen_in(rows: Sequence[Judged]) -> dict[int, Seen]:
    """What to hand to `change_products` after a preview, so that exactly this is done."""
    return {row.product.pk: Seen(row.product.version, row.after) for row in rows if row.outcome != "unchanged"}


@unit_of_work()
def change_products(*, by: Member, change: Change, seen: Mapping[int, Seen], at: datetime, partial: bool = True) -> BulkEdit:
    """Change products as previewed. One that was changed meanwhile, or would become something else, is refused and named.

    `partial` lets the rest go in; without it one refusal refuses all (SomeRefused). Costs the same few statements for
    each `BATCH` of products. Raises NothingToChange where nothing is left to do.
    """
    by.must(Action.MANAGE_CATALOGUE)
    check_change(change, by.business)
    check_number(len(seen))
    rows = [_as_seen(judged(product, change, by.business), seen[product.pk]) for product in _locked(by.business, list(seen))]
    changed = [row for row in rows if row.outcome == "changed"]
    refused = [row for row in rows if row.outcome == "refused"]
    gone = len(seen) - len(rows)
    if not partial and (refused or gone):
        raise _some_refused(refused, gone)
    if not changed:
        raise _nothing(refused)
    edit = _edit(by, EditKind.BULK, change.said(by.business), (len(changed), len(refused) + gone), at)
    _write(edit, change.field, changed, by=by, at=at)
    _note(edit, [_row(edit, change.field, row) for row in (*changed, *refused)])
    trail.record("products changed at once", edit, by=by, at=at, after={"changed": edit.changed, "refused": edit.refused})
    return edit


def _locked(business: Business, ids: Sequence[int]) -> list[Product]:
    """As they are now, and stay until this transaction ends. Locked in the order of their keys."""
    found: list[Product] = []
    for part in batched(sorted(ids), BATCH):
        rows = Product.objects.for_business(business).filter(pk__in=part)
        rows.lock()
        found += rows.with_stock().order_by("pk")
    return found


def _as_seen(row: Judged, seen: Seen) -> Judged:
    """Refuse what is no longer as the person saw it when they agreed."""
    if row.product.version != seen.version:
        return _refused(row, STALE)
    if not row.reason and seen.after is not None and row.after != seen.after:
        return _refused(row, OTHERWISE)
    return row


def _refused(row: Judged, reason: str) -> Judged:
    return Judged(row.product, row.before, row.after, row.margin_before, row.margin_after, reason=reason)


def _write(edit: BulkEdit, field: str, rows: Sequence[Judged], *, by: Member, at: datetime) -> None:
    for row in rows:
        put(row.product, field, value_of(field, row.after))
    write_values([row.product for row in rows], field)
    changed = [(row.product, *audited({field: (row.before, row.after)})) for row in rows]
    audit.record_changes(action="product changed", changed=changed, by=by, at=at, document=f"bulk edit {edit.pk}")
    if field in WATCHED:
        check_some(business=by.business, ids=[row.product.pk for row in rows], at=at)


def _edit(by: Member, kind: EditKind, what: str, counts: tuple[int, int], at: datetime) -> BulkEdit:
    changed, refused = counts
    return BulkEdit.objects.create(
        business=by.business, kind=kind, what=what[:255], changed=changed, refused=refused, made_by=by, made_at=at
    )


def _row(edit: BulkEdit, field: str, row: Judged) -> BulkEditRow:
    return BulkEditRow(edit=edit, product=row.product, field=field, before=row.before, after=row.after, reason=row.reason[:255])


def _note(edit: BulkEdit, rows: Sequence[BulkEditRow]) -> None:
    BulkEditRow.objects.bulk_create(rows, batch_size=BATCH)


def _some_refused(refused: Sequence[Judged], gone: int) -> SomeRefused:
    names = "; ".join(f"{row.product.label}: {row.reason}" for row in refused[:NAMED])
    more = len(refused) + gone - min(len(refused), NAMED)
    rest = f"{'; and ' if names else ''}{more} more" if more else ""
    return SomeRefused(f"Nothing was changed, since not all can be. {names}{rest}")


def _nothing(refused: Sequence[Judged]) -> NothingToChange:
    why = f" {refused[0].product.label}: {refused[0].reason}" if refused else " All of them are so already."
    return NothingToChange(f"Nothing was changed.{why}")
