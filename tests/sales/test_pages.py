"""Every page of the till, the sales and the customers opens, costs the same at any length, and is another shop's 404."""

from decimal import Decimal

import pytest
from django.urls import reverse

from sales.services.undo import RefundLine, refund_sale, void_sale
from tests.factories import NOW, CustomerFactory, MemberFactory, StockedProductFactory, sell
from tests.people import client_of

pytestmark = pytest.mark.django_db

PAGES = ["till", "till_held", "till_customer", "sales", "customers", "customer_new"]
SALE_PAGES = ["sale", "sale_receipt", "sale_void", "sale_refund"]
CUSTOMER_PAGES = ["customer", "customer_edit"]


@pytest.fixture
def sale(member):
    customer = CustomerFactory(business=member.business, name="Ada Byron")
    return sell(member, {StockedProductFactory(business=member.business, name="Enamel mug"): 2}, customer=customer)


@pytest.mark.parametrize("name", PAGES)
def test_opens_for_an_empty_shop(logged_in, name):
    assert logged_in.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", SALE_PAGES)
def test_opens_for_a_sale(logged_in, sale, name):
    page = logged_in.get(reverse(name, args=[sale.pk]))

    assert page.status_code == 200
    assert sale.number in page.text


@pytest.mark.parametrize("name", CUSTOMER_PAGES)
def test_opens_for_a_customer(logged_in, sale, name):
    assert "Ada Byron" in logged_in.get(reverse(name, args=[sale.customer_id])).text


@pytest.mark.parametrize("name", [*SALE_PAGES, *CUSTOMER_PAGES])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_shop_does_not_find_it(sale, name, method):
    stranger = client_of(MemberFactory())
    pk = sale.customer_id if name in CUSTOMER_PAGES else sale.pk

    assert getattr(stranger, method)(reverse(name, args=[pk])).status_code in {404, 405}
    sale.refresh_from_db()
    assert sale.state == "completed"


def test_another_shops_sale_is_not_shown_after_selling(sale):
    stranger = client_of(MemberFactory())

    assert sale.number not in stranger.get(reverse("till"), {"sold": sale.pk}).text


@pytest.mark.parametrize("name", ["sales", "customer"])
@pytest.mark.parametrize("count", [1, 20])
def test_lists_sales_at_the_same_cost_at_any_length(logged_in, member, name, count, django_assert_num_queries):
    customer = CustomerFactory(business=member.business)
    product = StockedProductFactory(business=member.business, on_hand=100)
    for _ in range(count):
        sell(member, {product: 1}, customer=customer)

    with django_assert_num_queries({"sales": 4, "customer": 4}[name]):
        logged_in.get(reverse(name, args=[customer.pk] if name == "customer" else []))


@pytest.mark.parametrize("count", [1, 20])
def test_shows_a_receipt_at_the_same_cost_at_any_length(logged_in, member, count, django_assert_num_queries):
    products = StockedProductFactory.create_batch(count, business=member.business)
    sale = sell(member, dict.fromkeys(products, 1))

    with django_assert_num_queries(6):
        logged_in.get(reverse("sale_receipt", args=[sale.pk]))


def test_a_receipt_says_who_sold_what_and_how_it_was_paid(logged_in, sale, owner):
    owner.business.tax_number = "GB 123"
    owner.business.save()

    text = logged_in.get(reverse("sale_receipt", args=[sale.pk])).text

    assert all(
        word in text for word in [owner.business.name, "GB 123", "Enamel mug", "2 × £5.00", "£10.00", "Cash", "Tax by rate"]
    )


def test_a_receipt_shows_that_it_was_voided(logged_in, member, sale):
    void_sale(sale=sale, by=member, reason="Wrong item", at=NOW)

    assert "VOIDED" in logged_in.get(reverse("sale_receipt", args=[sale.pk])).text


def test_a_receipt_shows_that_some_was_refunded(logged_in, member, sale):
    refund = refund_sale(sale=sale, by=member, reason="Faulty", at=NOW, lines=[RefundLine(sale.lines.get(), Decimal(1))])

    assert f"−£5.00 refunded by {refund.number}" in logged_in.get(reverse("sale_receipt", args=[sale.pk])).text
    assert f"Refund of {sale.number}" in logged_in.get(reverse("sale_receipt", args=[refund.pk])).text


def test_a_voided_sale_shows_no_margin(logged_in, sale, member):
    address = reverse("sale", args=[sale.pk])
    assert "Margin" in logged_in.get(address).content.decode()

    void_sale(sale=sale, by=member, reason="wrong item", at=NOW)

    assert "Margin" not in logged_in.get(address).content.decode()
