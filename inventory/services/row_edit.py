"""One product edited in the list, so that it can be undone like a change of many."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import Member
from common.db import unit_of_work
from inventory.bulk_values import LABELS, stored
from inventory.models import BulkEdit, BulkEditRow, EditKind, Product
from inventory.services.catalogue import update_product

IN_A_ROW = ("name", "sku", "category", "reorder_point", "price")


@unit_of_work()
def edit_in_list(*, product: Product, by: Member, values: Mapping[str, Any], version: int, at: datetime) -> BulkEdit | None:
    """Change what a row of the list shows. None where nothing differs. Raises StaleProduct, SkuTaken, BadPrice."""
    before = {field: stored(product, field) for field in values}
    update_product(product=product, by=by, values=values, version=version, at=at)
    after = {field: stored(product, field) for field in values}
    changed = [field for field in values if before[field] != after[field]]
    if not changed:
        return None
    said = ", ".join(LABELS[field] for field in changed)
    edit = BulkEdit.objects.create(
        business=by.business, kind=EditKind.ROW, what=f"{product.label}: {said}"[:255], changed=1, made_by=by, made_at=at
    )
    rows = [BulkEditRow(edit=edit, product=product, field=field, before=before[field], after=after[field]) for field in changed]
    BulkEditRow.objects.bulk_create(rows)
    return edit
