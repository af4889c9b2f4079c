"""One change to many products: what the preview says is what is done, and only that."""

import json
from decimal import Decimal

import pytest

from accounts.models import Member
from accounts.permissions import NotAllowed
from alerts.models import Alert, AlertState
from audit.models import AuditEntry
from common.errors import DomainError
from inventory.models import BulkEdit, BulkEditRow, Product
from inventory.services import bulk_edit
from inventory.services.bulk_changes import BadChange, BulkChange, Change
from inventory.services.bulk_edit import NothingToChange, SomeRefused, TooManyProducts, change_products, preview, seen_in
from inventory.services.catalogue import update_product
from tests.factories import NOW, CategoryFactory, MemberFactory, ProductFactory, StockedProductFactory

pytestmark = pytest.mark.django_db
D = Decimal
MORE = Change(BulkChange.PRICE_PERCENT, D(10))


def previewed(member: Member, change: Change):
    return preview(business=member.business, products=Product.objects.for_business(member.business), change=change)


def change_all(member: Member, change: Change, **options) -> BulkEdit:
    return change_products(by=member, change=change, seen=seen_in(previewed(member, change)), at=NOW, **options)


def product(member: Member, price="5.00", **values) -> Product:
    return ProductFactory(business=member.business, price=D(price), **values)


def now(product: Product) -> Product:
    product.refresh_from_db()
    return product


def test_a_preview_tells_before_after_and_margin_and_writes_nothing(member):
    mug = product(member, "10.00", cost=D(4), name="Mug")

    (row,) = previewed(member, MORE)

    assert (row.before, row.after, row.outcome) == ("10", "11", "changed")
    assert (row.margin_before.percent, row.margin_after.percent) == (D("60.0"), D("63.6"))
    assert now(mug).price == D("10.00")
    assert not BulkEdit.objects.exists()


@pytest.mark.parametrize(
    ("change", "price"),
    [
        (Change(BulkChange.PRICE, D("3.20")), "3.20"),
        (Change(BulkChange.PRICE_PERCENT, D(-5)), "9.49"),  # 9.4905
        (Change(BulkChange.PRICE_PERCENT, D("7.5"), rounding="0.05"), "10.75"),  # 10.73925
        (Change(BulkChange.PRICE_AMOUNT, D("-0.99")), "9.00"),
        (Change(BulkChange.PRICE_PERCENT, D(10), rounding=".99"), "10.99"),
        (Change(BulkChange.PRICE_PERCENT, D(-100), rounding=".95"), "0.95"),
        (Change(BulkChange.PRICE_PERCENT, D(10), rounding="1"), "11.00"),
        (Change(BulkChange.PRICE_MARGIN, D(60)), "12.20"),  # 4.00 / 0.4 = 10 net, and 22 % of tax
    ],
)
def test_a_price_by_a_rule(member, change, price):
    mug = product(member, "9.99", cost=D(4), tax_rate=D(22))

    change_all(member, change)

    assert now(mug).price == D(price)


def test_a_price_for_a_margin_has_that_margin(member):
    product(member, "9.99", cost=D(4), tax_rate=D(22))

    (row,) = previewed(member, Change(BulkChange.PRICE_MARGIN, D(60)))

    assert row.margin_after.percent == D(60)


def test_what_cannot_be_is_refused_with_its_reason_and_the_rest_goes_in(member):
    cheap, dear = product(member, "1.00", name="Cheap"), product(member, "9.00", name="Dear")

    edit = change_all(member, Change(BulkChange.PRICE_AMOUNT, D("-2.00")))

    assert (now(cheap).price, now(dear).price) == (D("1.00"), D("7.00"))
    assert (edit.changed, edit.refused) == (1, 1)
    assert edit.rows.get(product=cheap).reason == "Its price would be below 0."


def test_a_margin_over_an_unknown_cost_is_refused(member):
    product(member, cost=None)

    (row,) = previewed(member, Change(BulkChange.PRICE_MARGIN, D(50)))

    assert (row.outcome, row.reason) == ("refused", "Nobody knows what it costs.")


