from datetime import timedelta
from decimal import Decimal

import pytest

from alerts import services
from alerts.models import Alert, AlertKind, AlertState, Channel
from alerts.services import AlreadyResolved, Finding, raise_alerts, resolve, set_preference, snooze, wake_snoozed
from inventory.models import Product, StockLevel, StockState
from inventory.services.catalogue import update_product
from inventory.services.places import save_category
from inventory.services.stock import StockLine, receive_stock, take_stock
from inventory.services.watch import check_business
from inventory.shelves import ProductRef
from mail.models import OutboxMessage
from tests.factories import NOW, CategoryFactory, StockedProductFactory, sell


def open_kinds(product: Product) -> list[str]:
    return list(Alert.objects.open().filter(subject_key=product.subject_key).values_list("kind", flat=True))


def receive(member, product, quantity):
    receive_stock(by=member, lines=[StockLine(ProductRef(product=product.pk), Decimal(quantity))], at=NOW)


def test_the_sale_that_reaches_the_reorder_point_tells_at_once(member):
    product = StockedProductFactory(business=member.business, name="Rye loaf", reorder_point=5, on_hand=6)

    sell(member, {product: 1})

    assert open_kinds(product) == [AlertKind.LOW_STOCK]
    assert set(OutboxMessage.objects.values_list("to", flat=True)) == {
        m.user.email for m in member.business.members.filter(role__in=["owner", "manager"]).select_related("user")
    }
    assert all("Rye loaf" in text for text in OutboxMessage.objects.values_list("text", flat=True))


def test_one_alert_is_open_and_nobody_is_told_twice(member):
    product = StockedProductFactory(business=member.business, reorder_point=5, on_hand=6)

    for _ in range(3):
        sell(member, {product: 1})

    assert open_kinds(product) == [AlertKind.LOW_STOCK]
    assert OutboxMessage.objects.filter(to=member.user.email).count() == 1


def test_out_replaces_low(member):
    product = StockedProductFactory(business=member.business, reorder_point=5, on_hand=6)
    sell(member, {product: 1})

    sell(member, {product: 5})

    assert open_kinds(product) == [AlertKind.OUT_OF_STOCK]


def test_without_a_reorder_point_out_needs_a_past_sale(member):
    sold, never_sold = StockedProductFactory.create_batch(2, business=member.business, on_hand=2)

    sell(member, {sold: 2})
    take_stock(by=member, lines=[StockLine(ProductRef(product=never_sold.pk), Decimal(2))], reason="Eaten", at=NOW)

    assert open_kinds(sold) == [AlertKind.OUT_OF_STOCK]
    assert open_kinds(never_sold) == []


def test_it_resolves_itself_on_recovery_and_is_told_again_next_time(member):
    product = StockedProductFactory(business=member.business, reorder_point=5, on_hand=6)
    sell(member, {product: 2})

    receive(member, product, 20)
    assert open_kinds(product) == []
    sell(member, {product: 20})

    assert open_kinds(product) == [AlertKind.LOW_STOCK]
    assert OutboxMessage.objects.filter(to=member.user.email).count() == 2


def test_a_part_delivery_turns_out_into_low_without_another_email(member):
    product = StockedProductFactory(business=member.business, reorder_point=5, on_hand=6)
    sell(member, {product: 6})

    receive(member, product, 2)

    assert open_kinds(product) == [AlertKind.LOW_STOCK]
    assert OutboxMessage.objects.filter(to=member.user.email).count() == 1


def test_the_category_s_reorder_point_holds_where_a_product_has_none(member):
    category = CategoryFactory(business=member.business, default_reorder_point=5)
    plain = StockedProductFactory(business=member.business, category=category, on_hand=6)
    own = StockedProductFactory(business=member.business, category=category, reorder_point=1, on_hand=6)

    sell(member, {plain: 1, own: 1})

    assert open_kinds(plain) == [AlertKind.LOW_STOCK]
    assert open_kinds(own) == []


def test_300_low_products_are_one_email(member, django_assert_max_num_queries):
    category = CategoryFactory(business=member.business)
    StockedProductFactory.create_batch(300, business=member.business, category=category, on_hand=4)
    category.default_reorder_point = Decimal(5)

    save_category(category=category, by=member, at=NOW)

    assert Alert.objects.open().count() == 300
    assert OutboxMessage.objects.filter(to=member.user.email).count() == 1


