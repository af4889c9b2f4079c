"""What is done about batches themselves, what that costs, and the nightly proof that they add up."""

from datetime import timedelta
from decimal import Decimal

import pytest

from audit.models import AuditEntry
from common.errors import InvalidInput
from inventory.models import Batch, BatchLevel
from inventory.services.batch_proof import find_wrong_batches
from inventory.services.batch_stock import NothingLeft, TooFewLoose, change_date, give_date, write_off
from inventory.services.catalogue import update_product
from inventory.services.proof import prove_ledger
from inventory.services.stock import transfer_stock
from inventory.services.stocktake import Counted, add_counts, approve_stocktake, start_stocktake
from inventory.shelves import BatchRef, ProductRef
from tests.factories import NOW, LocationFactory, StockedProductFactory, on_hand, sell
from tests.inventory.test_batches import LATER, SOON, TODAY, held, line, receive

D = Decimal


@pytest.fixture
def eggs(member):
    """Six that were there before anybody asked when they expire."""
    product = StockedProductFactory(business=member.business, name="Eggs", on_hand=6)
    return update_product(product=product, by=member, values={"tracks_batches": True}, at=NOW)


def test_units_that_were_there_before_are_given_a_date(member, eggs):
    give_date(product=eggs, by=member, quantity=D(4), batch=BatchRef(expires_on=SOON), at=NOW)

    assert (held(eggs), on_hand(eggs)) == ({SOON: 4}, 6)
    assert find_wrong_batches(business=member.business) == []
    eggs.refresh_from_db()
    assert eggs.average_cost == 2


def test_no_more_are_given_a_date_than_have_none(member, eggs):
    give_date(product=eggs, by=member, quantity=D(4), batch=BatchRef(expires_on=SOON), at=NOW)

    with pytest.raises(TooFewLoose):
        give_date(product=eggs, by=member, quantity=D(3), batch=BatchRef(expires_on=LATER), at=NOW)

    assert held(eggs) == {SOON: 4}


def test_turned_off_its_units_are_of_no_batch(member, milk):
    receive(member, milk, 5, SOON)
    milk.refresh_from_db()

    update_product(product=milk, by=member, values={"tracks_batches": False}, at=NOW)
    sell(member, {milk: 1})

    assert (held(milk), on_hand(milk)) == ({}, 4)
    assert find_wrong_batches(business=member.business) == []


def test_a_day_that_was_wrong_is_corrected_and_the_goods_are_sold_again(member, milk):
    receive(member, milk, 5, TODAY - timedelta(days=1))
    batch = Batch.objects.get()

    with pytest.raises(InvalidInput, match="Say why"):
        change_date(batch=batch, by=member, expires_on=SOON, at=NOW, reason=" ")
    change_date(batch=batch, by=member, expires_on=SOON, at=NOW, reason="Misread")
    sell(member, {milk: 5})

    entry = AuditEntry.objects.get(action="batch date changed")
    assert (entry.reason, SOON.isoformat() in entry.after) == ("Misread", True)
    assert Batch.objects.get().own_code == ""


def test_what_has_expired_is_written_off_at_every_place(member, milk):
    receive(member, milk, 5, TODAY - timedelta(days=1))
    receive(member, milk, 5, SOON)
    transfer_stock(by=member, lines=[line(milk, 2)], from_id=None, to_id=LocationFactory(business=member.business).pk, at=NOW)
    batch = Batch.objects.get(expires_on__lt=TODAY)

    movements = write_off(batch=batch, by=member, at=NOW)

    assert [(movement.quantity, movement.reason) for movement in movements] == [(-3, "Expired"), (-2, "Expired")]
    assert held(milk) == {SOON: 5}
    with pytest.raises(NothingLeft):
        write_off(batch=batch, by=member, at=NOW)


@pytest.mark.parametrize(("counted", "left"), [(6, {SOON: 1, LATER: 5}), (12, {SOON: 5, LATER: 5}), (0, {})])
def test_a_count_takes_what_expires_first_and_what_it_found_has_no_date(member, milk, counted, left):
    receive(member, milk, 5, SOON)
    receive(member, milk, 5, LATER)
    stocktake = start_stocktake(by=member, at=NOW)
    add_counts(stocktake=stocktake, by=member, counts=[Counted(ProductRef(product=milk.pk), D(counted))], at=NOW)

    approve_stocktake(stocktake=stocktake, by=member, at=NOW)

    assert held(milk) == left
    assert find_wrong_batches(business=member.business) == []


def test_the_nightly_proof_tells_of_a_batch_that_was_changed_behind_the_ledger(member, milk):
    receive(member, milk, 5, SOON)
    BatchLevel.objects.update(on_hand=4)

    prove_ledger(business=member.business, at=NOW)
    alert = member.business.alerts.get(kind="ledger_mismatch")
    assert (alert.subject, "batches" in alert.message) == ("Milk", True)

    BatchLevel.objects.update(on_hand=5)
    prove_ledger(business=member.business, at=NOW)
    alert.refresh_from_db()
    assert alert.state == "resolved"


@pytest.mark.parametrize("batches", [1, 20])
def test_a_sale_with_batches_costs_three_queries_more_however_many_there_are(member, milk, batches, django_assert_num_queries):
    for days in range(batches):
        receive(member, milk, 5, TODAY + timedelta(days=days))
    sell(member, {milk: 1})

    with django_assert_num_queries(15):
        sell(member, {milk: 1})
