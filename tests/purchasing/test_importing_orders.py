"""Orders from a file: drafts, each whole or not at all, and the same file again changes nothing."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse

from inventory.models import Pack
from purchasing.models import OrderState, PurchaseOrder
from tests.factories import MemberFactory, ProductFactory
from tests.factories.purchasing import offer, order, sent, supplier
from tests.imports.helpers import bring_in, check, csv_file, errors

pytestmark = pytest.mark.django_db
HEAD = ("Order", "Supplier", "SKU", "Quantity", "By the", "Price of one", "Expected on", "Note")


@pytest.fixture
def mill(member):
    for sku in ("FL", "RY"):
        ProductFactory(business=member.business, sku=sku, name=sku, unit="kg")
    return supplier(member, "Mill")


def row(*, number="A-1", of="Mill", sku="FL", quantity="2", unit="", price="3.00", on="", note=""):
    return number, of, sku, quantity, unit, price, on, note


def test_rows_with_one_number_are_one_draft_and_again_change_nothing(member, mill):
    rows = [HEAD, row(on="2026-12-01", note="Ring twice"), row(sku="RY", quantity="1.5"), row(number="A-2")]

    batch = bring_in(member, "orders", csv_file(*rows))

    assert batch.counts == {"new": 3, "changed": 0, "unchanged": 0, "error": 0}
    first, second = PurchaseOrder.objects.order_by("number")
    assert (first.number, first.state, first.supplier, first.total, first.note) == (
        "A-1",
        OrderState.DRAFT,
        mill,
        10.5,
        "Ring twice",
    )
    assert (str(first.expected_on), second.lines.count()) == ("2026-12-01", 1)
    assert bring_in(member, "orders", csv_file(*rows)).unchanged_rows == 3
    assert PurchaseOrder.objects.count() == 2


def test_a_draft_is_changed_and_what_was_sent_stays(member, mill):
    bring_in(member, "orders", csv_file(HEAD, row(), row(number="A-2")))
    PurchaseOrder.objects.filter(number="A-2").update(state=OrderState.SENT)

    batch = bring_in(member, "orders", csv_file(HEAD, row(quantity="5"), row(number="A-2", quantity="5")), partial=True)

    assert (batch.changed_rows, errors(batch)) == (1, [(3, "", "A-2 is sent and can no longer be changed.")])
    assert PurchaseOrder.objects.get(number="A-1").total == 15
    assert PurchaseOrder.objects.get(number="A-2").total == 6


def test_unit_and_price_may_be_left_to_what_the_supplier_asks(member, mill):
    rye = ProductFactory(business=member.business, sku="RYE", unit="kg")
    Pack.objects.create(product=rye, name="sack", factor=25)
    offer(member, mill, rye, "30.00", unit="sack")

    bring_in(member, "orders", csv_file(HEAD, row(sku="RYE", price="")))

    line = PurchaseOrder.objects.get().lines.get()
    assert (line.unit, line.price, line.ordered) == ("sack", 30, 50)


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"number": ""}, "order", "The row has no order number."),
        ({"number": "A" * 21}, "order", "is longer than 20 characters."),
        ({"number": "PO-77"}, "order", "There is no order PO-77. Numbers like this are given by us."),
        ({"of": "Nobody"}, "supplier", "There is no supplier called Nobody."),
        ({"sku": "XX"}, "sku", "There is no product with the SKU XX."),
        ({"quantity": ""}, "quantity", "The row has no quantity."),
        ({"quantity": "0"}, "quantity", "FL"),
        ({"quantity": "0.5.1"}, "quantity", "is not a number."),
        ({"price": "0.005"}, "price", "at most 2 decimal places"),
        ({"unit": "crate"}, "unit", "crate"),
        ({"on": "2020-01-01"}, "expected_on", "cannot be expected in the past"),
        ({"on": "soon"}, "expected_on", "is not a date"),
    ],
)
def test_a_wrong_order_is_refused_with_its_reason(member, mill, wrong, field, message):
    batch = check(member, "orders", csv_file(HEAD, row(**wrong)))

    ((_, at, said),) = errors(batch)
    assert (at, message in said) == (field, True), (at, said)
    assert not PurchaseOrder.objects.exists()


def test_one_wrong_row_refuses_its_order_and_no_other(member, mill):
    rows = [row(), row(), row(number="A-2"), row(number="A-3", of="Mill"), row(number="A-3", of="Baker", sku="RY")]
    supplier(member, "Baker")

    batch = bring_in(member, "orders", csv_file(HEAD, *rows), partial=True)

    assert [number for number, _, _ in errors(batch)] == [2, 3, 5, 6]
    said = {number: message for number, _, message in errors(batch)}
    assert "stands on two lines" in said[3]
    assert said[2] == "Row 3 of the same order is wrong."
    assert said[6] == "Order A-3 is from Mill in the row above."
    assert list(PurchaseOrder.objects.values_list("number", flat=True)) == ["A-2"]


def test_a_supplier_of_a_known_order_does_not_change(member, mill):
    supplier(member, "Baker")
    bring_in(member, "orders", csv_file(HEAD, row()))

    assert errors(check(member, "orders", csv_file(HEAD, row(of="Baker")))) == [(2, "supplier", "A-1 is from Mill.")]


def test_orders_of_others_are_not_known(member, mill):
    theirs = order(MemberFactory(role="owner"))
    PurchaseOrder.objects.filter(pk=theirs.pk).update(number="A-1")

    assert bring_in(member, "orders", csv_file(HEAD, row())).new_rows == 1


def test_a_dry_run_writes_nothing_at_all(member, mill):
    flour = mill.business.products.get(sku="FL")
    flour.levels.all().delete()

    assert check(member, "orders", csv_file(HEAD, row())).new_rows == 1
    assert not flour.levels.exists()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_orders_that_went_out_come_in_again_unchanged(logged_in, member, mill, ending):
    flour, rye = mill.business.products.order_by("sku")
    order(member, (flour, Decimal("2.5")), (rye, 3), of=mill)
    sent(member, (rye, 7), of=mill)
    answer = logged_in.get(reverse("purchase_orders"), {"file": ending})

    batch = bring_in(member, "orders", io.BytesIO(b"".join(answer.streaming_content)))

    assert batch.counts == {"new": 0, "changed": 0, "unchanged": 3, "error": 0}, errors(batch)
