"""Costs are derived rows: written from the ledger, written anew to the same figures (rule 4)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from accounts.permissions import NotAllowed
from common.errors import InvalidInput
from inventory.models import CostCorrection, LandedCost, MovementCost, MovementKind, Product, StockLevel, StockMovement
from inventory.services.closed import BooksClosed
from inventory.services.cost_proof import find_wrong_costs
from inventory.services.costs import recost, recost_all
from inventory.services.landed import BadLandedCost, add_landed_cost
from inventory.services.ledger import Cause, Move, post
from inventory.services.stock import StockLine, receive_stock, transfer_stock
from inventory.shelves import ProductRef
from tests.factories import NOW, LocationFactory, ProductFactory, StockedProductFactory

D = Decimal
HOUR = timedelta(hours=1)


@pytest.fixture
def product(member) -> Product:
    return ProductFactory(business=member.business)


def receive(member, product, quantity, cost, *, hours=0) -> StockMovement:
    line = StockLine(ProductRef(product=product.pk), D(quantity), unit_cost=D(cost))
    (movement,) = receive_stock(by=member, lines=[line], at=NOW + hours * HOUR)
    return movement


def take(member, product, quantity, *, hours=0, kind=MovementKind.TAKEN, **options) -> StockMovement:
    shelf = StockLevel.objects.select_related("product", "location").get(product=product, location__is_default=True)
    move = Move(shelf, D(quantity), kind)
    (movement,) = post(moves=[move], cause=Cause(by=member, at=NOW + hours * HOUR, **options), below_zero=True)
    return movement


def kept(product):
    rows = MovementCost.objects.filter(product=product).oldest_first()
    corrections = CostCorrection.objects.filter(cause__product=product).order_by("movement", "cause")
    return list(rows.values()), list(corrections.values("movement", "cause", "amount"))


def values_after(product) -> list[Decimal]:
    return list(MovementCost.objects.filter(product=product).oldest_first().values_list("value_after", flat=True))


@pytest.mark.parametrize(("method", "expected"), [("average", [80, 144, 24, 36]), ("fifo", [80, 144, 32, 44])])
def test_the_method_of_the_business_is_that_of_its_rows(member, product, method, expected):
    member.business.valuation = method
    receive(member, product, 8, 10)
    receive(member, product, 4, 16, hours=1)
    take(member, product, -10, hours=2)
    receive(member, product, 2, 6, hours=3)

    recost_all(business=member.business)

    assert values_after(product) == expected
    product.refresh_from_db()
    assert product.average_cost == D(expected[-1]) / 4 if method == "average" else True
    assert find_wrong_costs(business=member.business) == []


@pytest.mark.parametrize("method", ["average", "fifo"])
@pytest.mark.parametrize("hours", range(9))
def test_written_anew_from_any_moment_they_are_the_same(member, product, method, hours):
    member.business.valuation = method
    receive(member, product, 3, 10)
    receive(member, product, 3, "12.3456", hours=1)
    sold = take(member, product, -10, hours=2, document_type="sale", document_id=1)
    take(member, product, -1, hours=3, document_type="sale", document_id=2)
    receive(member, product, 2, 9, hours=4)
    receive(member, product, 20, "7.77", hours=5)
    StockMovement(
        business=member.business, product=product, location=sold.location, kind="returned", quantity=2, gives_back=sold,
        occurred_at=NOW + 6 * HOUR, occurred_on=NOW.date(), recorded_at=NOW, moved_by=member,
    ).save()  # fmt: skip
    take(member, product, -6, hours=7)
    recost_all(business=member.business)
    whole = kept(product)

    recost(business=member.business, products=[product.pk], since=NOW + hours * HOUR)

    assert kept(product) == whole
    assert len(whole[1]) == 4  # two sales below zero, two receipts


def test_what_only_changes_place_costs_nothing(member, product):
    receive(member, product, 4, 3)
    back = LocationFactory(business=member.business)
    transfer_stock(by=member, lines=[StockLine(ProductRef(product=product.pk), D(3))], from_id=None, to_id=back.pk, at=NOW)

    recost_all(business=member.business)

    assert values_after(product) == [12]


def test_a_landed_cost_recosts_what_came_from_that_receipt(member, product):
    receipt = receive(member, product, 5, 100)
    returned = take(member, product, -2, hours=1)
    recost_all(business=member.business)
    assert MovementCost.objects.get(movement=returned).amount == -200

    add_landed_cost(by=member, movements=[receipt], amount=D(50), at=NOW + 2 * HOUR, reason="Freight", document="F-1")

    assert MovementCost.objects.get(movement=returned).amount == -220
    product.refresh_from_db()
    assert product.average_cost == 110
    assert find_wrong_costs(business=member.business) == []


def test_a_landed_cost_is_shared_by_what_the_goods_cost_to_the_last_penny(member):
    dear, cheap, cheaper = (receive(member, ProductFactory(business=member.business), 1, cost) for cost in (20, 10, 10))

    rows = add_landed_cost(by=member, movements=[dear, cheap, cheaper], amount=D("10.01"), at=NOW, reason="Duty")

    assert sorted(row.amount for row in rows) == [D("2.50"), D("2.50"), D("5.01")]


def test_what_was_added_can_be_taken_back_and_no_more(member, product):
    receipt = receive(member, product, 2, 5)
    add_landed_cost(by=member, movements=[receipt], amount=D(4), at=NOW, reason="Freight")
    add_landed_cost(by=member, movements=[receipt], amount=D(-4), at=NOW, reason="Freight was free")

    with pytest.raises(BadLandedCost, match="more is taken back"):
        add_landed_cost(by=member, movements=[receipt], amount=D("-0.01"), at=NOW, reason="Again")

    assert values_after(product) == [10]
    assert LandedCost.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "error", "said"),
    [
        ({"amount": D(0)}, BadLandedCost, "other than 0"),
        ({"amount": D("NaN")}, BadLandedCost, "other than 0"),
        ({"amount": D(10**30)}, BadLandedCost, "up to"),
        ({"amount": D("0.005")}, BadLandedCost, "two decimal|2 decimal"),
        ({"reason": " "}, InvalidInput, "what it was paid for"),
        ({"movements": []}, InvalidInput, "which goods"),
    ],
)
def test_says_what_is_wrong_with_a_landed_cost(member, product, values, error, said):
    given = {"movements": [receive(member, product, 1, 1)], "amount": D(1), "reason": "Freight", "at": NOW}

    with pytest.raises(error, match=said):
        add_landed_cost(by=member, **given | values)

    assert not LandedCost.objects.exists()


def test_only_what_was_received_by_this_shop_has_landed_costs(member, product):
    theirs = StockedProductFactory()
    foreign = StockMovement.objects.get(product=theirs)
    receive(member, product, 5, 1)

    for movement in (take(member, product, -1), foreign):
        with pytest.raises(InvalidInput, match="were received"):
            add_landed_cost(by=member, movements=[movement], amount=D(1), at=NOW, reason="Freight")


def test_nothing_is_recosted_in_closed_books_or_by_a_viewer(member, product):
    receipt = receive(member, product, 5, 1)
    viewer = type(member)(pk=member.pk, business=member.business, user=member.user, role="viewer")
    with pytest.raises(NotAllowed):
        add_landed_cost(by=viewer, movements=[receipt], amount=D(1), at=NOW, reason="Freight")
    type(member.business).objects.filter(pk=member.business.pk).update(closed_until=NOW.date())

    with pytest.raises(BooksClosed, match="closed up to 4 March 2026"):
        add_landed_cost(by=member, movements=[receipt], amount=D(1), at=NOW, reason="Freight")


def test_the_command_finds_what_was_changed_and_mends_it(member, product, capsys):
    receive(member, product, 5, 1)
    slug = member.business.slug
    call_command("rebuild_costs", business=slug)
    MovementCost.objects.update(value_after=4)

    with pytest.raises(CommandError, match="differ from the ledger: 1"):
        call_command("rebuild_costs", business=slug, check=True)
    call_command("rebuild_costs", business=slug)
    call_command("rebuild_costs", business=slug, check=True)

    assert capsys.readouterr().out.endswith(f"{slug}: products that differ: 0\n")
    with pytest.raises(CommandError, match="no shop called nowhere"):
        call_command("rebuild_costs", business="nowhere")
