"""Sales made elsewhere come in as history."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Business, Member
from alerts.models import Alert
from inventory.models import Product, StockMovement
from inventory.services.watch import check_business
from sales.models import Customer, Payment, Sale, SaleKind, SaleLine
from tests.factories import NOW, ProductFactory
from tests.imports.helpers import bring_in, check, csv_file, errors

pytestmark = pytest.mark.django_db
HEADER = ("Receipt number", "Date", "SKU", "Product name", "Quantity", "Unit price")


def test_each_receipt_becomes_one_sale_with_its_lines(member: Member) -> None:
    source = csv_file(
        HEADER, ("R1", "2026-03-01 09:30", "MUG", "Mug", 2, "4.50"), ("R1", "2026-03-01 09:30", "TEA", "Tea", 1, "3.20")
    )

    batch = bring_in(member, "sales", source)

    sale = Sale.objects.get()
    assert batch.counts == {"new": 2, "changed": 0, "unchanged": 0, "error": 0}
    assert (sale.number, sale.source, sale.kind, sale.total, sale.paid) == (
        "R1",
        "import:sales",
        SaleKind.SALE,
        Decimal("12.20"),
        Decimal("12.20"),
    )
    assert list(sale.lines.order_by("pk").values_list("product__sku", "quantity", "total")) == [
        ("MUG", 2, Decimal("9.00")),
        ("TEA", 1, Decimal("3.20")),
    ]
    assert Payment.objects.get().amount == Decimal("12.20")


def test_the_clock_of_the_file_is_the_shops(member: Member) -> None:
    bring_in(member, "sales", csv_file(HEADER, ("R1", "31/07/2025 00:30", "MUG", "Mug", 1, "4.50")))

    sale = Sale.objects.get()
    assert sale.sold_at == datetime(2025, 7, 30, 23, 30, tzinfo=UTC)
    assert sale.sold_on == date(2025, 7, 31)


def test_missing_products_are_created_and_no_stock_moves(member: Member) -> None:
    known = ProductFactory(business=member.business, sku="MUG", name="My mug", price=Decimal("9.99"))

    bring_in(
        member,
        "sales",
        csv_file(HEADER, ("R1", "2026-03-01", "MUG", "Mug", 2, "4.50"), ("R1", "2026-03-01", "TEA", "Tea", 1, "3.20")),
    )

    tea = Product.objects.get(sku="TEA")
    known.refresh_from_db()
    assert (tea.name, tea.price, tea.is_active) == ("Tea", Decimal("3.20"), True)
    assert (known.name, known.price) == ("My mug", Decimal("9.99"))
    assert not StockMovement.objects.exists()


def test_products_that_only_history_knows_raise_no_alert(member: Member) -> None:
    bring_in(member, "sales", csv_file(HEADER, ("R1", "2026-03-01", "MUG", "Mug", 2, "4.50")))

    check_business(business=member.business, at=NOW)

    assert not Alert.objects.exists()


def test_the_same_file_twice_changes_nothing(member: Member) -> None:
    rows = (HEADER, ("R1", "2026-03-01", "MUG", "Mug", 2, "4.50"), ("R1", "2026-03-01", "MUG", "Mug", 2, "4.50"))
    bring_in(member, "sales", csv_file(*rows))

    again = bring_in(member, "sales", csv_file(*rows))

    assert again.counts == {"new": 0, "changed": 0, "unchanged": 2, "error": 0}
    assert (Sale.objects.count(), SaleLine.objects.count(), Payment.objects.count()) == (1, 2, 1)


def test_a_receipt_that_has_gained_a_line_is_completed(member: Member) -> None:
    first = ("R1", "2026-03-01", "MUG", "Mug", 2, "4.50")
    bring_in(member, "sales", csv_file(HEADER, first))

    batch = bring_in(member, "sales", csv_file(HEADER, first, ("R1", "2026-03-01", "TEA", "Tea", 1, "3.20")))

    assert batch.counts == {"new": 0, "changed": 1, "unchanged": 1, "error": 0}
    assert Sale.objects.get().total == Decimal("12.20")
    assert sum(Payment.objects.values_list("amount", flat=True)) == Decimal("12.20")


def test_a_receipt_that_has_gained_a_line_keeps_the_tax_settings_of_its_day(member: Member) -> None:
    Business.objects.update(default_tax_rate=20)
    first = ("R1", "2026-03-01", "MUG", "Mug", 2, "4.50")
    bring_in(member, "sales", csv_file(HEADER, first))
    Business.objects.update(prices_include_tax=False)

    later = Member.objects.get(pk=member.pk)
    bring_in(later, "sales", csv_file(HEADER, first, ("R1", "2026-03-01", "TEA", "Tea", 1, "3.20")))

    sale = Sale.objects.get()
    assert (sale.prices_include_tax, sale.total) == (True, Decimal("12.20"))


def test_a_receipt_that_says_otherwise_now_is_refused(member: Member) -> None:
    bring_in(member, "sales", csv_file(HEADER, ("R1", "2026-03-01", "MUG", "Mug", 2, "4.50")))

    batch = check(member, "sales", csv_file(HEADER, ("R1", "2026-03-01", "MUG", "Mug", 3, "4.50")))

    assert batch.counts["error"] == 1
    assert "imported before with other lines" in errors(batch)[0][2]


def test_rows_of_one_receipt_are_one_sale_wherever_they_stand(member: Member) -> None:
    one, other = ("R1", "2026-03-01", "MUG", "Mug", 1, "4.50"), ("R2", "2026-03-01", "MUG", "Mug", 1, "4.50")

    bring_in(member, "sales", csv_file(HEADER, one, other, one))

    assert dict(Sale.objects.values_list("number", "total")) == {"R1": Decimal("9.00"), "R2": Decimal("4.50")}


def test_a_receipt_of_returns_only_is_a_refund(member: Member) -> None:
    bring_in(member, "sales", csv_file(HEADER, ("R1", "2026-03-01", "MUG", "Mug", -2, "4.50")))

    sale = Sale.objects.get()
    assert (sale.kind, sale.total, sale.refund_of) == (SaleKind.REFUND, Decimal("-9.00"), None)


@pytest.mark.parametrize(
    ("row", "field", "sentence"),
    [
        (("R1", "2026-03-01", "MUG", "Mug", "two", "4.50"), "quantity", "“two” is not a number."),
        (("R1", "2026-03-01", "MUG", "Mug", "0", "4.50"), "quantity", "The quantity is 0: nothing was sold."),
        (
            ("R1", "yesterday", "MUG", "Mug", "1", "4.50"),
            "sold_at",
            "“yesterday” is not a date. Write it as 2026-03-31 or 2026-03-31 14:05.",
        ),
        (("R1", "2027-03-01", "MUG", "Mug", "1", "4.50"), "sold_at", "This date lies in the future."),
        (("R1", "2026-03-01", "MUG", "Mug", "1", "4.505"), "unit_price", "An amount in GBP has at most 2 decimal places."),
        (
            ("R1", "2026-03-01", "MUG", "Mug", "1", "-4.50"),
            "unit_price",
            "The price is negative: a correction in the books, not a sale.",
        ),
        (("R1", "2026-03-01", "MUG", "Mug", "9" * 35, "4.50"), "quantity", f"“{'9' * 35}” is larger than can be kept."),
        (
            ("R1", "2026-03-01", "MUG", "Mug", "0.0001", "4.50"),
            "quantity",
            "A quantity has at most three decimal places and is at most 999,999,999.",
        ),
        (
            ("R1", "2026-03-01", "MUG", "Mug", "999999999", "999999999"),
            "unit_price",
            "The line comes to more than 99,999,999,999.",
        ),
        (("R" * 41, "2026-03-01", "MUG", "Mug", "1", "4.50"), "number", f"“{'R' * 40}…” is longer than 40 characters."),
        (("R1", "2026-03-01", "", "", "1", "4.50"), "sku", "The row names no product: it has neither SKU nor name."),
        (("", "2026-03-01", "MUG", "Mug", "1", "4.50"), "number", "The receipt has no number."),
    ],
)
def test_a_bad_row_is_named_with_its_field_and_reason(member: Member, row: tuple[str, ...], field: str, sentence: str) -> None:
    batch = check(member, "sales", csv_file(HEADER, ("R0", "2026-03-01", "TEA", "Tea", 1, "3.20"), row))

    assert errors(batch) == [(3, field, sentence)]
    assert batch.counts == {"new": 1, "changed": 0, "unchanged": 0, "error": 1}


def test_a_receipt_with_a_bad_row_is_left_out_whole(member: Member) -> None:
    source = csv_file(
        HEADER,
        ("R1", "2026-03-01", "MUG", "Mug", 1, "4.50"),
        ("R1", "2026-03-01", "TEA", "Tea", "one", "3.20"),
        ("R2", "2026-03-01", "MUG", "Mug", 1, "4.50"),
    )

    batch = bring_in(member, "sales", source, partial=True)

    assert list(Sale.objects.values_list("number", flat=True)) == ["R2"]
    assert [row for row, _, _ in errors(batch)] == [2, 3]
    assert "Another row of the same receipt" in errors(batch)[0][2]


def test_a_receipt_number_used_on_two_days_is_refused(member: Member) -> None:
    source = csv_file(HEADER, ("1", "2026-03-01", "MUG", "Mug", 1, "4.50"), ("1", "2026-03-02", "TEA", "Tea", 1, "3.20"))

    assert errors(check(member, "sales", source)) == [(3, "sold_at", "Receipt 1 has lines of different days.")]


def test_customers_are_created_once(member: Member) -> None:
    header = (*HEADER, "Customer number", "Customer")
    rows = [(f"R{n}", "2026-03-01", "MUG", "Mug", 1, "4.50", "C7", "Ada Ltd") for n in range(3)]

    bring_in(member, "sales", csv_file(header, *rows))

    assert [(c.reference, c.name) for c in Customer.objects.all()] == [("C7", "Ada Ltd")]
    assert Sale.objects.filter(customer__reference="C7").count() == 3


def test_a_product_may_be_named_instead_of_its_sku(member: Member) -> None:
    ProductFactory(business=member.business, sku="MUG-1", name="Blue mug")
    header = ("Receipt number", "Date", "Product name", "Quantity", "Unit price")

    bring_in(
        member, "sales", csv_file(header, ("R1", "2026-03-01", "Blue mug", 1, "4.50"), ("R1", "2026-03-01", "Red mug", 1, "4.50"))
    )

    assert set(SaleLine.objects.values_list("product__sku", flat=True)) == {"MUG-1", "Red mug"}


def test_checking_many_products_of_history_costs_the_same(member: Member, django_assert_max_num_queries: Any) -> None:
    bring_in(member, "sales", csv_file(HEADER, *((f"R{n}", "2026-03-01", f"P{n}", "P", 1, "1") for n in range(30))))

    with django_assert_max_num_queries(8):
        check_business(business=member.business, at=NOW)


def sold(*rows: tuple[object, ...]) -> io.BytesIO:
    return csv_file(HEADER, *rows)


WITH_TERMS = (*HEADER, "Discount", "VAT")


def test_a_discount_is_off_the_line_whichever_way_the_money_goes(member: Member) -> None:
    rows = [
        ("R1", "2026-03-01", "MUG", "Mug", 2, "5.00", "1.00", "20"),
        ("R2", "2026-03-01", "MUG", "Mug", -2, "5.00", "1.00", "20"),
    ]

    bring_in(member, "sales", csv_file(WITH_TERMS, *rows))

    assert dict(Sale.objects.values_list("number", "total")) == {"R1": Decimal("9.00"), "R2": Decimal("-9.00")}
    assert Sale.objects.get(number="R1").tax == Decimal("1.50")


@pytest.mark.parametrize(
    ("discount", "rate", "field"),
    [("11", "20", "discount"), ("-1", "20", "discount"), ("1", "101", "tax_rate"), ("1", "-1", "tax_rate")],
)
def test_a_discount_or_rate_out_of_bounds_is_refused(member: Member, discount: str, rate: str, field: str) -> None:
    batch = check(member, "sales", csv_file(WITH_TERMS, ("R1", "2026-03-01", "MUG", "Mug", 2, "5.00", discount, rate)))

    assert [(row, named) for row, named, _ in errors(batch)] == [(2, field)]


def test_the_parts_of_every_imported_sale_add_up_in_a_shop_whose_prices_hold_no_tax(member: Member) -> None:
    member.business.prices_include_tax = False
    member.business.tax_rounding = "document"
    member.business.save()
    rows = [("R1", "2026-03-01", f"P{n}", "P", 3, "0.33", "", "7.5") for n in range(5)]

    bring_in(member, "sales", csv_file(WITH_TERMS, *rows))

    sale = Sale.objects.get()
    lines = list(sale.lines.all())
    assert (sale.subtotal, sale.tax) == (Decimal("4.95"), Decimal("0.37"))
    assert sum(line.tax for line in lines) == sale.tax
    assert sum(line.total for line in lines) == sale.total == sale.subtotal + sale.tax


def test_a_receipt_that_was_refunded_here_is_not_rewritten(member: Member) -> None:
    first = ("R1", "2026-03-01", "MUG", "Mug", 2, "4.50")
    bring_in(member, "sales", sold(first))
    SaleLine.objects.update(refunded_quantity=1)

    batch = check(member, "sales", sold(first, ("R1", "2026-03-01", "TEA", "Tea", 1, "3.20")))

    assert batch.counts["error"] == 2


def test_sales_of_one_day_stand_under_that_day(member: Member) -> None:
    member.business.timezone = "Asia/Tokyo"
    member.business.save()

    bring_in(
        member,
        "sales",
        sold(("R1", "2026-03-01 00:10", "MUG", "Mug", 1, "4.50"), ("R2", "2026-03-01 23:50", "MUG", "Mug", 1, "4.50")),
    )

    assert set(Sale.objects.values_list("sold_on", flat=True)) == {date(2026, 3, 1)}
