"""Which column of a file is which of our fields."""

import pytest

from imports import columns
from imports.columns import BadMapping
from imports.registry import UnknownKind, kind_named

PRODUCTS = kind_named("products")


@pytest.mark.parametrize(
    ("header", "mapping"),
    [
        (["SKU", "Name", "Price"], {"sku": "SKU", "name": "Name", "price": "Price"}),
        (["variant_sku", "TITLE", "Variant Price"], {"sku": "variant_sku", "name": "TITLE", "price": "Variant Price"}),
        (["Item", "Code"], {"sku": "Code", "name": "Item"}),
        (["Colour"], {}),
    ],
)
def test_columns_are_found_by_the_names_people_use(header: list[str], mapping: dict[str, str]) -> None:
    assert columns.guessed(kind=PRODUCTS, header=header) == mapping


def test_what_was_chosen_last_goes_before_names() -> None:
    found = columns.guessed(kind=PRODUCTS, header=["Name", "Label"], remembered={"name": "Label", "sku": "Gone"})

    assert found == {"name": "Label"}


def test_a_preset_takes_its_own_columns_only() -> None:
    header = ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country", "Discount"]

    found = columns.guessed(kind=kind_named("sales"), header=header, preset="online-retail")

    assert found["customer_reference"] == "Customer ID"
    assert "discount" not in found


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({"colour": "SKU"}, "There is no field “colour” in products."),
        ({"sku": "Code"}, "The file has no column “Code”."),
        ({"sku": "SKU"}, "The file needs a column for Name, Price. Its columns are: SKU, Name."),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(mapping: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadMapping, match=sentence):
        columns.checked(kind=PRODUCTS, header=["SKU", "Name"], mapping=mapping)


def test_of_sku_and_barcode_one_is_needed() -> None:
    assert columns.lacking(kind=kind_named("stock"), mapping={"quantity": "Qty"}) == "SKU or Barcode"
    assert columns.lacking(kind=kind_named("stock"), mapping={"quantity": "Qty", "barcode": "EAN"}) == ""


def test_a_kind_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(UnknownKind, match=r"“weather” cannot be imported\. Choose one of: .*products, stock, .*sales"):
        kind_named("weather")
