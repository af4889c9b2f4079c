"""What stands on the till, and that paying it sells it once."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.permissions import NotAllowed
from inventory.services.ledger import InsufficientStock
from inventory.shelves import ProductRef, UnknownProduct
from sales.models import Basket, Customer, Sale
from sales.services import till
from sales.services.basket import Tender
from sales.services.quote import BadDiscount, entries_of, quote
from sales.services.sell import BadSale
from sales.services.till import (
    BasketGone,
    NothingToHold,
    TotalChanged,
    add_to_basket,
    discard_basket,
    hold_basket,
    open_basket,
    pay_basket,
    recall_basket,
    remove_line,
    set_customer,
    set_discount,
    set_line,
)
from tests.factories import NOW, CustomerFactory, MemberFactory, ProductFactory, StockedProductFactory, on_hand

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug(member):
    return StockedProductFactory(business=member.business, name="Mug", price=Decimal("9.50"), on_hand=10)


@pytest.fixture
def add(member):
    def _add(product, by=member, quantity="1"):
        return add_to_basket(by=by, ref=ProductRef(product=product.pk), quantity=Decimal(quantity), at=NOW)

    return _add


def test_scanning_a_product_again_counts_it_on_its_line_which_moves_to_the_end(member, mug, add):
    bread = StockedProductFactory(business=member.business)
    add(mug)
    add(bread)

    basket = add(mug)

    assert [(line.product.pk, line.item.quantity) for line in quote(basket).lines] == [(bread.pk, 1), (mug.pk, 2)]


def test_a_line_with_a_discount_is_not_added_to(member, mug, add):
    basket = add(mug)
    set_line(by=member, key=basket.key, line=1, quantity=Decimal(1), discount="5%", at=NOW)

    basket = add(mug)

    assert [line.item.quantity for line in quote(basket).lines] == [1, 1]


def test_a_share_off_follows_the_quantity(member, mug, add):
    basket = add(mug)
    set_line(by=member, key=basket.key, line=1, quantity=Decimal(1), discount="10%", at=NOW)

    basket = set_line(by=member, key=basket.key, line=1, quantity=Decimal(3), discount="10%", at=NOW)

    assert quote(basket).total == Decimal("25.65")


def test_an_amount_off_never_makes_the_basket_negative(member, mug, add):
    basket = add(mug)
    add(mug)
    set_discount(by=member, key=basket.key, discount="12", at=NOW)

    basket = set_line(by=member, key=basket.key, line=1, quantity=Decimal(1), at=NOW)

    assert quote(basket).total == 0


@pytest.mark.parametrize("typed", ["ten", "-1", "101%", "1e999", "NaN", "0.005", "%", "1e-1", "1_0%", "5,000", "٣"])
def test_refuses_a_discount_that_means_nothing(member, mug, add, typed):
    basket = add(mug)

    with pytest.raises(BadDiscount):
        set_discount(by=member, key=basket.key, discount=typed, at=NOW)

    assert Basket.objects.get().discount == 0


@pytest.mark.parametrize(("typed", "off"), [("0,50", "0.5"), ("£0.50", "0.5"), (".5", "0.5"), ("10%", "0.95")])
def test_a_discount_is_read_as_numbers_are_everywhere(member, mug, add, typed, off):
    basket = add(mug)

    basket = set_discount(by=member, key=basket.key, discount=typed, at=NOW)

    assert quote(basket).discount == Decimal(off)


def test_a_clerk_gives_no_discount_over_the_limit(clerk, mug, add):
    basket = add(mug, by=clerk)

    with pytest.raises(NotAllowed):
        set_discount(by=clerk, key=basket.key, discount="10.2%", at=NOW)
    with pytest.raises(NotAllowed):
        set_line(by=clerk, key=basket.key, line=1, quantity=Decimal(1), discount="2", at=NOW)

    set_discount(by=clerk, key=basket.key, discount="10%", at=NOW)
    assert quote(open_basket(by=clerk)).discount == Decimal("0.95")


def test_a_clerk_changes_no_price(clerk, mug, add):
    basket = add(mug, by=clerk)

    with pytest.raises(NotAllowed):
        set_line(by=clerk, key=basket.key, line=1, quantity=Decimal(1), price=Decimal(9), at=NOW)

    set_line(by=clerk, key=basket.key, line=1, quantity=Decimal(1), price=Decimal("9.50"), at=NOW)


def test_a_clerk_takes_a_line_out_of_a_basket_with_a_discount(clerk, mug, add):
    basket = add(mug, by=clerk)
    bread = StockedProductFactory(business=clerk.business, price=Decimal("0.50"))
    add(bread, by=clerk)
    set_discount(by=clerk, key=basket.key, discount="1", at=NOW)

    basket = remove_line(by=clerk, key=basket.key, line=1, at=NOW)

    assert quote(basket).total == 0


def test_paying_sells_the_basket_at_its_prices_and_discounts(member, mug, add):
    basket = add(mug, quantity="2")
    set_line(by=member, key=basket.key, line=1, quantity=Decimal(2), price=Decimal(9), discount="1", at=NOW)
    set_discount(by=member, key=basket.key, discount="10%", at=NOW)
    set_customer(by=member, customer=CustomerFactory(business=member.business, name="Ada"), at=NOW)

    sale = pay_basket(by=member, key=basket.key, tenders=[Tender("cash", Decimal(20))], expected=Decimal("15.30"), at=NOW)

    assert (sale.total, sale.change, sale.customer.name) == (Decimal("15.30"), Decimal("4.70"), "Ada")
    assert on_hand(mug) == 8
    assert quote(open_basket(by=member)).lines == ()


def test_paying_twice_answers_with_the_first_sale(member, mug, add):
    basket = add(mug)

    first = pay_basket(by=member, key=basket.key, tenders=None, at=NOW)
    again = pay_basket(by=member, key=basket.key, tenders=[Tender("card", Decimal("9.50"))], at=NOW)

    assert again == first
    assert Sale.objects.count() == 1
    assert on_hand(mug) == 9


def test_a_price_that_changed_after_the_customer_was_told_is_not_taken(member, mug, add):
    basket = add(mug)
    type(mug).objects.update(price=Decimal(11))

    with pytest.raises(TotalChanged, match="£11"):
        pay_basket(by=member, key=basket.key, tenders=None, expected=Decimal("9.50"), at=NOW)

    assert not Sale.objects.exists()
    assert on_hand(mug) == 10


def test_a_refused_payment_keeps_the_basket(member, mug, add):
    basket = add(mug, quantity="11")

    with pytest.raises(InsufficientStock, match="only 10 left"):
        pay_basket(by=member, key=basket.key, tenders=None, at=NOW)

    assert quote(open_basket(by=member)).lines[0].item.quantity == 11
    assert quote(open_basket(by=member)).lines[0].short_by == 1


def test_a_held_basket_is_recalled_at_another_till_and_what_stood_there_is_held(member, clerk, mug, add):
    bread = StockedProductFactory(business=member.business)
    held = hold_basket(by=member, key=add(mug).key, at=NOW)
    mine = add(bread, by=clerk)

    recall_basket(by=clerk, key=held.key, at=NOW)

    assert open_basket(by=clerk).key == held.key
    assert [basket.key for basket in Basket.objects.held()] == [mine.key]
    assert not open_basket(by=member).pk


def test_only_one_recalls_a_basket(member, clerk, mug, add):
    held = hold_basket(by=member, key=add(mug).key, at=NOW)
    recall_basket(by=clerk, key=held.key, at=NOW)

    with pytest.raises(BasketGone):
        recall_basket(by=member, key=held.key, at=NOW)


def test_a_held_basket_is_not_paid_from_a_page_left_open(member, mug, add):
    held = hold_basket(by=member, key=add(mug).key, at=NOW)

    with pytest.raises(BasketGone):
        pay_basket(by=member, key=held.key, tenders=None, at=NOW)


def test_holds_nothing_where_there_is_nothing(member, mug, add):
    basket = add(mug)
    remove_line(by=member, key=basket.key, line=1, at=NOW)

    with pytest.raises(NothingToHold):
        hold_basket(by=member, key=basket.key, at=NOW)


def test_another_shop_neither_recalls_nor_pays_nor_discards_a_basket(member, mug, add):
    stranger = MemberFactory()
    held = hold_basket(by=member, key=add(mug).key, at=NOW)

    with pytest.raises(BasketGone):
        recall_basket(by=stranger, key=held.key, at=NOW)
    with pytest.raises(BasketGone):
        pay_basket(by=stranger, key=held.key, tenders=None, at=NOW)
    with pytest.raises(BasketGone):
        discard_basket(by=stranger, key=held.key)


def test_a_viewer_puts_nothing_on_the_till(viewer, mug, add):
    with pytest.raises(NotAllowed):
        add(mug, by=viewer)


def test_a_product_that_was_deleted_leaves_the_basket(member, add):
    gone = ProductFactory(business=member.business)
    basket = add(gone)
    gone.delete()

    assert quote(Basket.objects.get(pk=basket.pk)).lines == ()


def test_old_paid_baskets_are_swept_when_a_new_one_is_begun(member, mug, add):
    pay_basket(by=member, key=add(mug).key, tenders=None, at=NOW)

    add_to_basket(by=member, ref=ProductRef(product=mug.pk), at=NOW + timedelta(days=3))

    assert [len(entries_of(basket)) for basket in Basket.objects.all()] == [1]


def test_a_line_that_is_gone_is_not_changed(member, mug, add):
    basket = add(mug)

    with pytest.raises(UnknownProduct):
        set_line(by=member, key=basket.key, line=9, quantity=Decimal(1), at=NOW)


def test_a_basket_has_at_most_five_hundred_lines(member, mug, add):
    basket = add(mug)
    lines = [{"id": n, "product": mug.pk, "quantity": "1", "given": "1"} for n in range(1, 501)]
    Basket.objects.filter(pk=basket.pk).update(lines=json.dumps(lines))

    with pytest.raises(BadSale, match="at most 500"):
        add(mug)


def test_emptying_the_till_leaves_nothing(member, mug, add):
    discard_basket(by=member, key=add(mug).key)

    assert not Basket.objects.exists()


def test_an_empty_basket_is_not_put_aside_when_another_is_recalled(member, mug, add):
    held = hold_basket(by=member, key=add(mug).key, at=NOW)
    add(mug)
    remove_line(by=member, key=open_basket(by=member).key, line=1, at=NOW)

    recall_basket(by=member, key=held.key, at=NOW)

    assert [basket.key for basket in Basket.objects.all()] == [held.key]


def test_somebody_new_is_written_down_only_where_they_become_the_customer(clerk, monkeypatch):
    def refuse(**_):
        raise BasketGone("Paid meanwhile.")

    monkeypatch.setattr(till, "set_customer", refuse)
    with pytest.raises(BasketGone):
        till.set_new_customer(by=clerk, values={"name": "Ann"}, at=NOW)

    assert not Customer.objects.exists()
