"""What a basket costs (rule 7): worked cases of other systems, and what always holds."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import money
from sales.totals import Item, Terms, line_amount, part_of, reckon

CURRENCIES = ["GBP", "JPY", "BHD"]
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
RATES = [Decimal(rate) for rate in ("0", "5", "7.7", "15", "20", "21", "25.5")]


def terms(*, inclusive=True, per_document=False, currency="GBP"):
    return Terms(currency, prices_include_tax=inclusive, rounds_per_document=per_document)


def items(*lines, rate):
    return [Item(Decimal(quantity), Decimal(price), Decimal(rate)) for quantity, price in lines]


# Odoo's tests: two lines of 6.70 at 15 %, tax on top.
@pytest.mark.parametrize(("per_document", "total"), [(False, "15.42"), (True, "15.41")])
def test_two_halves_round_per_line_or_once_per_document(per_document, total):
    totals = reckon(items(("1", "6.70"), ("1", "6.70"), rate="15"), terms(inclusive=False, per_document=per_document))

    assert totals.total == Decimal(total)


# odoo#232186: 24.99 with 20 % inside stays 24.99. Odoo's tests: 2.80 with 21 % inside.
@pytest.mark.parametrize("per_document", [False, True])
@pytest.mark.parametrize(("price", "rate", "net", "tax"), [("24.99", "20", "20.83", "4.16"), ("2.80", "21", "2.31", "0.49")])
def test_the_gross_never_moves_where_prices_hold_the_tax(per_document, price, rate, net, tax):
    totals = reckon(items(("1", price), rate=rate), terms(per_document=per_document))

    assert (totals.net, totals.tax, totals.total) == (Decimal(net), Decimal(tax), Decimal(price))


def test_a_half_rounds_up_also_below_zero():
    assert money.rounded(Decimal("0.005"), "GBP") == Decimal("0.01")
    assert money.rounded(Decimal("-0.005"), "GBP") == Decimal("-0.01")
    assert reckon(items(("0.5", "0.01"), rate="0"), terms()).total == Decimal("0.01")


def test_the_discount_is_shared_out_by_amount_and_loses_no_penny():
    totals = reckon(items(("1", "3.33"), ("1", "3.33"), ("1", "3.34"), rate="20"), terms(), discount=Decimal("1.00"))

    assert [line.order_discount for line in totals.lines] == [Decimal("0.33"), Decimal("0.33"), Decimal("0.34")]
    assert totals.total == Decimal("9.00")


@st.composite
def baskets(draw):
    currency = draw(st.sampled_from(CURRENCIES))
    step = money.step(currency)
    lines = []
    for _ in range(draw(st.integers(1, 8))):
        price = draw(st.integers(0, 500_000)) * step
        quantity = Decimal(draw(st.integers(1, 20_000))) / draw(st.sampled_from([1, 10, 1000]))
        gross = money.rounded(price * quantity, currency)
        discount = draw(st.integers(0, int(gross / step))) * step if draw(st.booleans()) else Decimal(0)
        lines.append(Item(quantity, price, draw(st.sampled_from(RATES)), discount))
    due = sum((line_amount(line, currency) for line in lines), Decimal(0))
    discount = draw(st.integers(0, int(due / step))) * step if draw(st.booleans()) else Decimal(0)
    how = terms(inclusive=draw(st.booleans()), per_document=draw(st.booleans()), currency=currency)
    return lines, how, discount


@calm
@given(baskets())
def test_the_lines_always_sum_to_the_document(basket):
    lines, how, discount = basket

    totals = reckon(lines, how, discount=discount)

    assert sum(line.net for line in totals.lines) == totals.net
    assert sum(line.tax for line in totals.lines) == totals.tax
    assert sum(line.total for line in totals.lines) == totals.total == totals.net + totals.tax
    assert sum(line.order_discount for line in totals.lines) == discount
    assert all(line.total == line.net + line.tax for line in totals.lines)


@calm
@given(baskets())
def test_every_figure_has_the_places_of_its_currency_and_none_is_negative(basket):
    lines, how, discount = basket

    for line in reckon(lines, how, discount=discount).lines:
        figures = (line.net, line.tax, line.total, line.order_discount)
        assert all(money.fits(figure, how.currency) for figure in figures)
        assert all(figure >= 0 for figure in figures)


@calm
@given(baskets())
def test_with_tax_inside_the_customer_pays_prices_less_discounts(basket):
    lines, how, discount = basket
    how = Terms(how.currency, prices_include_tax=True, rounds_per_document=how.rounds_per_document)

    totals = reckon(lines, how, discount=discount)

    assert totals.total == sum(line_amount(line, how.currency) for line in lines) - discount


@calm
@given(baskets())
def test_rounded_per_document_the_tax_of_each_rate_is_rounded_once(basket):
    lines, how, discount = basket
    how = Terms(how.currency, prices_include_tax=False, rounds_per_document=True)

    totals = reckon(lines, how, discount=discount)

    for rate in {line.tax_rate for line in lines}:
        parts = [part for line, part in zip(lines, totals.lines, strict=True) if line.tax_rate == rate]
        exact = sum(part.net for part in parts) * rate / 100
        assert sum(part.tax for part in parts) == exact.quantize(money.step(how.currency), rounding=ROUND_HALF_UP)


@calm
@given(
    amount=st.integers(-1_000_000, 1_000_000),
    weights=st.lists(st.integers(0, 100_000), min_size=1, max_size=12),
    currency=st.sampled_from(CURRENCIES),
)
def test_shares_sum_to_the_whole_and_stray_less_than_a_penny_from_their_part(amount, weights, currency):
    step = money.step(currency)
    whole = amount * step
    parts = [Decimal(weight) for weight in weights]

    shares = money.split(whole, parts, currency)

    assert sum(shares) == whole
    assert all(money.fits(share, currency) for share in shares)
    if sum(parts):
        exact = [whole * part / sum(parts) for part in parts]
        assert all(abs(share - part) < step for share, part in zip(shares, exact, strict=True))


@calm
@given(
    amount=st.integers(0, 10_000_000),
    parts=st.lists(st.integers(1, 5_000), min_size=1, max_size=10),
    currency=st.sampled_from(CURRENCIES),
)
def test_parts_given_one_after_the_other_sum_to_the_whole_in_any_order(amount, parts, currency):
    whole, value = Decimal(sum(parts)), amount * money.step(currency)
    given_back, before = [], Decimal(0)

    for part in parts:
        given_back.append(part_of(value, part=Decimal(part), before=before, whole=whole, currency=currency))
        before += part

    assert sum(given_back) == value
    assert all(part >= 0 for part in given_back)
