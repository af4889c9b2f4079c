"""Rule 3 against a slow and obvious reference: whatever is entered, of whatever day, no shelf ever held less than nothing."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.models import Location, StockMovement, Stocktake
from inventory.services.cost_proof import find_wrong_costs
from inventory.services.levels import InsufficientStock
from inventory.services.proof import find_differences
from inventory.services.stock import StockLine, adjust_stock, receive_stock, take_stock, transfer_stock
from inventory.services.stocktake import Counted, CountTooSmall, add_counts, approve_stocktake, cancel_stocktake, start_stocktake
from inventory.shelves import ProductRef
from tests.factories import NOW, LocationFactory, ProductFactory, sell

pytestmark = pytest.mark.django_db
PLACES = 2


@dataclass
class Shelf:
    """All that moved, by moment, and when it was counted."""

    moved: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    counted: set[int] = field(default_factory=set)

    def with_move(self, moment: int, quantity: int) -> "Shelf":
        after = Shelf(self.moved | {moment: self.moved[moment] + quantity}, set(self.counted))
        after.moved = defaultdict(int, after.moved)
        later = [count for count in self.counted if count > moment]
        if later:
            after.moved[min(later)] -= quantity
        return after

    def balance(self, moment: int) -> int:
        return sum(quantity for at, quantity in self.moved.items() if at <= moment)

    @property
    def is_possible(self) -> bool:
        return all(balance >= 0 for balance in accumulate(self.moved[at] for at in sorted(self.moved)))


@dataclass
class Plain:
    shelves: list[Shelf] = field(default_factory=lambda: [Shelf() for _ in range(PLACES)])

    def accepts(self, act: str, place: int, quantity: int, moment: int) -> bool:
        signed = {"receive": quantity, "take": -quantity, "sell": -quantity, "adjust": -quantity, "move": -quantity}
        changed = list(self.shelves)
        if act == "count":
            shelf = self.shelves[place]
            changed[place] = shelf.with_move(moment, quantity - shelf.balance(moment))
            changed[place].counted.add(moment)
        else:
            changed[place] = changed[place].with_move(moment, signed[act])
        if act == "move":
            changed[1 - place] = changed[1 - place].with_move(moment, quantity)
        if not all(shelf.is_possible for shelf in changed):
            return False
        self.shelves = changed
        return True


class Shop:
    """The same acts, through the services."""

    def __init__(self, member) -> None:
        self.member, self.product = member, ProductFactory(business=member.business)
        back = LocationFactory(business=member.business)
        self.places = [Location.objects.get(business=member.business, is_default=True).pk, back.pk]

    def accepts(self, act: str, place: int, quantity: int, moment: int) -> bool:
        try:
            with transaction.atomic():
                getattr(self, act)(place, quantity, NOW - timedelta(hours=1000 - moment))
        except (InsufficientStock, CountTooSmall):
            for open_count in Stocktake.objects.open():
                cancel_stocktake(stocktake=open_count, by=self.member, at=NOW)
            return False
        return True

    def receive(self, place, quantity, at):
        receive_stock(by=self.member, lines=self.lines(quantity), at=NOW, occurred_at=at, location_id=self.places[place])

    def take(self, place, quantity, at):
        self.leave(take_stock, self.lines(quantity), place, at)

    def adjust(self, place, quantity, at):
        self.leave(adjust_stock, self.lines(-quantity), place, at)

    def leave(self, service, lines, place, at):
        service(by=self.member, lines=lines, reason="Lost", at=NOW, occurred_at=at, location_id=self.places[place])

    def sell(self, place, quantity, at):
        sell(self.member, {self.product: quantity}, sold_at=at, location_id=self.places[place])

    def move(self, place, quantity, at):
        ends = {"from_id": self.places[place], "to_id": self.places[1 - place]}
        transfer_stock(by=self.member, lines=self.lines(quantity), at=NOW, occurred_at=at, **ends)

    def count(self, place, quantity, at):
        stocktake = start_stocktake(by=self.member, at=at, location_id=self.places[place])
        counts = [Counted(ProductRef(product=self.product.pk), Decimal(quantity))]
        add_counts(stocktake=stocktake, by=self.member, counts=counts, at=at)
        approve_stocktake(stocktake=stocktake, by=self.member, at=NOW)

    def lines(self, quantity):
        cost = Decimal(2) if quantity > 0 else None
        return [StockLine(ProductRef(product=self.product.pk), Decimal(quantity), unit_cost=cost)]


acts = st.tuples(
    st.sampled_from(["receive", "receive", "take", "sell", "adjust", "move", "count"]),
    st.integers(0, PLACES - 1),
    st.integers(1, 6),
    st.integers(0, 99),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(drawn=st.lists(acts, max_size=12, unique_by=lambda act: act[3]))
def test_what_is_accepted_of_the_past_is_what_the_reference_accepts_and_no_shelf_was_ever_below_zero(member, drawn):
    shop, plain = Shop(member), Plain()

    for act in drawn:
        assert shop.accepts(*act) == plain.accepts(*act), act

    moved = StockMovement.objects.filter(product=shop.product).order_by("occurred_at", "pk")
    for shelf, place in zip(plain.shelves, shop.places, strict=True):
        by_moment: dict[int, Decimal] = defaultdict(Decimal)
        for row in moved.filter(location=place):
            by_moment[1000 - (NOW - row.occurred_at) // timedelta(hours=1)] += row.quantity
        assert {at: q for at, q in by_moment.items() if q} == {at: q for at, q in shelf.moved.items() if q}
        assert all(balance >= 0 for balance in accumulate(by_moment[at] for at in sorted(by_moment)))
    assert find_differences(business=member.business) == []
    assert find_wrong_costs(business=member.business) == []
