"""Whatever happened: a report of any days begins and ends with the valuations of those days, and its rows add up."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import DomainError
from expenses.periods import Period
from inventory.models import Location, StockMovement
from inventory.queries.valuation import get_valuation
from inventory.services.stock import adjust_stock, take_stock, transfer_stock
from portal.reports.movements import movements
from tests.factories import NOW, LocationFactory, MemberFactory, ProductFactory, sell
from tests.factories.shelves import line, receive

DAY = timedelta(days=1)
TODAY = NOW.date()
STEPS = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.sampled_from(["receive", "receive", "sell", "sell", "take", "adjust", "move"]),
        st.integers(0, 1),
        st.integers(1, 7),
    ),
    min_size=1,
    max_size=10,
)


def step(owner, store, product, kind, quantity, ago):
    at, options = NOW - ago * DAY, {"at": NOW, "occurred_at": NOW - ago * DAY}
    if kind == "receive":
        receive(owner, product, quantity, Decimal(quantity) / 3, days=ago)
    elif kind == "sell":
        sell(owner, {product: quantity}, at=at)
    elif kind == "take":
        take_stock(by=owner, lines=line(product, quantity), reason="Broken", **options)
    elif kind == "adjust":
        adjust_stock(by=owner, lines=line(product, quantity - 4 or 1), reason="Counted", **options)
    else:
        transfer_stock(by=owner, lines=line(product, quantity), from_id=None, to_id=store.pk, **options)


@pytest.mark.django_db
@given(
    steps=STEPS,
    ends=st.tuples(st.integers(0, 13), st.integers(0, 13)),
    by=st.sampled_from(["product", "category", "location"]),
    method=st.sampled_from(["average", "fifo"]),
)
@settings(max_examples=25)
def test_any_days_lie_between_two_valuations(steps, ends, by, method):
    owner = MemberFactory(role="owner", business__valuation=method, business__allow_negative_stock=True)
    products = [ProductFactory(business=owner.business, price=Decimal(9)) for _ in range(2)]
    store = LocationFactory(business=owner.business)
    for ago, kind, which, quantity in sorted(steps, key=lambda one: -one[0]):
        with suppress(DomainError):
            step(owner, store, products[which], kind, quantity, ago)
    period = Period(TODAY - max(ends) * DAY, TODAY - min(ends) * DAY)

    report = movements(owner, period, by=by, measure="units")

    before, after = (get_valuation(business=owner.business, as_of=day) for day in (period.first - DAY, period.last))
    sums = (
        {column.key: figure.value for column, figure in zip(report.columns, report.total.figures, strict=True)}
        if report.total
        else {}
    )
    assert sums.get("opening", 0) == sum(worth.quantity for worth in before.products)
    assert sums.get("closing", 0) == sum(worth.quantity for worth in after.products)
    assert abs(sums.get("value", 0) - after.total) <= Decimal("0.01") * len(Location.objects.for_business(owner.business))
    for row in report.rows:
        figures = {column.key: figure.value for column, figure in zip(report.columns, row.figures, strict=True)}
        figures.pop("value")
        assert figures.pop("closing") == sum(figures.values())
    if by == "location":
        for row in report.rows:
            ledger = StockMovement.objects.filter(location=row.key, occurred_on__lte=period.last)
            assert row.figures[-2].value == sum(move.quantity for move in ledger)
