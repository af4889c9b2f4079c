"""One call sells a basket: money, stock, receipt and audit together, or nothing (rules 2, 7, 10)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Business
from accounts.permissions import NotAllowed, Role
from audit.models import AuditEntry
from common.errors import InvalidInput
from inventory.services.ledger import InsufficientStock
from inventory.shelves import ProductRef, UnknownProduct
from inventory.units import BadQuantity, UnknownUnit
from sales.models import Sale
from sales.services.basket import BadAmount, BasketLine, DiscountTooLarge, NotEnoughPaid, NotForSale, OnlyCashGivesChange, Tender
from sales.services.sell import MOST_LINES, BadSale, SoldInTheFuture, record_sale
from tests.factories import NOW, MemberFactory, ProductFactory, StockedProductFactory, on_hand, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(member):
    return StockedProductFactory(
        business=member.business, price=Decimal("5.00"), tax_rate=Decimal(20), on_hand=10, on_hand__on=NOW - timedelta(days=7)
    )


def line(product, quantity="1", **options):
    return BasketLine(ProductRef(product=product.pk), Decimal(quantity), **options)


def test_writes_the_sale_its_lines_its_payment_and_the_movement_together(member, product):
    sale = sell(member, {product: 2})

    assert (sale.total, sale.subtotal, sale.tax, sale.cost, sale.margin) == (
        10,
        Decimal("8.33"),
        Decimal("1.67"),
        4,
        Decimal("4.33"),
    )
    assert [(payment.method, payment.amount) for payment in sale.payments.all()] == [("cash", 10)]
    assert product.movements.get(kind="sold").document == sale.number
    assert AuditEntry.objects.filter(action="sold", document=sale.number).exists()


def test_numbers_run_without_gaps_also_after_a_refusal(member, product):
    first = sell(member, {product: 1})
    with pytest.raises(InsufficientStock):
        sell(member, {product: 100})

    second = sell(member, {product: 1})

    assert [first.number, second.number] == ["2026-1", "2026-2"]


def test_sells_nothing_when_one_product_runs_out(member, product):
    scarce = StockedProductFactory(business=member.business, name="Scarce", on_hand=1)

    with pytest.raises(InsufficientStock, match="Scarce: only 1 left"):
        sell(member, {product: 1, scarce: 2})

    assert on_hand(product) == 10
    assert not Sale.objects.exists()


def test_the_same_product_twice_is_summed_before_it_is_taken(member, product):
    with pytest.raises(InsufficientStock):
        record_sale(by=member, lines=[line(product, "6"), line(product, "6")], at=NOW)

    assert on_hand(product) == 10


def test_goes_below_zero_only_where_the_shop_allows_it(member, product):
    member.business.allow_negative_stock = True

    sell(member, {product: 12})

    assert on_hand(product) == -2


@pytest.mark.parametrize("price", ["0.005", "4.999", "-1", "NaN", "1e12"])
def test_refuses_a_price_that_is_no_amount(member, product, price):
    with pytest.raises(BadAmount):
        record_sale(by=member, lines=[line(product, unit_price=Decimal(price))], at=NOW)


@pytest.mark.parametrize(
    ("currency", "price", "fits"), [("JPY", "5.5", False), ("JPY", "5", True), ("BHD", "5.005", True), ("GBP", "5.005", False)]
)
def test_amounts_have_the_places_of_the_shops_currency(member, product, currency, price, fits):
    member.business.currency = currency
    type(product).objects.update(price=Decimal(price))
    basket = [line(product, unit_price=Decimal(price))]

    if fits:
        assert record_sale(by=member, lines=basket, at=NOW).total == Decimal(price)
    else:
        with pytest.raises(BadAmount):
            record_sale(by=member, lines=basket, at=NOW)


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "NaN", "1e12"])
def test_refuses_a_quantity_that_cannot_be_sold(member, product, quantity):
    with pytest.raises((BadQuantity, InvalidInput)):
        record_sale(by=member, lines=[line(product, quantity)], at=NOW)


def test_refuses_a_unit_that_leads_nowhere(member, product):
    with pytest.raises(UnknownUnit):
        record_sale(by=member, lines=[line(product, unit="kg")], at=NOW)


def test_a_line_of_a_pack_is_priced_by_the_pack(member, product):
    product.packs.create(name="six", factor=6)

    sale = record_sale(by=member, lines=[line(product, unit="six", unit_price=Decimal("25.00"))], at=NOW)

    assert (sale.total, on_hand(product)) == (25, 4)


def test_refuses_what_is_not_for_sale(member):
    retired = StockedProductFactory(business=member.business, is_active=False)
    parent = ProductFactory(business=member.business, has_variants=True)

    for product in (retired, parent):
        with pytest.raises(NotForSale):
            sell(member, {product: 1})


def test_another_shops_product_is_unknown(member):
    with pytest.raises(UnknownProduct):
        sell(member, {ProductFactory(): 1})


@pytest.mark.parametrize(
    ("tenders", "error"),
    [
        ([("cash", "4.99")], NotEnoughPaid),
        ([("card", "5.01")], OnlyCashGivesChange),
        ([("card", "5.00"), ("cash", "-1")], BadAmount),
        ([], NotEnoughPaid),
        ([("card", "6"), ("cash", "0.50")], OnlyCashGivesChange),
    ],
)
def test_refuses_payments_that_do_not_settle_it(member, product, tenders, error):
    payments = [Tender(method, Decimal(amount)) for method, amount in tenders]

    with pytest.raises(error):
        sell(member, {product: 1}, payments=payments)


def test_gives_change_from_the_cash_of_a_split_payment(member, product):
    sale = sell(member, {product: 1}, payments=[Tender("card", Decimal(4)), Tender("cash", Decimal(5))])

    assert (sale.paid, sale.change) == (9, 4)


def test_a_discount_is_never_more_than_what_it_is_off(member, product):
    with pytest.raises(DiscountTooLarge):
        sell(member, {product: 1}, discount=Decimal("5.01"))
    with pytest.raises(DiscountTooLarge):
        record_sale(by=member, lines=[line(product, discount=Decimal("5.01"))], at=NOW)


@pytest.mark.parametrize(
    ("role", "sells", "overrides"),
    [("viewer", False, False), ("clerk", True, False), ("manager", True, True), ("owner", True, True)],
)
def test_who_may_sell_change_prices_give_large_discounts_and_back_date(member, product, role, sells, overrides):
    person = MemberFactory(business=member.business, role=Role(role))
    yesterday = NOW - timedelta(days=1)
    plain = {"lines": [line(product)]}
    special = [
        {"lines": [line(product, unit_price=Decimal("4.99"))]},
        {"lines": [line(product)], "discount": Decimal("0.51")},
        {"lines": [line(product, discount=Decimal("0.51"))]},
        {"lines": [line(product)], "sold_at": yesterday},
    ]

    for basket, may in [(plain, sells), *((basket, overrides) for basket in special)]:
        if may:
            assert record_sale(by=person, at=NOW, **basket)
        else:
            with pytest.raises(NotAllowed):
                record_sale(by=person, at=NOW, **basket)


def test_the_shops_own_limit_decides_what_a_large_discount_is(clerk, product):
    clerk.business.most_discount_percent = Decimal(50)

    assert sell(clerk, {product: 1}, discount=Decimal("2.50")).total == Decimal("2.50")
    with pytest.raises(NotAllowed):
        sell(clerk, {product: 1}, discount=Decimal("2.51"))


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Pacific/Auckland", datetime(2026, 12, 31, 11, 30, tzinfo=UTC), "2027-01-01"),
        ("America/Los_Angeles", datetime(2027, 1, 1, 7, 30, tzinfo=UTC), "2026-12-31"),
        ("Europe/London", datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "2026-07-01"),
    ],
)
def test_a_sale_belongs_to_the_shops_own_day_and_year(member, product, zone, moment, day):
    member.business.timezone = zone

    sale = sell(member, {product: 1}, at=moment)

    assert sale.sold_on.isoformat() == day
    assert sale.number == f"{day[:4]}-1"


def test_refuses_a_sale_in_the_future(member, product):
    with pytest.raises(SoldInTheFuture):
        sell(member, {product: 1}, sold_at=NOW + timedelta(seconds=1))


def test_refuses_an_empty_basket(member):
    with pytest.raises(InvalidInput, match="at least one"):
        record_sale(by=member, lines=[], at=NOW)


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_a_sale_of_one_line_costs_thirteen_queries(member, product, django_assert_max_num_queries, method):
    Business.objects.filter(pk=member.business.pk).update(valuation=method)
    member.business.valuation = method
    sell(member, {product: 1})

    with django_assert_max_num_queries(13):
        sell(member, {product: 1})


@pytest.mark.parametrize("stocked", [True, False])
def test_what_was_never_received_is_sold_at_its_expected_cost(member, stocked):
    member.business.allow_negative_stock = True
    product = ProductFactory(business=member.business, price=10, cost=3, is_stocked=stocked)

    sale = sell(member, {product: 2})

    assert sale.cost == 6
    assert [line.unit_cost for line in sale.lines.all()] == [3]


@pytest.mark.parametrize(("lines", "sentence"), [(0, "at least one product"), (MOST_LINES + 1, f"at most {MOST_LINES} lines")])
def test_a_basket_has_some_lines_and_not_too_many(member, product, lines, sentence):
    with pytest.raises(BadSale, match=sentence):
        record_sale(by=member, lines=[line(product)] * lines, at=NOW)


def test_a_line_that_no_column_could_hold_is_refused(member, product):
    type(product).objects.update(price=Decimal(99_999_999_999))

    with pytest.raises(BadAmount, match="the line comes to more than"):
        record_sale(by=member, lines=[line(product, "2")], at=NOW)

    assert on_hand(product) == 10
