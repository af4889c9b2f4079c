import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import AppendOnlyError, AuditEntry
from common.errors import DomainError
from inventory.models import Product, StockLevel, StockMovement
from inventory.services.ledger import InsufficientStock
from inventory.services.proof import find_differences
from inventory.services.stock import StockLine, adjust_stock, receive_stock, take_stock, transfer_stock
from inventory.shelves import ProductRef, UnknownProduct, find_shelves
from tests.factories import NOW, LocationFactory, MemberFactory, ProductFactory, StockedProductFactory, on_hand

D = Decimal


def line(product: Product, quantity, **options) -> StockLine:
    return StockLine(ProductRef(product=product.pk), D(quantity), **options)


def test_a_movement_never_changes_and_is_never_deleted(member):
    movement = StockedProductFactory(business=member.business).movements.get()

    with pytest.raises(AppendOnlyError):
        movement.save()
    with pytest.raises(AppendOnlyError):
        movement.delete()
    with pytest.raises(AppendOnlyError):
        StockMovement.objects.filter(pk=movement.pk).update(quantity=1)
    with pytest.raises(AppendOnlyError):
        StockMovement.objects.all().delete()


def test_no_new_object_takes_the_place_of_a_movement(member):
    movement = StockedProductFactory(business=member.business).movements.get()
    values = {field.attname: getattr(movement, field.attname) for field in StockMovement._meta.concrete_fields}

    with pytest.raises(IntegrityError), transaction.atomic():
        StockMovement(**values | {"quantity": D(999)}).save()

    movement.refresh_from_db()
    assert movement.quantity == 10


@pytest.mark.parametrize("model", [StockMovement, AuditEntry])
def test_the_manager_that_django_uses_by_itself_changes_no_ledger_either(model, member):
    product = StockedProductFactory(business=member.business)
    row = model.objects.all()[0]

    with pytest.raises(AppendOnlyError):
        model._base_manager.update(business=None)
    with pytest.raises(AppendOnlyError):
        product.movements.update(quantity=1)
    with pytest.raises(AppendOnlyError):
        model.objects.bulk_update([row], ["business"])


def test_takes_no_more_than_there_is_and_says_what_is_left(member):
    product = StockedProductFactory(business=member.business, name="Rye loaf", on_hand=3)

    with pytest.raises(InsufficientStock, match="Rye loaf: only 3 left"):
        take_stock(by=member, lines=[line(product, 4)], reason="Broken", at=NOW)

    assert on_hand(product) == 3
    assert product.movements.count() == 1


def test_the_same_product_twice_is_summed_before_it_is_taken(member):
    product = StockedProductFactory(business=member.business, on_hand=5)

    with pytest.raises(InsufficientStock):
        take_stock(by=member, lines=[line(product, 3), line(product, 3)], reason="Broken", at=NOW)

    assert on_hand(product) == 5


def test_what_is_committed_cannot_be_taken(member):
    product = StockedProductFactory(business=member.business, on_hand=5)
    StockLevel.objects.filter(product=product).update(committed=3)

    with pytest.raises(InsufficientStock, match="only 2 left"):
        take_stock(by=member, lines=[line(product, 3)], reason="Broken", at=NOW)


def test_nothing_moves_when_one_line_is_short(member):
    plenty, scarce = (StockedProductFactory(business=member.business, on_hand=n) for n in (9, 1))

    with pytest.raises(InsufficientStock):
        take_stock(by=member, lines=[line(plenty, 2), line(scarce, 2)], reason="Broken", at=NOW)

    assert (on_hand(plenty), on_hand(scarce)) == (9, 1)


def test_tenths_add_up_to_the_last_one(member):
    """SQLite adds decimals as floats: 1 − 0.9 must leave a tenth that can be taken."""
    product = StockedProductFactory(business=member.business, unit="kg", on_hand=1)

    for _ in range(10):
        take_stock(by=member, lines=[line(product, "0.1")], reason="Tasting", at=NOW)

    assert on_hand(product) == 0


def test_a_transfer_changes_places_but_no_total_and_no_cost(member):
    product = StockedProductFactory(business=member.business, on_hand=10)
    back = LocationFactory(business=member.business)

    transfer_stock(by=member, lines=[line(product, 4)], from_id=None, to_id=back.pk, at=NOW)

    assert sorted(product.levels.values_list("on_hand", flat=True)) == [4, 6]
    product.refresh_from_db()
    assert product.average_cost == 2


def test_a_transfer_to_the_same_place_is_refused(member):
    product = StockedProductFactory(business=member.business)
    place = product.levels.get().location_id

    with pytest.raises(DomainError, match="two different places"):
        transfer_stock(by=member, lines=[line(product, 4)], from_id=place, to_id=place, at=NOW)


