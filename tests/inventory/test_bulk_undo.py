"""Taking edits back: every value as it was, but for what somebody changed since."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.permissions import NotAllowed
from audit.models import AuditEntry
from inventory.models import BulkEdit, EditKind, Product
from inventory.services.bulk_changes import BulkChange, Change
from inventory.services.bulk_edit import NothingToChange, change_products, seen_in
from inventory.services.bulk_undo import CHANGED_SINCE, GONE, CannotUndo, undo_edit
from inventory.services.catalogue import SkuTaken, StaleProduct, update_product
from inventory.services.row_edit import edit_in_list
from tests.factories import NOW, CategoryFactory, MemberFactory
from tests.inventory.test_bulk_edit import MORE, change_all, now, previewed, product

pytestmark = pytest.mark.django_db
D = Decimal
FIELDS = ("name", "sku", "category_id", "price", "tax_rate", "reorder_point", "reorder_quantity", "is_active", "is_stocked")
amounts = st.decimals(-3, 20, places=2)
quantities = st.none() | st.decimals(1, 9, places=3)


def values(business):
    return sorted(Product.objects.for_business(business).values_list("pk", *FIELDS))


def test_undo_gives_each_product_its_own_value_back(member):
    mug, cup = product(member, "5.00"), product(member, "7.00")
    edit = change_all(member, Change(BulkChange.PRICE, D(1)))

    undo = undo_edit(edit=edit, by=member, at=NOW)

    assert (now(mug).price, now(cup).price) == (5, 7)
    assert (undo.kind, undo.changed, undo.refused) == (EditKind.UNDO, 2, 0)
    assert now(edit).undone_at == NOW


def test_what_was_changed_since_is_left_and_listed_with_what_it_is_now(member):
    mug, cup = product(member), product(member)
    edit = change_all(member, MORE)
    update_product(product=now(mug), by=member, values={"price": D("9.00")}, at=NOW)

    undo = undo_edit(edit=edit, by=member, at=NOW)

    assert (now(mug).price, now(cup).price) == (9, 5)
    row = undo.rows.get(product=mug)
    assert (row.before, row.reason) == ("9", CHANGED_SINCE)
    assert (undo.changed, undo.refused) == (1, 1)


def test_another_field_that_changed_since_does_not_stand_in_the_way(member):
    mug = product(member)
    edit = change_all(member, MORE)
    update_product(product=now(mug), by=member, values={"name": "Beaker"}, at=NOW)

    assert undo_edit(edit=edit, by=member, at=NOW).changed == 1
    assert (now(mug).price, mug.name) == (5, "Beaker")


def test_undoing_twice_does_nothing(member):
    mug = product(member)
    edit = change_all(member, MORE)
    first = undo_edit(edit=edit, by=member, at=NOW)
    update_product(product=now(mug), by=member, values={"price": D("5.50")}, at=NOW)

    assert undo_edit(edit=edit, by=member, at=NOW) == first
    assert now(mug).price == D("5.50")


def test_an_undo_is_not_undone(member):
    product(member)
    undo = undo_edit(edit=change_all(member, MORE), by=member, at=NOW)

    with pytest.raises(CannotUndo):
        undo_edit(edit=undo, by=member, at=NOW)


def test_undo_is_audited_for_each_product_and_as_a_whole(member):
    mug = product(member)
    undo = undo_edit(edit=change_all(member, MORE), by=member, at=NOW)

    assert AuditEntry.objects.filter(subject_type="product", subject_id=str(mug.pk), document=f"undo {undo.pk}").exists()
    assert AuditEntry.objects.filter(action="bulk edit undone", document=f"bulk edit {undo.undoes_id}").exists()


def test_a_clerk_may_not_undo(member, clerk):
    product(member)
    edit = change_all(member, MORE)

    with pytest.raises(NotAllowed):
        undo_edit(edit=edit, by=clerk, at=NOW)


def test_a_category_that_is_gone_is_not_given_back(member):
    old, new = CategoryFactory(business=member.business), CategoryFactory(business=member.business)
    mug = product(member, category=old)
    edit = change_all(member, Change(BulkChange.CATEGORY, category=new))
    old.delete()

    undo = undo_edit(edit=edit, by=member, at=NOW)

    assert (now(mug).category, undo.rows.get().reason) == (new, GONE)


def test_a_deleted_product_does_not_stand_in_the_way(member):
    mug, cup = product(member), product(member)
    edit = change_all(member, MORE)
    mug.delete()

    assert undo_edit(edit=edit, by=member, at=NOW).changed == 1
    assert now(cup).price == 5


def test_a_row_edited_in_the_list_is_undone_whole(member):
    mugs = CategoryFactory(business=member.business)
    mug = product(member, name="Mug", sku="M", category=mugs)
    typed = {"name": "Beaker", "sku": "B", "category": None, "reorder_point": D(3), "price": D("6.00")}

    edit = edit_in_list(product=mug, by=member, values=typed, version=1, at=NOW)

    assert edit.what == "Beaker: name, SKU, category, low at, price"
    assert Product.objects.for_business(member.business).matching("beaker").exists()
    undo_edit(edit=edit, by=member, at=NOW)
    assert (now(mug).name, mug.sku, mug.category, mug.reorder_point, mug.price) == ("Mug", "M", mugs, None, 5)
    assert Product.objects.for_business(member.business).matching("mug").exists()


def test_a_sku_that_another_took_meanwhile_is_not_taken_from_it(member):
    mug = product(member, sku="M")
    edit = edit_in_list(product=mug, by=member, values={"sku": "B"}, version=1, at=NOW)
    product(member, sku="M")

    undo = undo_edit(edit=edit, by=member, at=NOW)

    assert (now(mug).sku, undo.changed, undo.refused) == ("B", 0, 1)
    assert "M is in use" in undo.rows.get().reason


def test_a_row_that_is_as_it_was_is_no_edit(member):
    mug = product(member)

    assert edit_in_list(product=mug, by=member, values={"price": D("5.00")}, version=1, at=NOW) is None
    assert not BulkEdit.objects.exists()


def test_a_row_that_somebody_else_changed_or_whose_sku_is_taken_is_refused(member):
    mug, _ = product(member), product(member, sku="TAKEN")
    update_product(product=mug, by=member, values={"price": D(9)}, at=NOW)

    with pytest.raises(StaleProduct):
        edit_in_list(product=mug, by=member, values={"price": D(6)}, version=1, at=NOW)
    with pytest.raises(SkuTaken):
        edit_in_list(product=mug, by=member, values={"sku": "TAKEN"}, version=2, at=NOW)


changes = st.one_of(
    st.builds(Change, st.just(BulkChange.PRICE_AMOUNT), amounts, rounding=st.sampled_from(["", "0.05", ".99", "1"])),
    st.builds(Change, st.just(BulkChange.PRICE_PERCENT), amounts, rounding=st.sampled_from(["", "0.50", ".95"])),
    st.builds(Change, st.just(BulkChange.PRICE_MARGIN), st.decimals(0, 90, places=1)),
    st.builds(Change, st.just(BulkChange.REORDER_POINT), quantities),
    st.builds(Change, st.just(BulkChange.REORDER_QUANTITY), quantities),
    st.builds(Change, st.just(BulkChange.TAX_RATE), st.decimals(0, 30, places=1)),
    st.builds(Change, st.sampled_from([BulkChange.SELL, BulkChange.ARCHIVE, BulkChange.STOCK, BulkChange.UNSTOCK])),
)
goods = st.lists(
    st.fixed_dictionaries(
        {
            "price": st.decimals(0, 9, places=2).map(str),
            "cost": st.none() | st.decimals(1, 5, places=2),
            "reorder_point": quantities,
            "reorder_quantity": quantities,
            "is_active": st.booleans(),
        }
    ),
    min_size=1,
    max_size=5,
)


@given(goods, st.lists(changes, min_size=1, max_size=3))
@settings(max_examples=40)
def test_what_the_preview_says_is_done_and_undoing_backwards_restores_every_field(shelf, wanted):
    member = MemberFactory(role="owner")
    for each in shelf:
        product(member, **each)
    edits, before = [], []
    for change in wanted:
        rows = previewed(member, change)
        was = values(member.business)
        try:
            edits.append(change_products(by=member, change=change, seen=seen_in(rows), at=NOW))
        except NothingToChange:
            assert not [row for row in rows if row.outcome == "changed"]
            continue
        before.append(was)
        again = {row.product.pk: row for row in previewed(member, change)}
        told = {row.product_id: row.after for row in edits[-1].rows.filter(reason="")}
        assert told == {row.product.pk: row.after for row in rows if row.outcome == "changed"}
        assert all(again[pk].before == after for pk, after in told.items())
    for edit, was in zip(reversed(edits), reversed(before), strict=True):
        undo_edit(edit=edit, by=member, at=NOW)
        assert values(member.business) == was
