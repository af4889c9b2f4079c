"""Whom goods are bought from, what they sell, and what they charged."""

import json
from decimal import Decimal

import pytest

from accounts.permissions import NotAllowed
from audit.models import AppendOnlyError, AuditEntry
from common.errors import DomainError, StaleVersion
from inventory.models import Pack
from inventory.services.catalogue import BadPrice, remove_product
from inventory.units import UnknownUnit
from purchasing.models import Offer, OfferPrice, Supplier
from purchasing.queries.suppliers import get_offers_of
from purchasing.services.offers import BadMinimum, NotBought, OfferedAlready, add_offer, update_offer
from purchasing.services.suppliers import (
    BadLeadTime,
    BadMinimumOrder,
    NamelessSupplier,
    SupplierNameTaken,
    create_supplier,
    update_supplier,
)
from tests.factories import NOW, MemberFactory, ProductFactory
from tests.factories.purchasing import offer, supplier

pytestmark = pytest.mark.django_db
D = Decimal


def test_a_name_is_given_once_in_a_shop(member):
    supplier(member, "Bakers")
    supplier(MemberFactory(), "Bakers")

    with pytest.raises(SupplierNameTaken, match="There is a supplier called Bakers already"):
        supplier(member, "Bakers")

    assert Supplier.objects.for_business(member.business).count() == 1


@pytest.mark.parametrize(
    ("values", "refusal", "says"),
    [
        ({"name": "  "}, NamelessSupplier, "needs a name"),
        ({"lead_days": 366}, BadLeadTime, "between 0 and 365 days"),
        ({"lead_days": -1}, BadLeadTime, "between 0 and 365 days"),
        ({"minimum_order": D("0")}, BadMinimumOrder, "above 0"),
        ({"minimum_order": D("0.005")}, BadMinimumOrder, "at most 2 decimal places"),
        ({"minimum_order": D(10) ** 30}, BadMinimumOrder, "up to 99,999,999,999"),
    ],
)
def test_what_cannot_be_is_refused_with_its_sentence(member, values, refusal, says):
    with pytest.raises(refusal, match=says):
        create_supplier(by=member, values={"name": "Bakers", **values}, at=NOW)

    assert not Supplier.objects.exists()


def test_a_change_is_on_record_and_leaves_the_rest(member):
    bakers = supplier(member, phone="1")

    update_supplier(supplier=bakers, by=member, values={"lead_days": 3}, at=NOW)

    entry = AuditEntry.objects.get(action="supplier changed")
    assert (json.loads(entry.before), json.loads(entry.after)) == ({"lead_days": None}, {"lead_days": 3})
    assert Supplier.objects.get().phone == "1"


def test_the_slower_of_two_is_told(member):
    bakers = supplier(member)
    update_supplier(supplier=Supplier.objects.get(), by=member, values={"phone": "1"}, at=NOW, version=1)

    with pytest.raises(StaleVersion):
        update_supplier(supplier=bakers, by=member, values={"phone": "2"}, at=NOW, version=1)

    assert Supplier.objects.get().phone == "1"


@pytest.mark.parametrize(("said", "learned", "days"), [(None, None, 7), (None, 4, 4), (2, 4, 2), (0, 4, 0)])
def test_goods_take_as_long_as_said_else_as_learned_else_as_usual(said, learned, days):
    assert Supplier(lead_days=said, learned_lead_days=learned).lead_time == days


def test_clerks_change_neither_suppliers_nor_offers(member, clerk):
    sold = offer(member)

    with pytest.raises(NotAllowed):
        supplier(clerk, "Other")
    with pytest.raises(NotAllowed):
        update_supplier(supplier=sold.supplier, by=clerk, values={"phone": "1"}, at=NOW)
    with pytest.raises(NotAllowed):
        offer(clerk, sold.supplier)
    with pytest.raises(NotAllowed):
        update_offer(offer=sold, by=clerk, values={"price": D(1)}, at=NOW)


def test_each_price_is_kept_with_the_day_it_began(member):
    sold = offer(member, price="2.00")

    update_offer(offer=sold, by=member, values={"price": D("2.20")}, at=NOW.replace(day=9))
    update_offer(offer=sold, by=member, values={"price": D("2.20"), "code": "B-1"}, at=NOW.replace(day=12))

    kept = OfferPrice.objects.order_by("since_at").values_list("price", "since_at__day")
    assert list(kept) == [(D("2.00"), 4), (D("2.20"), 9)]
    assert Offer.objects.get().price == D("2.20")


def test_a_price_on_record_never_changes(member):
    offer(member)

    with pytest.raises(AppendOnlyError):
        OfferPrice.objects.all().update(price=1)


@pytest.mark.parametrize(
    ("values", "refusal", "says"),
    [
        ({"price": D("0.005")}, BadPrice, "at most 2 decimal places"),
        ({"price": D(-1)}, BadPrice, "between 0 and"),
        ({"price": D(10) ** 30}, BadPrice, "between 0 and"),
        ({"unit": "crate"}, UnknownUnit, "“crate” is not known for it"),
        ({"unit": "kg"}, UnknownUnit, "“kg” is not known for it"),
        ({"minimum": D(0)}, BadMinimum, "above 0"),
        ({"minimum": D("1.5")}, BadMinimum, "whole numbers"),
        ({"minimum": D(10) ** 9}, BadMinimum, "more than can be counted"),
    ],
)
def test_an_offer_that_cannot_be_is_refused_and_nothing_is_kept(member, values, refusal, says):
    with pytest.raises(refusal, match=says):
        offer(member, **values)

    assert not Offer.objects.exists()
    assert not OfferPrice.objects.exists()


def test_it_is_sold_by_the_pack_where_there_is_one(member):
    product = ProductFactory(business=member.business)
    Pack.objects.create(product=product, name="case", factor=12)

    assert offer(member, product=product, unit="case", minimum=D(2)).unit == "case"


def test_a_supplier_sells_a_product_once(member):
    sold = offer(member)

    with pytest.raises(OfferedAlready, match=" already"):
        offer(member, sold.supplier, sold.product)


def test_what_comes_in_variants_is_bought_by_them(member):
    with pytest.raises(NotBought):
        offer(member, product=ProductFactory(business=member.business, has_variants=True))


def test_one_offer_of_a_product_is_preferred_the_first_until_somebody_says_otherwise(member):
    first = offer(member)
    second = offer(member, supplier(member, "Millers"), first.product, price="1.00")
    assert [sold.is_preferred for sold in get_offers_of(business=member.business, products=[first.product_id])] == [True, False]

    update_offer(offer=second, by=member, values={"is_preferred": True}, at=NOW)

    assert [sold.pk for sold in get_offers_of(business=member.business, products=[first.product_id])] == [second.pk, first.pk]
    assert list(Offer.objects.filter(is_preferred=True)) == [second]


def test_a_product_that_somebody_sells_is_archived_not_deleted(member):
    sold = offer(member)

    assert remove_product(product=sold.product, by=member, at=NOW) is False
    sold.product.refresh_from_db()
    assert not sold.product.is_active


def test_an_offer_names_no_product_twice_at_once(member):
    sold = offer(member)

    with pytest.raises(DomainError):
        add_offer(supplier=sold.supplier, product=sold.product, by=member, values={"price": D(1)}, at=NOW)

    assert OfferPrice.objects.count() == 1
