"""Taking an edit back: each value as it was, but for what somebody changed since."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from audit import services as audit
from common.db import BATCH, batched, unit_of_work
from common.errors import DomainError
from inventory.bulk_values import audited, put, stored, value_of
from inventory.models import BulkEdit, BulkEditRow, Category, EditKind, Product
from inventory.services.bulk_write import write_values
from inventory.services.catalogue import WATCHED, update_product
from inventory.services.watch import check_some

CHANGED_SINCE = "It was changed since."
GONE = "Its category is gone."


class CannotUndo(DomainError):
    code = "cannot_undo"


@unit_of_work()
def undo_edit(*, edit: BulkEdit, by: Member, at: datetime) -> BulkEdit:
    """Give each product back what the edit took, unless that value was changed since: then it stays and is listed.

    The answer is itself an edit. A second time nothing is done, and the answer is the first one. Raises CannotUndo.
    """
    by.must(Action.MANAGE_CATALOGUE)
    if edit.kind == EditKind.UNDO or not edit.changed:
        raise CannotUndo("This cannot be undone. Change the products again instead.")
    if not BulkEdit.objects.filter(pk=edit.pk, undone_at=None).update(undone_at=at):
        return BulkEdit.objects.get(undoes=edit)
    rows = list(edit.rows.filter(reason="").order_by("pk"))
    undo = BulkEdit.objects.create(
        business=by.business,
        kind=EditKind.UNDO,
        what=f"Undone: {edit.what}"[:255],
        changed=0,
        made_by=by,
        made_at=at,
        undoes=edit,
    )
    notes = _row_back(rows, by, at) if edit.kind == EditKind.ROW else _all_back(undo, rows, by, at)
    return _told(undo, notes, by, at)


def _undo_of(edit: BulkEdit, by: Member, at: datetime) -> BulkEdit:
    what = f"Undone: {edit.what}"[:255]
    return BulkEdit.objects.create(
        business=by.business, kind=EditKind.UNDO, what=what, changed=0, made_by=by, made_at=at, undoes=edit
    )


def _all_back(undo: BulkEdit, rows: Sequence[BulkEditRow], by: Member, at: datetime) -> list[BulkEditRow]:
    products = _locked(by, [row.product_id for row in rows])
    notes = [_note(row, products[row.product_id]) for row in rows if row.product_id in products]
    _refuse_gone(notes, by)
    by_field: dict[str, list[BulkEditRow]] = defaultdict(list)
    for note in notes:
        if not note.reason:
            put(note.product, note.field, value_of(note.field, note.after))
            by_field[note.field].append(note)
    for field, done in by_field.items():
        write_values([note.product for note in done], field)
        changed = [(note.product, *audited({field: (note.before, note.after)})) for note in done]
        audit.record_changes(action="product changed", changed=changed, by=by, at=at, document=f"undo {undo.pk}")
    if WATCHED & set(by_field):
        check_some(business=by.business, ids=sorted({row.product_id for row in rows}), at=at)
    return notes


def _row_back(rows: Sequence[BulkEditRow], by: Member, at: datetime) -> list[BulkEditRow]:
    """What was edited in the list: one product, its texts among the rest, so it goes the way of a single edit."""
    products = _locked(by, [row.product_id for row in rows])
    notes = [_note(row, products[row.product_id]) for row in rows if row.product_id in products]
    _refuse_gone(notes, by)
    good = [note for note in notes if not note.reason]
    values = {note.field: value_of(note.field, note.after) for note in good}
    if values.get("category"):
        values["category"] = Category.objects.for_business(by.business).get(pk=values["category"])
    try:
        for note in good[:1]:
            update_product(product=note.product, by=by, values=values, at=at)
    except DomainError as error:
        for note in good:
            note.reason = error.message[:255]
    return notes


def _locked(by: Member, ids: Sequence[int]) -> dict[int, Product]:
    found: dict[int, Product] = {}
    for part in batched(sorted(set(ids)), BATCH):
        rows = Product.objects.for_business(by.business).filter(pk__in=part)
        rows.lock()
        found |= {product.pk: product for product in rows.select_related("category", "business")}
    return found


def _note(row: BulkEditRow, product: Product) -> BulkEditRow:
    """What is to be written back, or with a reason why not."""
    now = stored(product, row.field)
    reason = "" if now == row.after else CHANGED_SINCE
    return BulkEditRow(product=product, field=row.field, before=now, after=row.before, reason=reason)


def _refuse_gone(notes: Sequence[BulkEditRow], by: Member) -> None:
    if any(note.field == "category" and note.after for note in notes):
        here = set(Category.objects.for_business(by.business).values_list("pk", flat=True))
        for note in notes:
            if note.field == "category" and note.after and int(note.after) not in here:
                note.reason = note.reason or GONE


def _told(undo: BulkEdit, notes: Sequence[BulkEditRow], by: Member, at: datetime) -> BulkEdit:
    refused = {note.product_id for note in notes if note.reason}
    for note in notes:
        note.edit = undo
    BulkEditRow.objects.bulk_create(notes, batch_size=BATCH)
    undo.changed = len({note.product_id for note in notes if not note.reason})
    undo.refused = len(refused)
    undo.save(update_fields=["changed", "refused"])
    after = {"changed": undo.changed, "left": undo.refused}
    trail.record("bulk edit undone", undo, by=by, at=at, after=after, document=f"bulk edit {undo.undoes_id}")
    return undo
