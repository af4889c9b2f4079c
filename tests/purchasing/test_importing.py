"""Suppliers and what they sell from a file: dry run first, each row new, changed, unchanged or wrong."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse

from inventory.models import Pack
from purchasing.models import Offer, OfferPrice, Supplier
from tests.factories import MemberFactory, ProductFactory
from tests.factories.expenses import category
from tests.factories.purchasing import offer, supplier
from tests.imports.helpers import bring_in, check, csv_file, errors

pytestmark = pytest.mark.django_db
D = Decimal
HEAD = ("Name", "Email", "Lead time", "Least order", "Terms", "Expense category", "Active")
SOLD = ("Supplier", "SKU", "Their code", "By the", "Price of one", "Fewest", "Preferred")


def test_suppliers_come_in_and_again_change_nothing(member):
    category(member, "Goods")
    rows = [HEAD, ("Bakers & Sons", "orders@bakers.example", "3", "50.00", "30 days net", "goods", "yes"), ("Mill", *[""] * 6)]

    batch = bring_in(member, "suppliers", csv_file(*rows))

    assert batch.counts == {"new": 2, "changed": 0, "unchanged": 0, "error": 0}
    bakers = Supplier.objects.get(name="Bakers & Sons")
    assert (bakers.email, bakers.lead_days, bakers.minimum_order, bakers.note, bakers.category.name) == (
        "orders@bakers.example", 3, 50, "30 days net", "Goods",
    )  # fmt: skip
    assert bring_in(member, "suppliers", csv_file(*rows)).counts["unchanged"] == 2
    assert Supplier.objects.get(name="Bakers & Sons").version == 1


def test_an_empty_cell_leaves_what_is_there_and_another_one_changes_it(member):
    supplier(member, "Mill", email="mill@mill.example", lead_days=4)

    batch = bring_in(member, "suppliers", csv_file(HEAD, ("mill", "", "9", *[""] * 4)))

    mill = Supplier.objects.get()
    assert (batch.changed_rows, mill.name, mill.email, mill.lead_days) == (1, "mill", "mill@mill.example", 9)


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        (("", *[""] * 6), "name", "The row has no name."),
        (("A", "nonsense", *[""] * 5), "email", "“nonsense” is not an email address."),
        (("A", "", "900", *[""] * 4), "lead_days", "A lead time lies between 0 and 365 days."),
        (("A", "", "1.5", *[""] * 4), "lead_days", "A lead time is a whole number of days."),
        (("A", "", "9" * 39, *[""] * 4), "lead_days", f"“{'9' * 39}” is larger than can be kept."),
        (("A", "", "", "0.005", *[""] * 3), "minimum_order", "An amount in GBP has at most 2 decimal places."),
        (("A", "", "", "-1", *[""] * 3), "minimum_order", "A least order lies above 0"),
        (("A", "", "", "", "", "Nowhere", ""), "category", "There is no expense category called Nowhere."),
        (("A", *[""] * 5, "maybe"), "is_active", "“maybe” is neither yes nor no."),
        (("A" * 121, *[""] * 6), "name", "is longer than 120 characters."),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason_and_the_good_ones_can_go_in(member, row, field, message):
    batch = check(member, "suppliers", csv_file(HEAD, row if row[0] else ("", "a@b.example", *[""] * 5), ("Good", *[""] * 6)))

    ((number, at, said),) = errors(batch)
    assert (number, at) == (2, field)
    assert message in said
    assert not Supplier.objects.exists()
    assert bring_in(member, "suppliers", csv_file(HEAD, ("A", "x", *[""] * 5), ("Good", *[""] * 6)), partial=True).new_rows == 1


def test_a_supplier_that_stands_twice_is_refused_the_second_time(member):
    batch = check(member, "suppliers", csv_file(HEAD, ("Mill", *[""] * 6), ("MILL", *[""] * 6)))

    assert errors(batch) == [(3, "", "This stands in row 2 already.")]


def test_suppliers_of_others_are_not_known(member):
    supplier(MemberFactory(role="owner"), "Mill")

    assert check(member, "suppliers", csv_file(HEAD, ("Mill", *[""] * 6))).new_rows == 1


def test_prices_come_in_with_packs_and_again_change_nothing(member):
    mill, flour = supplier(member, "Mill"), ProductFactory(business=member.business, sku="FL")
    Pack.objects.create(product=flour, name="sack", factor=25)
    rows = [SOLD, ("mill", "FL", "M-1", "sack", "30.00", "2", "yes")]

    assert bring_in(member, "offers", csv_file(*rows)).new_rows == 1
    found = Offer.objects.get(supplier=mill, product=flour)
    assert (found.code, found.unit, found.price, found.minimum, found.is_preferred) == ("M-1", "sack", 30, 2, True)
    assert bring_in(member, "offers", csv_file(*rows)).unchanged_rows == 1
    dearer = [SOLD, ("Mill", "FL", "", "", "32.00", "", "")]
    assert bring_in(member, "offers", csv_file(*dearer)).changed_rows == 1
    assert [price.price for price in OfferPrice.objects.order_by("pk")] == [30, 32]


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        (("Nobody", "FL", "", "", "1", "", ""), "supplier", "There is no supplier called Nobody. Import the suppliers first."),
        (("Mill", "XX", "", "", "1", "", ""), "sku", "There is no product with the SKU XX. Import the products first."),
        (("Mill", "", "", "", "1", "", ""), "sku", "The row has no SKU."),
        (("Mill", "FL", "", "", "", "", "yes"), "price", "The row has no price."),
        (("Mill", "FL", "", "", "0.005", "", ""), "price", "A price in GBP has at most 2 decimal places."),
        (("Mill", "FL", "", "crate", "1", "", ""), "unit", "crate"),
        (("Mill", "FL", "", "", "1", "0", ""), "minimum", "Enter a quantity above 0"),
    ],
)
def test_a_wrong_price_is_refused_with_its_reason(member, row, field, message):
    supplier(member, "Mill"), ProductFactory(business=member.business, sku="FL")

    ((_, at, said),) = errors(check(member, "offers", csv_file(SOLD, row)))

    assert at == field
    assert message in said


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_suppliers_and_prices_that_went_out_come_in_again_unchanged(logged_in, member, ending):
    sold = offer(member, code="'=1", minimum=D(2))
    filed = category(member, "Goods")
    Supplier.objects.filter(pk=sold.supplier_id).update(
        phone="+44 20 7946 0000", note="=now", lead_days=3, minimum_order=D("12.50"), category=filed
    )
    for kind, address in (("suppliers", reverse("suppliers")), ("offers", reverse("supplier", args=[sold.supplier_id]))):
        answer = logged_in.get(address, {"file": ending})
        file = io.BytesIO(b"".join(answer.streaming_content))

        batch = bring_in(member, kind, file)

        assert batch.counts == {"new": 0, "changed": 0, "unchanged": 1, "error": 0}, (kind, errors(batch))


@pytest.mark.parametrize("count", [1, 20])
def test_checking_costs_the_same_at_any_number(member, count, django_assert_max_num_queries):
    supplier(member, "Mill")
    for number in range(count):
        ProductFactory(business=member.business, sku=f"P{number}")
    rows = [("Mill", f"P{number}", "", "", "1.00", "", "") for number in range(count)]

    with django_assert_max_num_queries(45):
        check(member, "offers", csv_file(SOLD, *rows))
