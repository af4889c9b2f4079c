"""The morning's check of many shops: as many statements as for one, what is unchanged passed over, each alone if need be."""

from decimal import Decimal
from itertools import product as every

import pytest

from alerts import services as alerts
from alerts.models import Alert
from common.models import DailyRun
from inventory import tasks
from inventory.models import Category, Product, StockLevel, StockState
from inventory.services import daily
from inventory.services.watch import Standing, check_businesses
from mail.models import OutboxMessage
from tests.factories import NOW, BusinessFactory, MemberFactory, StockedProductFactory

pytestmark = pytest.mark.django_db


def low_shops(count, **options):
    owners = [MemberFactory(business=shop, role="owner") for shop in BusinessFactory.create_batch(count)]
    for owner in owners:
        StockedProductFactory.create_batch(2, business=owner.business, on_hand=3, **options)
    Product.objects.update(reorder_point=5)
    return [owner.business for owner in owners]


@pytest.mark.parametrize("count", [1, 20])
def test_many_shops_cost_as_many_statements_as_one(count, django_assert_num_queries):
    shops = low_shops(count)

    with django_assert_num_queries(19):
        assert daily.check_stock(business_ids=[shop.pk for shop in shops], at=NOW) == count

    assert Alert.objects.open().count() == 2 * count
    assert OutboxMessage.objects.values("to").distinct().count() == OutboxMessage.objects.count() == count


@pytest.mark.parametrize("count", [1, 20])
def test_where_nothing_changed_a_few_statements_say_so(count, django_assert_num_queries):
    shops = low_shops(count)
    check_businesses(businesses=shops, at=NOW)

    with django_assert_num_queries(3):
        check_businesses(businesses=shops, at=NOW)

    assert Alert.objects.count() == 2 * count


def test_each_person_is_told_of_their_own_shop():
    first, second = low_shops(2)

    check_businesses(businesses=[first, second], at=NOW)

    for shop, other in ((first, second), (second, first)):
        letter = OutboxMessage.objects.get(business=shop)
        assert letter.to == shop.members.get().user.email
        for here in shop.products.all():
            assert f"/products/{here.pk}/" in letter.text
        assert not any(f"/products/{there.pk}/" in letter.text for there in other.products.all())


def test_a_second_beat_finds_some_of_them_done():
    shops = low_shops(3)
    daily.check_stock(business_ids=[shops[1].pk], at=NOW)

    assert daily.check_stock(business_ids=[shop.pk for shop in shops], at=NOW) == 2
    assert OutboxMessage.objects.count() == DailyRun.objects.count() == 3


def test_a_shop_that_cannot_be_checked_keeps_no_other_from_it(monkeypatch, frozen_time):
    shops = low_shops(3)
    tell = alerts._tell

    def broken(found, at, **rest):
        assert all(alert.business != shops[1] for alert in found)
        tell(found, at, **rest)

    monkeypatch.setattr(alerts, "_tell", broken)
    with pytest.raises(AssertionError):
        tasks.check_stock(business_ids=[shop.pk for shop in shops])

    assert {alert.business for alert in Alert.objects.all()} == {shops[0], shops[2]}
    assert set(DailyRun.objects.values_list("business_id", flat=True)) == {shops[0].pk, shops[2].pk}


def test_no_product_whose_state_changes_is_passed_over(owner):
    category = Category.objects.create(business=owner.business, name="Bread", default_reorder_point=4)
    for own, kept, left, state in every((None, 3), (None, category), (-1, 0, 2, 3, 4, 5), StockState):
        StockedProductFactory(business=owner.business, reorder_point=own, category=kept, on_hand=9)
        newest = Product.objects.order_by("-pk")[:1].get()
        StockLevel.objects.filter(product=newest).update(on_hand=left + 2, committed=2)
        Product.objects.filter(pk=newest.pk).update(stock_state=state)
    switches = ({"is_active": False}, {"is_stocked": False}, {"has_variants": True})
    for n, pk in enumerate(Product.objects.order_by("pk").values_list("pk", flat=True)):
        if n % 2:
            Product.objects.filter(pk=pk).update(**switches[n % 3])

    rows = Product.objects.with_stock().select_related("category")
    changes = {p.pk for p in rows for sold in (True, False) if _state(p, sold) != p.stock_state}
    looked_at = {p.pk for p in Product.objects.whose_state_may_change()}

    assert changes <= looked_at
    assert len(looked_at) < len(rows)


def _state(product, sold) -> StockState:
    return Standing(product, product.total_on_hand, product.total_committed, sold=sold).state


def test_a_point_that_is_taken_away_ends_being_low(owner):
    loaf = StockedProductFactory(business=owner.business, on_hand=3, reorder_point=Decimal(5))
    check_businesses(businesses=[owner.business], at=NOW)
    Product.objects.update(reorder_point=None)

    check_businesses(businesses=[owner.business], at=NOW)

    loaf.refresh_from_db()
    assert loaf.stock_state == StockState.OK
    assert not Alert.objects.unresolved().exists()
