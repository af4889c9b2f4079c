"""A catalogue from a file."""

from decimal import Decimal

import pytest

from accounts.models import Member
from alerts.models import Alert
from audit.models import AuditEntry
from imports.models import ImportState
from inventory.models import Barcode, Category, Product, StockLevel
from inventory.units import Unit
from tests.factories import BarcodeFactory, ProductFactory, StockedProductFactory
from tests.imports.helpers import bring_in, check, csv_file, errors

pytestmark = pytest.mark.django_db
HEADER = ("SKU", "Name", "Price")


def test_a_product_comes_with_everything_its_row_says(member: Member) -> None:
    header = (*HEADER, "Category", "Barcode", "Unit", "VAT", "Cost", "Reorder point", "Reorder quantity", "Active")
    row = ("MUG", "Blue mug", "£4.50", "Kitchen", "5012345678900 5012345678917", "pcs", "20%", "1.25", "5", "12", "yes")

    batch = bring_in(member, "products", csv_file(header, row))

    mug = Product.objects.get()
    assert batch.state == ImportState.DONE
    assert (mug.sku, mug.name, mug.price, mug.unit, mug.tax_rate) == ("MUG", "Blue mug", Decimal("4.50"), Unit.EACH, Decimal(20))
    assert (mug.cost, mug.reorder_point, mug.reorder_quantity, mug.is_active) == (Decimal("1.25"), 5, 12, True)
    assert mug.category == Category.objects.get(name="Kitchen")
    assert set(mug.barcodes.values_list("code", flat=True)) == {"5012345678900", "5012345678917"}
    assert StockLevel.objects.get(product=mug).on_hand == 0
    assert list(Product.objects.matching("blue 8917")) == [mug]


def test_the_check_changes_nothing(member: Member) -> None:
    batch = check(member, "products", csv_file((*HEADER, "Category"), ("MUG", "Mug", "4.50", "Kitchen")))

    assert (batch.state, batch.counts["new"]) == (ImportState.READY, 1)
    assert not Product.objects.exists()
    assert not Category.objects.exists()


def test_rows_are_new_changed_or_unchanged(member: Member) -> None:
    bring_in(member, "products", csv_file(HEADER, ("A", "Ant", "1.00"), ("B", "Bee", "2.00")))

    batch = bring_in(member, "products", csv_file(HEADER, ("A", "Ant", "1.0"), ("B", "Bee", "2.50"), ("C", "Cat", "3.00")))

    assert batch.counts == {"new": 1, "changed": 1, "unchanged": 1, "error": 0}
    assert dict(Product.objects.values_list("sku", "price")) == {"A": 1, "B": Decimal("2.50"), "C": 3}


def test_the_same_file_twice_changes_nothing(member: Member) -> None:
    header = (*HEADER, "Category", "Barcode", "Unit", "Cost")
    row = ("A", "Ant", "1.00", "Insects", "123", "kg", "0.5")
    bring_in(member, "products", csv_file(header, row))
    entries = AuditEntry.objects.filter(action__startswith="product").count()

    batch = bring_in(member, "products", csv_file(header, row))

    assert batch.counts == {"new": 0, "changed": 0, "unchanged": 1, "error": 0}
    assert Product.objects.get().version == 1
    assert AuditEntry.objects.filter(action__startswith="product").count() == entries


def test_an_empty_cell_leaves_what_is_there(member: Member) -> None:
    ProductFactory(business=member.business, sku="A", name="Ant", price=Decimal(1), cost=Decimal("0.40"))

    bring_in(member, "products", csv_file((*HEADER, "Cost"), ("A", "Ant", "2.00", "")))

    assert Product.objects.get().cost == Decimal("0.40")


def test_one_error_and_nothing_goes_in(member: Member) -> None:
    batch = check(member, "products", csv_file(HEADER, ("A", "Ant", "1.00"), ("B", "Bee", "cheap")))

    assert errors(batch) == [(3, "price", "“cheap” is not a number.")]
    assert batch.counts == {"new": 1, "changed": 0, "unchanged": 0, "error": 1}
    assert not Product.objects.exists()


def test_on_request_the_good_rows_go_in_and_the_others_are_listed(member: Member) -> None:
    batch = bring_in(member, "products", csv_file(HEADER, ("A", "Ant", "1.00"), ("B", "", "2.00")), partial=True)

    assert list(Product.objects.values_list("sku", flat=True)) == ["A"]
    assert errors(batch) == [(3, "name", "The row has no name.")]


@pytest.mark.parametrize(
    ("row", "field", "sentence"),
    [
        (("", "Ant", "1.00"), "sku", "The row has no SKU."),
        (("A", "Ant", ""), "price", "The row has no price."),
        (("A", "Ant", "-1"), "price", "-1 is out of bounds: enter 0 to 99,999,999,999."),
        (("A", "Ant", "1.005"), "price", "A price in GBP has at most 2 decimal places."),
        (("A", "Ant", "1.2.3"), "price", "“1.2.3” is not a number."),
        (("A", "A" * 201, "1"), "name", f"“{'A' * 40}…” is longer than 200 characters."),
        (("A", "Ant", "1", "too much"), "", "This row has more cells than there are columns. Is a comma not in quotes?"),
    ],
)
def test_a_bad_row_is_named_with_its_field_and_reason(member: Member, row: tuple[str, ...], field: str, sentence: str) -> None:
    assert errors(check(member, "products", csv_file(HEADER, row))) == [(2, field, sentence)]


