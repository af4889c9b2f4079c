"""Rule 9: a refund is a new document at the price paid, discounts pro rata, never more than remains."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.permissions import NotAllowed
from common.errors import InvalidInput
from inventory.models import StockMovement
from inventory.shelves import ProductRef
from inventory.units import BadQuantity
from sales.models import Sale
from sales.services.basket import BasketLine, Tender
from sales.services.sell import record_sale
from sales.services.undo import BadRefund, CannotRefund, MoreThanRemains, RefundLine, refund_sale, refund_value
from tests.factories import NOW, StockedProductFactory, on_hand, sell
from tests.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(member):
    return StockedProductFactory(business=member.business, price=Decimal("3.33"), tax_rate=Decimal(20), on_hand=100)


@pytest.fixture
def sale(member, product):
    return sell(member, {product: 3}, discount=Decimal("1.00"))


def give_back(sale, by, quantity, *, restock=True, payments=None, reason="Faulty", line=None):
    lines = [RefundLine(line or sale.lines.get(), Decimal(quantity), restock=restock)]
    return refund_sale(sale=sale, lines=lines, by=by, reason=reason, at=NOW, payments=payments)


def test_is_a_document_of_its_own_with_negative_amounts(member, sale):
    refund = give_back(sale, member, 3)

    assert (refund.kind, refund.refund_of, refund.total) == ("refund", sale, Decimal("-8.99"))
    assert refund.number != sale.number
    assert refund.lines.get().quantity == -3
    assert refund.payments.get().amount == Decimal("-8.99")


def test_gives_back_the_order_discount_pro_rata(member, sale):
    amounts = [-give_back(sale, member, 1).total for _ in range(3)]

    assert sum(amounts) == sale.total
    assert amounts == [Decimal("3.00"), Decimal("2.99"), Decimal("3.00")]


@pytest.mark.parametrize("includes_tax", [True, False])
@pytest.mark.parametrize(("off_the_line", "off_the_sale"), [("0", "0.01"), ("0.01", "0"), ("0.05", "0.07"), ("0", "0")])
def test_price_times_quantity_less_what_was_off_is_what_is_paid_back(member, includes_tax, off_the_line, off_the_sale):
    type(member.business).objects.update(prices_include_tax=includes_tax)
    member.business.refresh_from_db()
    product = StockedProductFactory(business=member.business, price=Decimal("0.10"), tax_rate=Decimal(20))
    basket = [BasketLine(ref=ProductRef(product=product.pk), quantity=Decimal(6), discount=Decimal(off_the_line))]
    sale = record_sale(by=member, lines=basket, at=NOW, discount=Decimal(off_the_sale))

    lines = [give_back(sale, member, quantity).lines.get() for quantity in (1, 2, 1, 2)]

    for line in lines:
        paid = line.total if includes_tax else line.net
        assert line.unit_price * line.quantity - line.discount - line.order_discount == paid
    assert sum(line.discount for line in lines) == -Decimal(off_the_line)
    assert sum(line.order_discount for line in lines) == -Decimal(off_the_sale)


def test_each_part_keeps_the_tax_rate_and_the_price_paid(member, product, sale):
    type(product).objects.update(price=Decimal(99), tax_rate=Decimal(5))

    line = give_back(sale, member, 1).lines.get()

    assert (line.unit_price, line.tax_rate) == (Decimal("3.33"), 20)


def test_puts_back_on_the_shelf_only_what_may_be_sold_again(member, product, sale):
    give_back(sale, member, 1, restock=True)
    give_back(sale, member, 1, restock=False)

    assert on_hand(product) == 98


def test_goods_come_back_at_the_cost_they_left_with(member, product, sale):
    give_back(sale, member, 1)

    assert StockMovement.objects.get(kind="returned").unit_cost == sale.lines.get().unit_cost == 2


@pytest.mark.parametrize("quantity", ["4", "3.0001", "100"])
def test_never_more_than_was_sold(member, product, sale, quantity):
    with pytest.raises((MoreThanRemains, BadQuantity)):
        give_back(sale, member, quantity)

    assert on_hand(product) == 97
    assert Sale.objects.count() == 1


def test_never_more_than_remains(member, sale):
    give_back(sale, member, 2)

    with pytest.raises(MoreThanRemains, match="1 of 3 remain"):
        give_back(sale, member, 2)


@pytest.mark.parametrize("quantity", ["0", "-1", "0.5"])
def test_refuses_a_quantity_that_means_nothing(member, sale, quantity):
    with pytest.raises(BadQuantity):
        give_back(sale, member, quantity)


def test_needs_a_reason_and_lines_each_named_once(member, sale):
    line = RefundLine(sale.lines.get(), Decimal(1))
    with pytest.raises(InvalidInput, match="Say why"):
        give_back(sale, member, 1, reason=" ")
    with pytest.raises(BadRefund, match="Choose"):
        refund_sale(sale=sale, lines=[], by=member, reason="Faulty", at=NOW)
    with pytest.raises(BadRefund, match="once"):
        refund_sale(sale=sale, lines=[line, line], by=member, reason="Faulty", at=NOW)


def test_a_line_of_another_sale_is_not_refunded_with_this_one(member, product, sale):
    other = sell(member, {product: 1})

    with pytest.raises(BadRefund):
        give_back(sale, member, 1, line=other.lines.get())


def test_a_refund_is_not_refunded(member, sale):
    with pytest.raises(CannotRefund):
        give_back(give_back(sale, member, 1), member, 1)


def test_goes_back_the_way_most_of_it_was_paid(member, product):
    sale = sell(member, {product: 3}, payments=[Tender("cash", Decimal("2.99")), Tender("card", Decimal(7))])

    assert give_back(sale, member, 1).payments.get().method == "card"


@pytest.mark.parametrize("amount", ["2.99", "3.01", "0"])
def test_the_payments_come_to_the_refund_exactly(member, sale, amount):
    with pytest.raises(InvalidInput, match="The refund comes to 3"):
        give_back(sale, member, 1, payments=[Tender("cash", Decimal(amount))])


def test_a_later_day_is_no_obstacle(member, sale):
    lines = [RefundLine(sale.lines.get(), Decimal(1))]

    refund = refund_sale(sale=sale, lines=lines, by=member, reason="Faulty", at=NOW + timedelta(days=90))

    assert refund.sold_on == (NOW + timedelta(days=90)).date()


def test_a_clerk_refunds_and_a_viewer_does_not(clerk, viewer, sale):
    assert give_back(sale, clerk, 1).sold_by == clerk
    with pytest.raises(NotAllowed):
        give_back(sale, viewer, 1)


PRICES = st.decimals("0.01", "999.99", places=2)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    price=PRICES,
    parts=st.lists(st.integers(1, 4), min_size=1, max_size=5),
    percent=st.integers(0, 100),
    inclusive=st.booleans(),
    per_document=st.sampled_from(["line", "document"]),
)
def test_refunds_in_any_parts_sum_to_the_sale_to_the_penny(member, product, price, parts, percent, inclusive, per_document):
    business = member.business
    business.prices_include_tax, business.tax_rounding = inclusive, per_document
    other = StockedProductFactory(business=business, price=Decimal("7.77"), tax_rate=Decimal("7.7"), on_hand=50)
    lines = [
        BasketLine(ProductRef(product=product.pk), Decimal(sum(parts)), unit_price=price),
        BasketLine(ProductRef(product=other.pk), Decimal(1)),
    ]
    discount = (price * sum(parts) * percent / 100).quantize(Decimal("0.01"))
    sale = record_sale(by=member, lines=lines, discount=discount, at=NOW)
    type(product.levels.get()).objects.filter(product=product).update(on_hand=1000)
    first, second = sale.lines.order_by("pk")

    refunds = [give_back(sale, member, part, line=first) for part in parts]
    refunds.append(give_back(sale, member, 1, line=second))

    for figure in ("total", "subtotal", "tax", "discount"):
        sold = getattr(sale, figure)
        assert sum(getattr(refund, figure) for refund in refunds) == -sold


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(price=PRICES, discount=st.integers(0, 3))
def test_what_the_page_promises_is_what_is_given(member, product, price, discount):
    type(product).objects.filter(pk=product.pk).update(price=price)
    sale = sell(member, {product: 3}, discount=min(Decimal(discount), price))
    type(product.levels.get()).objects.filter(product=product).update(on_hand=1000)

    for _ in range(3):
        line = RefundLine(sale.lines.get(), Decimal(1))
        promised = refund_value(sale=sale, lines=[line])
        assert -give_back(sale, member, 1).total == promised


@pytest.fixture
def form(logged_in, sale):
    line = sale.lines.get()
    page = logged_in.get(reverse("sale_refund", args=[sale.pk]))
    key = page.context["form"]["key"].value()
    return {
        "key": key,
        "reason": "Faulty",
        "method": "cash",
        f"quantity_{line.pk}": "1",
        f"restock_{line.pk}": "on",
        "do": "refund",
    }


def test_the_page_refunds_once_however_often_it_is_posted(logged_in, product, sale, form):
    urls = {logged_in.post(reverse("sale_refund", args=[sale.pk]), form).url for _ in range(3)}

    assert urls == {reverse("sale", args=[Sale.objects.get(kind="refund").pk])}
    assert on_hand(product) == 98


def test_the_page_shows_the_amount_before_it_is_given(logged_in, sale, form):
    page = logged_in.post(reverse("sale_refund", args=[sale.pk]), form | {"do": "preview"})
    part = logged_in.post(reverse("sale_refund", args=[sale.pk]), form | {"do": "preview"}, HTTP_HX_REQUEST="true")

    assert "£3.00" in page.text
    assert "£3.00" in part.text
    assert "<html" not in part.text
    assert Sale.objects.count() == 1


@pytest.mark.parametrize("quantity", ["9", "-1", "x", "1e20", "0.5", "0", ""])
def test_the_page_says_what_is_wrong_with_a_quantity(logged_in, sale, form, quantity):
    line = sale.lines.get()

    for do in ("refund", "preview"):
        page = logged_in.post(reverse("sale_refund", args=[sale.pk]), form | {f"quantity_{line.pk}": quantity, "do": do})
        assert page.status_code == 200

    page = logged_in.post(reverse("sale_refund", args=[sale.pk]), form | {f"quantity_{line.pk}": quantity})
    assert "field__error" in page.text or "banner--out" in page.text
    assert Sale.objects.count() == 1


def test_a_viewer_is_not_offered_the_refund(viewer, sale):
    assert client_of(viewer).get(reverse("sale_refund", args=[sale.pk])).status_code == 403
    assert reverse("sale_refund", args=[sale.pk]) not in client_of(viewer).get(reverse("sale", args=[sale.pk])).text