@pytest.mark.parametrize(("channel", "emails"), [(Channel.AT_ONCE, 1), (Channel.PORTAL, 0), (Channel.OFF, 0)])
def test_each_person_is_told_by_the_channel_they_chose(channel, emails, member):
    set_preference(member=member, kind=AlertKind.LOW_STOCK, channel=channel)
    product = StockedProductFactory(business=member.business, reorder_point=5, on_hand=6)

    sell(member, {product: 1})

    assert OutboxMessage.objects.filter(to=member.user.email).count() == emails


def test_clerks_and_viewers_are_not_mailed_unless_they_ask(member, clerk, viewer):
    set_preference(member=viewer, kind=AlertKind.LOW_STOCK, channel=Channel.AT_ONCE)
    product = StockedProductFactory(business=member.business, reorder_point=5, on_hand=6)

    sell(member, {product: 1})

    told = set(OutboxMessage.objects.values_list("to", flat=True))
    assert viewer.user.email in told
    assert clerk.user.email not in told


def test_a_resolved_alert_is_not_resolved_again(member):
    product = StockedProductFactory(business=member.business, reorder_point=5, on_hand=6)
    sell(member, {product: 1})
    alert = Alert.objects.get()

    resolve(alert=alert, by=member, at=NOW, note="Ordered")

    assert (alert.state, alert.resolved_by, alert.note) == (AlertState.RESOLVED, member, "Ordered")
    with pytest.raises(AlreadyResolved):
        resolve(alert=alert, by=member, at=NOW)
    with pytest.raises(AlreadyResolved):
        snooze(by=member, alert=alert, until=NOW + timedelta(days=1), at=NOW)


def test_a_snoozed_alert_keeps_its_place_and_wakes(member):
    product = StockedProductFactory(business=member.business, reorder_point=5, on_hand=6)
    sell(member, {product: 1})
    snooze(by=member, alert=Alert.objects.get(), until=NOW + timedelta(days=1), at=NOW)

    sell(member, {product: 1})
    assert Alert.objects.get().state == AlertState.SNOOZED

    assert wake_snoozed(at=NOW + timedelta(days=1)) == 1
    assert open_kinds(product) == [AlertKind.LOW_STOCK]


def test_the_morning_check_finds_what_no_movement_told(member):
    product = StockedProductFactory(business=member.business, on_hand=3)
    Product.objects.filter(pk=product.pk).update(reorder_point=5)

    check_business(business=member.business, at=NOW)
    check_business(business=member.business, at=NOW)

    assert open_kinds(product) == [AlertKind.LOW_STOCK]
    assert OutboxMessage.objects.filter(to=member.user.email).count() == 1


@pytest.mark.parametrize("values", [{"is_active": False}, {"reorder_point": Decimal(1)}])
def test_a_change_of_the_product_is_checked_at_once(values, member):
    product = StockedProductFactory(business=member.business, reorder_point=5, on_hand=6)
    sell(member, {product: 1})
    product.refresh_from_db()

    update_product(product=product, by=member, values=values, at=NOW)

    assert open_kinds(product) == []


@pytest.mark.parametrize("count", [1, 20])
def test_any_number_of_alerts_opens_eases_and_closes_in_the_same_few_statements(member, count, django_assert_max_num_queries):
    products = StockedProductFactory.create_batch(count, business=member.business, on_hand=3)

    def check(point: int) -> None:
        Product.objects.update(reorder_point=point)
        with django_assert_max_num_queries(17):
            check_business(business=member.business, at=NOW)

    check(5)
    assert Alert.objects.open().count() == count
    StockLevel.objects.update(on_hand=0)
    check(5)
    assert Alert.objects.open().filter(kind=AlertKind.OUT_OF_STOCK).count() == count
    StockLevel.objects.update(on_hand=3)
    check(1)

    assert not Alert.objects.open().exists()
    assert {Product.objects.get(pk=product.pk).stock_state for product in products} == {StockState.OK}
    assert Alert.objects.filter(resolved_at=NOW).count() == 2 * count


def test_what_another_process_told_of_meanwhile_is_not_told_again(member, monkeypatch):
    told, fresh = StockedProductFactory.create_batch(2, business=member.business, on_hand=3)
    findings = [Finding(AlertKind.LOW_STOCK, product.subject_key, product.label) for product in (told, fresh)]
    raise_alerts(business=member.business, findings=findings[:1], at=NOW)
    monkeypatch.setattr(services, "_known", lambda *_: set())  # it was not there when we looked

    opened = raise_alerts(business=member.business, findings=findings, at=NOW)

    assert [alert.subject for alert in opened] == [fresh.label]
    assert Alert.objects.open().count() == 2