def test_another_business_cannot_touch_the_product(member):
    stranger = MemberFactory()
    product = StockedProductFactory(business=member.business)

    with pytest.raises(UnknownProduct):
        find_shelves(business=stranger.business, refs=[ProductRef(product=product.pk)])
    with pytest.raises(UnknownProduct):
        find_shelves(business=stranger.business, refs=[ProductRef(sku=product.sku)])


def test_goods_cannot_arrive_in_the_future(member):
    product = ProductFactory(business=member.business)

    with pytest.raises(DomainError, match="future"):
        receive_stock(by=member, lines=[line(product, 1)], at=NOW, occurred_at=NOW + timedelta(minutes=1))


def test_only_those_who_may_enter_a_receipt_of_an_earlier_day(member, clerk):
    product = ProductFactory(business=member.business)
    yesterday = NOW - timedelta(days=1)

    with pytest.raises(DomainError, match="earlier day"):
        receive_stock(by=clerk, lines=[line(product, 1)], at=NOW, occurred_at=yesterday)

    (movement,) = receive_stock(by=member, lines=[line(product, 1)], at=NOW, occurred_at=yesterday)
    assert (movement.occurred_at, movement.recorded_at) == (yesterday, NOW)


@pytest.mark.parametrize("service", [take_stock, adjust_stock])
def test_stock_leaves_without_a_sale_only_with_a_reason_and_a_manager(service, member, clerk):
    product = StockedProductFactory(business=member.business)

    with pytest.raises(DomainError, match=r"[Ss]ay"):
        service(by=member, lines=[line(product, 1)], reason=" ", at=NOW)
    with pytest.raises(DomainError, match="Only managers"):
        service(by=clerk, lines=[line(product, 1)], reason="Broken", at=NOW)


def test_who_when_what_and_why_are_on_record(member):
    product = StockedProductFactory(business=member.business)

    take_stock(by=member, lines=[line(product, 2)], reason="Broken", at=NOW)

    movement = product.movements.newest_first()[0]
    assert (movement.moved_by, movement.recorded_at, movement.reason) == (member, NOW, "Broken")
    entry = AuditEntry.objects.for_business(member.business).get(action="stock taken")
    assert (entry.user, entry.reason, entry.at) == (member.user, "Broken", NOW)
    assert '"-2' in entry.after


def test_what_is_done_to_two_products_is_on_record_for_both(member):
    products = StockedProductFactory.create_batch(2, business=member.business)

    adjust_stock(by=member, lines=[line(product, -1) for product in products], reason="Counted", at=NOW)

    for product in products:
        entry = AuditEntry.objects.get(action="stock adjusted", subject_type="product", subject_id=str(product.pk))
        assert (entry.user, entry.at, entry.reason) == (member.user, NOW, "Counted")
        assert [each["sku"] for each in json.loads(entry.after)["lines"]] == [product.sku]


@pytest.mark.parametrize("count", [1, 20])
def test_the_record_of_many_products_is_one_statement(member, count, django_assert_max_num_queries):
    products = StockedProductFactory.create_batch(count, business=member.business)

    with django_assert_max_num_queries(6 + count):  # one for each shelf
        adjust_stock(by=member, lines=[line(product, 1) for product in products], reason="Counted", at=NOW)


def test_a_removal_costs_few_queries(member, django_assert_max_num_queries):
    product = StockedProductFactory(business=member.business)

    with django_assert_max_num_queries(7):  # the request around it adds key, idempotency and transaction: ten in all
        take_stock(by=member, lines=[line(product, 2)], reason="Broken", at=NOW)


moves = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["receive", "take", "adjust", "transfer"]),
        st.decimals("0.001", "50", places=3).filter(bool),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=moves)
def test_whatever_happens_ledger_and_levels_agree_and_nothing_is_below_zero(db, plan):
    member = MemberFactory()
    back = LocationFactory(business=member.business)
    products = [StockedProductFactory(business=member.business, unit="kg", on_hand=20) for _ in range(3)]

    for index, verb, quantity in plan:
        lines = [line(products[index], quantity)]
        try:
            if verb == "receive":
                receive_stock(by=member, lines=lines, at=NOW)
            elif verb == "take":
                take_stock(by=member, lines=lines, reason="x", at=NOW)
            elif verb == "adjust":
                adjust_stock(by=member, lines=[line(products[index], -quantity)], reason="x", at=NOW)
            else:
                transfer_stock(by=member, lines=lines, from_id=None, to_id=back.pk, at=NOW)
        except InsufficientStock:
            pass

    assert find_differences(business=member.business) == []
    assert not StockLevel.objects.for_business(member.business).filter(on_hand__lt=0).exists()