def test_a_price_below_cost_is_a_warning_and_no_refusal(member):
    mug = product(member, "5.00", cost=D(4))

    (row,) = previewed(member, Change(BulkChange.PRICE, D("3.00")))

    assert (row.warning, row.outcome) == ("Below cost.", "changed")
    assert change_all(member, Change(BulkChange.PRICE, D("3.00"))).changed == 1
    assert now(mug).price == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (Change(BulkChange.PRICE, D("0.005")), "value"),
        (Change(BulkChange.PRICE, D(-1)), "value"),
        (Change(BulkChange.PRICE), "value"),
        (Change(BulkChange.PRICE, D(10) ** 30), "value"),
        (Change(BulkChange.PRICE_AMOUNT, D("0.001")), "value"),
        (Change(BulkChange.PRICE_PERCENT, D(-101)), "value"),
        (Change(BulkChange.PRICE_MARGIN, D(100)), "value"),
        (Change(BulkChange.PRICE, D(1), rounding="0.03"), "rounding"),
        (Change(BulkChange.TAX_RATE, D(101)), "value"),
        (Change(BulkChange.TAX_RATE), "value"),
        (Change(BulkChange.REORDER_POINT, D(-1)), "value"),
        (Change(BulkChange.REORDER_POINT, D("0.0001")), "value"),
        (Change(BulkChange.REORDER_QUANTITY, D(0)), "value"),
    ],
)
def test_what_is_right_for_no_product_is_refused_at_its_field(member, change, field):
    product(member)

    with pytest.raises(BadChange) as refusal:
        previewed(member, change)
    assert refusal.value.field == field


def test_every_other_field_can_be_set(member):
    mug, mugs = product(member, is_active=True), CategoryFactory(business=member.business)
    for change in (
        Change(BulkChange.CATEGORY, category=mugs),
        Change(BulkChange.REORDER_POINT, D(4)),
        Change(BulkChange.REORDER_QUANTITY, D(12)),
        Change(BulkChange.TAX_RATE, D(7)),
        Change(BulkChange.UNSTOCK),
        Change(BulkChange.ARCHIVE),
    ):
        assert change_all(member, change).changed == 1

    assert (now(mug).category, mug.reorder_point, mug.reorder_quantity, mug.tax_rate) == (mugs, 4, 12, 7)
    assert (mug.is_stocked, mug.is_active, mug.version) == (False, False, 7)
    change_all(member, Change(BulkChange.REORDER_POINT))
    change_all(member, Change(BulkChange.CATEGORY))
    assert (now(mug).reorder_point, mug.category) == (None, None)


def test_a_product_that_somebody_changed_since_the_preview_is_refused_and_named(member):
    mug, cup = product(member, name="Mug"), product(member, name="Cup")
    seen = seen_in(previewed(member, MORE))
    update_product(product=mug, by=member, values={"price": D("6.00")}, at=NOW)

    edit = change_products(by=member, change=MORE, seen=seen, at=NOW)

    assert (now(mug).price, now(cup).price) == (D("6.00"), D("5.50"))
    assert edit.rows.get(product=mug).reason == bulk_edit.STALE


def test_a_price_that_would_come_out_otherwise_than_previewed_is_refused(member):
    change = Change(BulkChange.PRICE_MARGIN, D(50))
    mug = StockedProductFactory(business=member.business, price=D(5))
    seen = seen_in(previewed(member, change))
    Product.objects.filter(pk=mug.pk).update(average_cost=D(3))  # as a receipt does, which is no new version of the product

    with pytest.raises(NothingToChange, match="What it depends on changed"):
        change_products(by=member, change=change, seen=seen, at=NOW)


def test_all_or_nothing_changes_nothing_where_one_is_refused_and_names_it(member):
    mug, cup = product(member, name="Mug"), product(member, name="Cup")
    seen = seen_in(previewed(member, MORE))
    update_product(product=mug, by=member, values={"name": "Beaker"}, at=NOW)

    with pytest.raises(SomeRefused, match="Beaker: Somebody changed it"):
        change_products(by=member, change=MORE, seen=seen, at=NOW, partial=False)

    assert now(cup).price == D("5.00")
    assert not BulkEdit.objects.exists()


