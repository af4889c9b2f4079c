"""The costs that every move keeps are those that the ledger comes to, whatever is done and in whatever order (rule 4)."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.models import Alert
from inventory.models import CostCorrection, MovementCost, StockMovement
from inventory.services.cost_proof import find_wrong_costs
from inventory.services.costs import recost_all
from inventory.services.landed import add_landed_cost
from inventory.services.levels import InsufficientStock
from inventory.services.proof import prove_ledger
from inventory.services.stock import StockLine, adjust_stock, receive_stock, take_stock, transfer_stock
from inventory.shelves import ProductRef
from sales.models import Sale
from sales.services.basket import BasketLine
from sales.services.sell import record_sale
from sales.services.undo import RefundLine, refund_sale, void_sale
from tests.factories import NOW, LocationFactory, ProductFactory, sell

D = Decimal
HOUR = timedelta(hours=1)
METHODS = pytest.mark.parametrize("method", ["average", "fifo"])
KINDS = ("receive", "sell", "sell", "take", "find", "refund", "void", "move", "land")


class Shop:
    """Does to one product what a draw says, each an hour (or as many as it says) after the last."""

    def __init__(self, member, method):
        member.business.valuation, member.business.allow_negative_stock = method, True
        self.member, self.at = member, NOW
        self.product = ProductFactory(business=member.business, cost=D("3.21"))
        self.back = LocationFactory(business=member.business)

    def line(self, quantity, **options):
        return StockLine(ProductRef(product=self.product.pk), D(quantity), **options)

    def do(self, kind, quantity, cost):
        self.at += timedelta(minutes=1)
        with suppress(InsufficientStock):
            getattr(self, kind)(quantity, cost)

    def receive(self, quantity, cost):
        receive_stock(by=self.member, lines=[self.line(quantity, unit_cost=cost)], at=self.at)

    def sell(self, quantity, _):
        sell(self.member, {self.product: quantity}, at=self.at)

    def take(self, quantity, _):
        take_stock(by=self.member, lines=[self.line(quantity)], reason="Broken", at=self.at)

    def find(self, quantity, _):
        adjust_stock(by=self.member, lines=[self.line(quantity)], reason="Found", at=self.at)

    def refund(self, quantity, _):
        for sale in Sale.objects.filter(kind="sale", state="completed").order_by("pk"):
            line = sale.lines.get()
            if line.left_to_refund:
                lines = [RefundLine(line, min(D(quantity), line.left_to_refund))]
                refund_sale(sale=sale, lines=lines, by=self.member, reason="Faulty", at=self.at)
                return

    def void(self, *_):
        sale = Sale.objects.filter(kind="sale", state="completed", lines__refunded_quantity=0).order_by("pk").first()
        if sale:
            void_sale(sale=sale, by=self.member, reason="Mistake", at=self.at)

    def move(self, quantity, _):
        lines = [self.line(quantity)]
        transfer_stock(by=self.member, lines=lines, from_id=None, to_id=self.back.pk, at=self.at)

    def land(self, quantity, _):
        receipts = list(StockMovement.objects.filter(kind="received").order_by("pk"))
        if receipts:
            receipt = receipts[int(quantity) % len(receipts)]
            add_landed_cost(by=self.member, movements=[receipt], amount=D(quantity), at=self.at, reason="Freight")


def check(business):
    """Rows, average, and what sales and refunds say they cost."""
    assert find_wrong_costs(business=business) == []
    for sale in Sale.objects.exclude(state="voided"):
        rows = MovementCost.objects.filter(movement__document_type=sale.kind, movement__document_id=sale.pk)
        corrections = CostCorrection.objects.filter(movement__in=rows)
        told = sum(rows.values_list("amount", flat=True), D(0)) + sum(corrections.values_list("amount", flat=True), D(0))
        assert sale.cost == business.money(-told)
        assert abs(sum((line.cost for line in sale.lines.all()), D(0)) - sale.cost) <= D("0.006")  # rounded once, at the total


@METHODS
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(KINDS), st.integers(1, 30), st.decimals(min_value="0.01", max_value=90, places=2)), max_size=14
    )
)
def test_costs_follow_whatever_is_done(member, method, steps):
    shop = Shop(member, method)

    for step in steps:
        shop.do(*step)

    check(member.business)


@METHODS
def test_a_sale_costs_what_the_book_says_and_what_its_receipt_corrects(member, method):
    shop = Shop(member, method)
    shop.do("sell", 50, None)
    shop.do("receive", 40, D(15))
    shop.do("receive", 20, D(25))

    (sale,) = Sale.objects.all()
    assert sale.cost == 40 * 15 + 10 * 25
    assert sale.lines.get().unit_cost == 17
    check(member.business)


@pytest.mark.parametrize(("method", "cost"), [("average", 120), ("fifo", 112)])
def test_a_sale_says_at_once_what_it_cost(member, method, cost):
    shop = Shop(member, method)
    shop.do("receive", 8, D(10))
    shop.do("receive", 4, D(16))

    sale = sell(member, {shop.product: 10}, at=shop.at)

    assert (sale.cost, sale.lines.all()[0].cost) == (cost, cost)


def test_what_is_refunded_comes_back_at_the_cost_it_left_with(member):
    shop = Shop(member, "average")
    shop.do("receive", 4, D(10))
    shop.do("sell", 2, None)
    shop.do("receive", 6, D(20))

    shop.do("refund", 1, None)

    assert MovementCost.objects.get(movement__kind="returned").amount == 10
    assert Sale.objects.get(kind="refund").cost == -10


def test_each_of_two_lines_of_one_product_comes_back_at_its_own_cost(member):
    shop = Shop(member, "fifo")
    shop.do("receive", 1, D(10))
    shop.do("receive", 1, D(20))
    refs = [shop.line(1).ref] * 2
    sale = record_sale(by=member, lines=[BasketLine(ref, D(1)) for ref in refs], at=shop.at)
    second = sale.lines.order_by("pk")[1]
    refund = refund_sale(sale=sale, lines=[RefundLine(second, D(1))], by=member, reason="Faulty", at=shop.at)

    assert refund.cost == -20


def test_a_product_whose_costs_were_never_written_is_costed_whole(member):
    shop = Shop(member, "average")
    shop.do("receive", 4, D(10))
    CostCorrection.objects.all().delete()
    MovementCost.objects.all().delete()

    shop.do("sell", 1, None)

    assert Sale.objects.get().cost == 10
    assert find_wrong_costs(business=member.business) == []


def test_what_happens_now_comes_after_what_a_faster_clock_wrote(member):
    shop = Shop(member, "average")
    shop.at -= timedelta(seconds=30)
    shop.do("receive", 4, D(10))

    sell(member, {shop.product: 1}, at=NOW)

    first, second = StockMovement.objects.order_by("pk")
    assert second.occurred_at == first.occurred_at
    assert Sale.objects.get().sold_at == NOW


def test_the_night_tells_of_costs_that_are_not_the_ledger_s(member):
    shop = Shop(member, "average")
    shop.do("receive", 4, D(10))
    MovementCost.objects.update(value_after=41)

    assert prove_ledger(business=member.business, at=NOW) == []
    assert Alert.objects.open().get().message == "Its costs are not what the ledger comes to. Products concerned: 1."

    recost_all(business=member.business)
    prove_ledger(business=member.business, at=NOW + HOUR)
    assert not Alert.objects.open().exists()
