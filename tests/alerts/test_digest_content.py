"""What the summary says of shelves, orders, money and the till, and to whom: each fact with where it comes from."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.permissions import Role
from alerts import digests
from alerts.models import DigestPreference
from inventory.models import Pack, Product, StockLevel
from inventory.services.watch import check_business
from mail.models import OutboxMessage
from purchasing.models import PurchaseOrder
from tests.factories import NOW, MemberFactory, StockedProductFactory, sell
from tests.factories.expenses import budget, category, spend
from tests.factories.purchasing import offer, receive, sent, supplier
from tests.factories.recurring import recurring

pytestmark = pytest.mark.django_db
DAY, D = timedelta(days=1), Decimal
YESTERDAY = NOW - DAY


def text_of(member) -> str:
    digests.write_due(businesses=[member.business], at=NOW)
    return OutboxMessage.objects.get(kind="digest", to=member.user.email).text


def reader(member, **chosen):
    DigestPreference.objects.create(member=member, **{"even_if_empty": True} | chosen)
    return member


def low(owner, **values) -> Product:
    """14 sold in the last week, 4 left of which 5 should be there."""
    product = StockedProductFactory(business=owner.business, name="Rye loaf", on_hand=18, reorder_point=5, **values)
    for days in range(1, 8):
        sell(owner, {product: 2}, at=NOW - days * DAY)
    return product


def test_says_how_long_it_lasts_and_what_to_order_of_whom(owner):
    product = low(owner)
    Pack.objects.create(product=product, name="case", factor=12)
    offer(owner, supplier(owner, lead_days=2), product, "30.00", unit="case", minimum=D(3))

    text = text_of(owner)

    assert "Rye loaf: 4 left, about 2 days at the pace of the last four weeks." in text
    assert "Order 3 × case (36) from Bakers & Sons: there in 2 days. About £90.00." in text


def test_orders_what_lasts_until_the_goods_come_and_two_weeks_more(owner):
    product = low(owner)
    offer(owner, supplier(owner, lead_days=2), product, "2.50")

    assert "Order 28 from Bakers & Sons" in text_of(owner)  # 2 a day for 16 days, less 4


def test_what_is_on_its_way_is_not_ordered_again(owner):
    product = low(owner)
    maker = supplier(owner, lead_days=2)
    offer(owner, maker, product, "2.50")
    sent(owner, (product, 40), of=maker)

    text = text_of(owner)

    assert "40 on the way." in text
    assert "Order " not in text.replace("TO ORDER", "")


def test_of_what_nobody_is_known_to_sell_it_says_how_many(owner):
    low(owner)

    text = text_of(owner)

    assert "Order 24." in text  # 2 a day for two weeks, less 4
    assert "About £" not in text


@pytest.mark.parametrize(("hidden", "role", "told"), [(True, "clerk", False), (True, "owner", True), (False, "clerk", True)])
def test_costs_are_told_only_to_who_may_see_them(owner, hidden, role, told):
    owner.business.hide_costs = hidden
    owner.business.save()
    person = owner if role == "owner" else reader(MemberFactory(business=owner.business, role=role))
    for kind in ("low_stock", "order_overdue"):
        person.alert_preferences.create(kind=kind, channel="digest")
    product = low(owner)
    maker = supplier(owner, lead_days=2)
    offer(owner, maker, product, "2.50")
    sent(owner, (StockedProductFactory(business=owner.business), 10), of=maker, expected_on=NOW.date())

    text = text_of(person)

    assert "Order 28 from" in text
    assert ("£70.00" in text) == ("To pay: £20.00." in text) == told


def test_300_products_are_cut_and_lead_to_the_list(owner, settings):
    settings.SITE_URL = "https://till.example"
    StockedProductFactory.create_batch(300, business=owner.business, on_hand=1, reorder_point=5)
    Product.objects.filter(pk__in=list(Product.objects.order_by("pk").values_list("pk", flat=True)[:20])).update(name="Aa")
    check_business(business=owner.business, at=NOW)

    text = text_of(owner)

    assert "- And 288 more: See them all.\n  https://till.example/products/?stock=low" in text
    assert text.count("/products/") == 13


def test_says_which_orders_are_late_to_come_and_without_a_bill(owner):
    maker = supplier(owner)
    late, today, far, come = (sent(owner, of=maker) for _ in range(4))
    for order, days in ((late, -3), (today, 0), (far, 5), (come, -1)):
        PurchaseOrder.objects.filter(pk=order.pk).update(expected_on=NOW.date() + days * DAY)
    receive(owner, come)

    text = text_of(owner)

    assert f"{late.number} to Bakers & Sons: Expected 3 days ago. Ask Bakers & Sons." in text
    assert f"{today.number} to Bakers & Sons: Expected today." in text
    assert f"{come.number} to Bakers & Sons: Its goods have come, its bill is not entered. To pay: £20.00." in text
    assert far.number not in text
    reader(MemberFactory(business=owner.business, role=Role.MANAGER), rhythm="weekly", weekday=2, hour=0)
    weekly = OutboxMessage.objects.count()
    digests.write_due(businesses=[owner.business], at=NOW)
    assert OutboxMessage.objects.count() == weekly + 1
    assert "Expected on Monday 9 March." in OutboxMessage.objects.latest("pk").text


@pytest.mark.parametrize("count", [1, 20])
def test_costs_the_same_for_any_number_of_things_to_say(owner, count, django_assert_max_num_queries):
    maker = supplier(owner, lead_days=2)
    for number in range(count):
        product = StockedProductFactory(business=owner.business, on_hand=9, reorder_point=5)
        offer(owner, maker, product, "2.50")
        sell(owner, {product: 5}, at=NOW - DAY)
        order = sent(owner, (StockedProductFactory(business=owner.business), 10), of=maker)
        PurchaseOrder.objects.filter(pk=order.pk).update(expected_on=NOW.date() - DAY)
        budget(owner, 10, name=f"Budget {number}", category=category(owner, f"Category {number}"))
        spend(owner, 84, NOW.date() - 2 * DAY, payee=f"Fennel {number}", what=category(owner, f"Category {number}"))
        spend(owner, 84, NOW.date() - DAY, payee=f"Fennel {number}", what=category(owner, f"Category {number}"))
        recurring(owner, name=f"Rent {number}", category=category(owner, "Housing"), starts_on=NOW.date() + 2 * DAY)
        StockLevel.objects.filter(product=StockedProductFactory(business=owner.business)).update(on_hand=-1)

    with django_assert_max_num_queries(50):
        digests.write_due(businesses=[owner.business], at=NOW)

    titles = ("SALES", "TO ORDER", "TO COUNT", "BUDGETS", "SEVEN DAYS", "TWICE", "ORDERS")
    message = OutboxMessage.objects.get(kind="digest", to=owner.user.email)
    assert all(title in message.text for title in titles)
    assert re.search(r": £.* and [2-4] more$", message.subject)
