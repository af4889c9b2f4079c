"""Goods in a held basket are set aside: on hand, committed, and sold to nobody else."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import DomainError
from inventory.models import Reservation, StockLevel
from inventory.services.ledger import InsufficientStock
from inventory.services.proof import find_wrong_commitments, prove_ledger
from inventory.services.reserve import KEPT_FOR
from inventory.shelves import ProductRef
from inventory.tasks import release_reservations
from sales.models import Basket
from sales.services.till import add_to_basket, hold_basket, open_basket, pay_basket, recall_basket, set_line
from tests.factories import NOW, MemberFactory, ProductFactory, StockedProductFactory, sell

pytestmark = pytest.mark.django_db
D = Decimal


def add(by, product, quantity=1):
    return add_to_basket(by=by, ref=ProductRef(product=product.pk), quantity=D(quantity), at=NOW)


def hold(by, product, quantity=1):
    return hold_basket(by=by, key=add(by, product, quantity).key, at=NOW)


def standing(product):
    level = StockLevel.objects.get(product=product)
    return level.on_hand, level.committed


def test_what_is_held_is_committed_and_sold_to_nobody_else(member):
    mug = StockedProductFactory(business=member.business, name="Mug", on_hand=10)
    hold(member, mug, 8)

    assert standing(mug) == (10, 8)
    with pytest.raises(InsufficientStock, match=r"Mug: only 2 left, 8 set aside\."):
        sell(member, {mug: 3})
    sell(member, {mug: 2})
    assert standing(mug) == (8, 8)


def test_recalled_it_is_free_again_and_paid_it_is_gone(member):
    mug = StockedProductFactory(business=member.business, on_hand=3)
    held = hold(member, mug, 3)

    recall_basket(by=member, key=held.key, at=NOW)
    assert standing(mug) == (3, 0)
    pay_basket(by=member, key=held.key, tenders=None, at=NOW)
    assert standing(mug) == (0, 0)


def test_what_stands_on_the_till_is_set_aside_when_another_is_recalled(member):
    mug, bread = StockedProductFactory.create_batch(2, business=member.business)
    held = hold(member, mug, 2)
    add(member, bread, 4)

    recall_basket(by=member, key=held.key, at=NOW)

    assert (standing(mug), standing(bread)) == ((10, 0), (10, 4))


def test_more_than_there_is_is_set_aside_as_far_as_it_goes(member):
    """A customer's hands know better than the book: holding is never refused."""
    mug = StockedProductFactory(business=member.business, on_hand=2)
    hold(member, mug, 5)
    clerk = MemberFactory(business=member.business, role="clerk")

    hold(clerk, mug, 1)

    assert standing(mug) == (2, 2)
    assert Reservation.objects.count() == 1


def test_two_lines_of_one_product_are_one_reservation_and_a_service_is_none(member):
    mug = StockedProductFactory(business=member.business, on_hand=10)
    postage = ProductFactory(business=member.business, is_stocked=False)
    basket = add(member, mug, 2)
    set_line(by=member, key=basket.key, line=1, quantity=D(2), discount="1", at=NOW)
    add(member, mug, 3)
    add(member, postage)

    hold_basket(by=member, key=basket.key, at=NOW)

    assert Reservation.objects.get().quantity == 5


def test_what_nobody_came_for_within_a_day_is_free_again(member, time_machine):
    mug = StockedProductFactory(business=member.business, on_hand=10)
    held = hold(member, mug, 2)

    time_machine.move_to(NOW + KEPT_FOR, tick=False)
    release_reservations()
    assert standing(mug) == (10, 2)
    time_machine.move_to(NOW + KEPT_FOR + timedelta(seconds=1), tick=False)
    release_reservations()

    assert standing(mug) == (10, 0)
    assert recall_basket(by=member, key=held.key, at=NOW).pk == held.pk
    assert standing(mug) == (10, 0)


def test_the_proof_finds_what_is_committed_to_nothing(member):
    mug = StockedProductFactory(business=member.business, name="Mug", on_hand=10)
    hold(member, mug, 2)
    assert prove_ledger(business=member.business, at=NOW) == []

    StockLevel.objects.filter(product=mug).update(committed=3)

    (difference,) = prove_ledger(business=member.business, at=NOW)
    assert (difference.ledger, difference.level) == (2, 3)
    assert "3 are committed, 2 are set aside." in member.business.alerts.get(kind="ledger_mismatch").message


STEPS = st.lists(st.tuples(st.sampled_from(["add", "hold", "recall", "pay", "sell"]), st.integers(1, 4)), max_size=14)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_done_commitments_add_up_and_no_more_is_committed_than_there_is(member, steps):
    mug = StockedProductFactory(business=member.business, on_hand=6)
    for what, n in steps:
        with suppress(DomainError):
            _do(what, n, member, mug)
        on_hand, committed = standing(mug)
        assert 0 <= committed <= on_hand
        assert find_wrong_commitments(business=member.business) == []


def _do(what, n, member, mug):
    if what == "add":
        add(member, mug, n)
    elif what == "hold":
        hold_basket(by=member, key=open_basket(by=member).key, at=NOW)
    elif what == "recall":
        held = Basket.objects.held().order_by("pk").first()
        recall_basket(by=member, key=held.key if held else "none", at=NOW)
    elif what == "pay":
        pay_basket(by=member, key=open_basket(by=member).key, tenders=None, at=NOW)
    else:
        sell(member, {mug: n})