def test_a_unit_we_do_not_know_is_refused_with_those_we_do(member: Member) -> None:
    batch = check(member, "products", csv_file((*HEADER, "Unit"), ("A", "Ant", "1", "furlong")))

    assert errors(batch) == [(2, "unit", "“furlong” is not a unit we know. Use one of: each, pair, kg, g, l, ml, m, cm, h.")]


def test_the_same_sku_twice_in_a_file_is_refused(member: Member) -> None:
    batch = check(member, "products", csv_file(HEADER, ("A", "Ant", "1"), ("B", "Bee", "1"), ("A", "Ape", "1")))

    assert errors(batch) == [(4, "sku", "SKU A stands in row 2 already.")]


def test_a_barcode_of_another_product_is_refused(member: Member) -> None:
    owner = ProductFactory(business=member.business, name="Wasp")
    BarcodeFactory(product=owner, code="123")
    source = csv_file((*HEADER, "Barcode"), ("A", "Ant", "1", "123"), ("B", "Bee", "1", "456"), ("C", "Cat", "1", "456"))

    batch = check(member, "products", source)

    assert errors(batch) == [
        (2, "barcodes", "Barcode 123 belongs to Wasp."),
        (4, "barcodes", "Barcode 456 stands in row 3 already."),
    ]


def test_another_shops_products_are_not_seen(member: Member) -> None:
    stranger = BarcodeFactory(product=ProductFactory(sku="A", name="Theirs"), code="123")

    bring_in(member, "products", csv_file((*HEADER, "Barcode"), ("A", "Ours", "1", "123")))

    stranger.product.refresh_from_db()
    assert stranger.product.name == "Theirs"
    assert Barcode.objects.for_business(member.business).get().product.name == "Ours"


def test_the_unit_of_stock_that_moved_stays(member: Member) -> None:
    StockedProductFactory(business=member.business, sku="A", name="Ant", price=Decimal(1))

    batch = check(member, "products", csv_file((*HEADER, "Unit"), ("A", "Ant", "1", "kg")))

    assert errors(batch) == [(2, "unit", "The unit cannot change once stock has moved.")]


def test_many_products_that_turn_low_are_told_in_one_email(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[Alert]] = []
    monkeypatch.setattr("alerts.services._tell", lambda alerts, at, **_: told.append(alerts))
    for n in range(3):
        StockedProductFactory(business=member.business, sku=f"P{n}", name="P", price=Decimal(1), on_hand=2)
    rows = [(f"P{n}", "P", "1", "5") for n in range(3)]

    bring_in(member, "products", csv_file((*HEADER, "Reorder point"), *rows))

    assert [len(alerts) for alerts in told] == [3]


def test_products_just_listed_are_not_out_of_stock_yet(member: Member) -> None:
    bring_in(member, "products", csv_file((*HEADER, "Reorder point"), ("A", "Ant", "1", "5")))

    assert not Alert.objects.exists()


def test_what_a_row_says_anew_is_changed_and_the_rest_stays(member: Member) -> None:
    product = ProductFactory(business=member.business, sku="A", name="Ant", price=Decimal(1), reorder_point=3)
    BarcodeFactory(product=product, code="111")
    header = (*HEADER, "Category", "Barcode", "Active")

    batch = bring_in(member, "products", csv_file(header, ("A", "Ant", "1", "Insects", "222", "no")))

    product.refresh_from_db()
    assert batch.counts["changed"] == 1
    assert (product.category.name, product.is_active, product.reorder_point) == ("Insects", False, 3)
    assert set(product.barcodes.values_list("code", flat=True)) == {"111", "222"}
    assert list(Product.objects.matching("222")) == [product]


@pytest.mark.parametrize(
    ("column", "cell", "field"),
    [
        ("Reorder quantity", "0", "reorder_quantity"),
        ("Reorder point", "1.2345", "reorder_point"),
        ("VAT", "101", "tax_rate"),
        ("Cost", "dear", "cost"),
        ("Active", "perhaps", "is_active"),
        ("Category", "C" * 121, "category"),
        ("Barcode", "5" * 65, "barcodes"),
    ],
)
def test_every_column_says_what_is_wrong_with_it(member: Member, column: str, cell: str, field: str) -> None:
    batch = check(member, "products", csv_file((*HEADER, column), ("A", "Ant", "1", cell)))

    assert [(row, named) for row, named, _ in errors(batch)] == [(2, field)]


@pytest.mark.parametrize("value", ["Default", "O'Brien", "100 %", "x'; DROP TABLE inventory_product; --", "=1+1", "日本語"])
def test_values_come_in_as_they_are(member: Member, value: str) -> None:
    bring_in(member, "products", csv_file((*HEADER, "Category"), (value, value, "1", value)))

    product = Product.objects.get()
    assert (product.sku, product.name, product.category.name) == (value, value, value)
