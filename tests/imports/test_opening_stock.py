"""What was on the shelves on the first day."""

from decimal import Decimal

import pytest

from accounts.models import Member
from alerts.models import Alert
from inventory.models import MovementKind, Pack, Product, StockMovement
from inventory.services.proof import prove_ledger
from tests.factories import NOW, BarcodeFactory, LocationFactory, ProductFactory, StockedProductFactory, on_hand, sell
from tests.imports.helpers import bring_in, check, csv_file, errors

pytestmark = pytest.mark.django_db
HEADER = ("SKU", "Quantity", "Unit cost")


@pytest.fixture
def mug(member: Member) -> Product:
    return ProductFactory(business=member.business, sku="MUG")


def test_opening_stock_is_posted_at_its_cost(member: Member, mug: Product) -> None:
    bring_in(member, "stock", csv_file(HEADER, ("MUG", "12", "1.50")))

    move = StockMovement.objects.get()
    mug.refresh_from_db()
    assert (move.kind, move.quantity, move.unit_cost) == (MovementKind.OPENING, 12, Decimal("1.5"))
    assert (on_hand(mug), mug.average_cost) == (12, Decimal("1.5"))
    assert not prove_ledger(business=member.business, at=NOW)


def test_the_same_file_twice_does_not_double_it(member: Member, mug: Product) -> None:
    bring_in(member, "stock", csv_file(HEADER, ("MUG", "12", "1.50")))
    sell(member, {mug: 2})

    batch = bring_in(member, "stock", csv_file(HEADER, ("MUG", "12", "1.50")))

    assert batch.counts == {"new": 0, "changed": 0, "unchanged": 1, "error": 0}
    assert on_hand(mug) == 10


def test_another_figure_is_refused_with_the_way_to_correct_it(member: Member, mug: Product) -> None:
    bring_in(member, "stock", csv_file(HEADER, ("MUG", "12", "1.50")))

    batch = check(member, "stock", csv_file(HEADER, ("MUG", "13", "1.50")))

    assert errors(batch) == [(2, "quantity", "The opening stock was set to 12 already. Adjust or count the stock instead.")]


def test_stock_that_has_moved_has_no_opening_any_more(member: Member) -> None:
    StockedProductFactory(business=member.business, sku="MUG", on_hand=3)

    batch = check(member, "stock", csv_file(HEADER, ("MUG", "12", "1.50")))

    assert errors(batch) == [(2, "quantity", "Stock of this product has moved here already. Adjust or count it instead.")]


def test_each_place_has_an_opening_of_its_own(member: Member, mug: Product) -> None:
    LocationFactory(business=member.business, name="Cellar")
    source = csv_file(("SKU", "Quantity", "Place"), ("MUG", "2", ""), ("MUG", "3", "cellar"))

    bring_in(member, "stock", source)

    assert on_hand(mug) == 5
    assert dict(mug.levels.values_list("location__name", "on_hand")) == {"Shop floor": 2, "Cellar": 3}


def test_a_product_may_be_named_by_its_barcode(member: Member, mug: Product) -> None:
    BarcodeFactory(product=mug, code="5012345678900")

    bring_in(member, "stock", csv_file(("Barcode", "Quantity"), ("5012345678900", "4")))

    assert on_hand(mug) == 4


def test_what_expires_is_refused_since_no_column_says_when(member: Member, mug: Product) -> None:
    type(mug).objects.update(tracks_batches=True)

    batch = check(member, "stock", csv_file(("SKU", "Quantity"), ("MUG", "4")))

    ((row, field, sentence),) = errors(batch)
    assert (row, field) == (2, "sku")
    assert sentence.endswith("expires. Receive it under Stock, which asks when.")


def test_the_same_product_twice_in_a_file_is_refused(member: Member, mug: Product) -> None:
    BarcodeFactory(product=mug, code="501")

    batch = check(member, "stock", csv_file(("SKU", "Barcode", "Quantity"), ("MUG", "", "4"), ("", "501", "4")))

    assert errors(batch) == [(3, "sku", "This product stands in row 2 already.")]


@pytest.mark.parametrize(
    ("row", "field", "sentence"),
    [
        (("CUP", "1", ""), "sku", "There is no product with the SKU CUP. Import the products first."),
        (("", "1", ""), "sku", "The row names no product: it has neither SKU nor barcode."),
        (("MUG", "-1", ""), "quantity", "Stock is 0 or more."),
        (("MUG", "1.5", ""), "quantity", "is counted in whole numbers. Enter 1 or 2."),
        (("MUG", "many", ""), "quantity", "“many” is not a number."),
        (("MUG", "1", "-2"), "unit_cost", "A cost lies between 0 and 99,999,999,999."),
        (("MUG", "1", "999999999999"), "unit_cost", "A cost lies between 0 and 99,999,999,999."),
        (("MUG", "9999999999", ""), "quantity", "is more than can be counted"),
    ],
)
def test_a_bad_row_is_named_with_its_field_and_reason(
    member: Member, mug: Product, row: tuple[str, ...], field: str, sentence: str
) -> None:
    ((number, named, message),) = errors(check(member, "stock", csv_file(HEADER, row)))

    assert (number, named) == (2, field)
    assert sentence in message


def test_a_place_that_does_not_exist_is_refused(member: Member, mug: Product) -> None:
    batch = check(member, "stock", csv_file(("SKU", "Quantity", "Place"), ("MUG", "2", "Attic")))

    assert errors(batch) == [(2, "location", "There is no place called Attic.")]


def test_nothing_on_the_shelf_is_nothing_to_post(member: Member, mug: Product) -> None:
    batch = bring_in(member, "stock", csv_file(HEADER, ("MUG", "0", "")))

    assert batch.counts["unchanged"] == 1
    assert not StockMovement.objects.exists()


def test_many_products_that_are_low_from_the_start_are_told_in_one_email(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[Alert]] = []
    monkeypatch.setattr("alerts.services._tell", lambda alerts, at, **_: told.append(alerts))
    for n in range(3):
        ProductFactory(business=member.business, sku=f"P{n}", reorder_point=5)

    bring_in(member, "stock", csv_file(("SKU", "Quantity"), *((f"P{n}", 2) for n in range(3))))

    assert [len(alerts) for alerts in told] == [3]


@pytest.mark.parametrize("count", [1, 20])
def test_rows_in_packs_are_checked_in_the_same_few_statements(member, count, django_assert_max_num_queries):
    products = [ProductFactory(business=member.business, sku=f"SKU{n}") for n in range(count)]
    Pack.objects.bulk_create([Pack(product=product, name="case", factor=6) for product in products])
    rows = [(product.sku, "2", "case") for product in products]

    with django_assert_max_num_queries(35):
        batch = check(member, "stock", csv_file(("SKU", "Quantity", "Unit"), *rows))

    assert batch.counts["new"] == count