def test_a_product_that_is_gone_counts_as_refused(member):
    mug, cup = product(member), product(member)
    seen = seen_in(previewed(member, MORE))
    mug.delete()

    with pytest.raises(SomeRefused, match="1 more"):
        change_products(by=member, change=MORE, seen=seen, at=NOW, partial=False)
    edit = change_products(by=member, change=MORE, seen=seen, at=NOW)

    assert (edit.changed, edit.refused, now(cup).price) == (1, 1, D("5.50"))


def test_nothing_to_change_is_said(member):
    product(member, "5.00")

    with pytest.raises(NothingToChange, match="so already"):
        change_all(member, Change(BulkChange.PRICE, D(5)))


def test_a_product_of_another_business_is_not_there(member):
    other = MemberFactory()
    theirs = product(other)
    seen = seen_in(previewed(other, MORE))

    with pytest.raises(NothingToChange):
        change_products(by=member, change=MORE, seen=seen, at=NOW)
    assert now(theirs).price == D("5.00")


def test_a_clerk_may_not(member, clerk):
    product(member)

    with pytest.raises(NotAllowed):
        change_all(clerk, MORE)


def test_too_many_are_refused_before_anything_is_done(member, monkeypatch):
    monkeypatch.setattr(bulk_edit, "MOST_AT_ONCE", 1)
    product(member), product(member)

    with pytest.raises(TooManyProducts):
        previewed(member, MORE)


def test_each_product_is_audited_as_a_single_edit_is_and_names_the_document(member):
    mug = product(member, "5.00")

    edit = change_all(member, MORE)

    entry = AuditEntry.objects.get(subject_type="product", subject_id=str(mug.pk))
    assert (entry.action, entry.user, entry.document) == ("product changed", member.user, f"bulk edit {edit.pk}")
    assert (D(json.loads(entry.before)["price"]), D(json.loads(entry.after)["price"])) == (5, D("5.5"))
    whole = AuditEntry.objects.get(action="products changed at once")
    assert json.loads(whole.after) == {"changed": 1, "refused": 0}


def test_an_alert_opens_and_closes_with_the_reorder_point(member):
    StockedProductFactory(business=member.business, on_hand=3)

    change_all(member, Change(BulkChange.REORDER_POINT, D(5)))
    assert Alert.objects.get().state == AlertState.OPEN
    change_all(member, Change(BulkChange.REORDER_POINT, D(1)))
    assert Alert.objects.get().state == AlertState.RESOLVED


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize(
    ("change", "most"), [(MORE, 15), (Change(BulkChange.REORDER_POINT, D(0)), 21)]
)  # 21: all are out, and told
def test_costs_the_same_however_many_are_changed(member, change, most, count, django_assert_max_num_queries):
    for number in range(count):
        product(member, f"{number + 1}.00")
    seen = seen_in(previewed(member, change))

    with django_assert_max_num_queries(most):
        change_products(by=member, change=change, seen=seen, at=NOW)


def test_a_thousand_products_are_a_few_statements(member, django_assert_max_num_queries):
    rows = [Product(business=member.business, name=f"P{n}", sku=f"P{n}", price=D(n + 1), created_at=NOW) for n in range(1000)]
    Product.objects.bulk_create(rows, batch_size=500)
    with django_assert_max_num_queries(1):
        seen = seen_in(previewed(member, MORE))

    with django_assert_max_num_queries(36):  # SQLite takes 999 values in a statement, others all of a batch
        edit = change_products(by=member, change=MORE, seen=seen, at=NOW)

    assert (edit.changed, BulkEditRow.objects.filter(edit=edit).count()) == (1000, 1000)
    assert Product.objects.get(sku="P999").price == 1100


def test_a_refusal_is_a_sentence(member):
    with pytest.raises(DomainError, match="Say how much"):
        previewed(member, Change(BulkChange.PRICE_PERCENT))
