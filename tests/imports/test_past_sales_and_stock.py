"""Sales made elsewhere move stock only where it is asked for."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Business, Kind, Member
from accounts.permissions import Role
from imports import desk
from imports.models import ImportBatch
from imports.registry import UnknownKind
from inventory.models import Product, StockLevel, StockMovement
from inventory.services.back_dating import NegativeLater
from inventory.services.proof import prove_ledger
from inventory.services.stock import StockLine, receive_stock, take_stock
from inventory.services.stocktake import Counted, add_counts, approve_stocktake, start_stocktake
from inventory.shelves import ProductRef
from sales.models import SaleKind
from sales.services.history import PastLine, PastSale, record_history
from tests.factories import NOW, BusinessFactory, MemberFactory, StockedProductFactory, on_hand
from tests.imports.helpers import check, csv_file, errors

pytestmark = pytest.mark.django_db
HEADER = ("Receipt number", "Date", "SKU", "Product name", "Quantity", "Unit price")


def sold(*rows: tuple[object, ...]) -> io.BytesIO:
    return csv_file(HEADER, *rows)


def stocked(member: Member, quantity: int) -> Product:
    """Received in February, before any of the receipts here."""
    mug = StockedProductFactory(business=member.business, name="Mug", sku="MUG", on_hand=0)
    line = StockLine(ProductRef(product=mug.pk), Decimal(quantity), unit_cost=Decimal(2))
    receive_stock(by=member, lines=[line], at=NOW, occurred_at=NOW - timedelta(days=20))
    return mug


def bring_in_with_stock(by: Member, source: io.BytesIO) -> ImportBatch:
    batch = check(by, "sales", source, move_stock=True, partial=True)
    return desk.commit(batch=batch, by=by, at=NOW, partial=True)


def test_stock_moves_where_it_is_asked_for(member: Member) -> None:
    mug = stocked(member, 10)
    rows = [("R1", "2026-03-01 09:00", "MUG", "Mug", 3, "4.50"), ("R2", "2026-03-02 09:00", "MUG", "Mug", -1, "4.50")]

    bring_in_with_stock(member, sold(*rows))
    bring_in_with_stock(member, sold(*rows))

    assert on_hand(mug) == 8
    moves = StockMovement.objects.filter(product=mug).exclude(kind="received").order_by("pk")
    assert [(move.kind, move.quantity, move.document) for move in moves] == [("sold", -3, "R1"), ("returned", 1, "R2")]
    assert moves[0].occurred_at == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert not prove_ledger(business=member.business, at=NOW)


def test_a_receipt_that_has_gained_a_line_moves_that_line_only(member: Member) -> None:
    mug = stocked(member, 10)
    first = ("R1", "2026-03-01 09:00", "MUG", "Mug", 3, "4.50")
    bring_in_with_stock(member, sold(first))

    bring_in_with_stock(member, sold(first, ("R1", "2026-03-01 09:00", "MUG", "Mug", 1, "4.50")))

    assert on_hand(mug) == 6


def test_a_receipt_that_takes_more_than_there_is_is_refused(member: Member) -> None:
    mug = stocked(member, 4)
    rows = [(f"R{n}", "2026-03-01 09:00", "MUG", "Mug", 3, "4.50") for n in range(2)]

    checked = check(member, "sales", sold(*rows), move_stock=True)
    done = bring_in_with_stock(member, sold(*rows))

    sentence = "MUG: on 1 March 2026 there would have been -2 at Shop floor."
    assert errors(checked) == errors(done) == [(3, "quantity", sentence)]
    assert on_hand(mug) == 1


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        ("2026-02-01", "MUG: on 1 February 2026 there would have been -2 at Shop floor."),  # before anything came
        ("2026-02-20", "MUG: on 26 February 2026 there would have been -1 at Shop floor."),  # all were taken then
        ("2026-03-01", ""),  # eight more had come
    ],
)
def test_what_was_not_there_then_or_is_needed_later_is_refused(member: Member, on: str, sentence: str) -> None:
    mug = stocked(member, 4)
    line = StockLine(ProductRef(product=mug.pk), Decimal(3))
    take_stock(by=member, lines=[line], reason="Broken", at=NOW, occurred_at=NOW - timedelta(days=6))
    receive_stock(by=member, lines=[replace(line, quantity=Decimal(8))], at=NOW, occurred_at=NOW - timedelta(days=5))

    batch = bring_in_with_stock(member, sold(("R1", f"{on} 09:00", "MUG", "Mug", 2, "4.50")))

    assert errors(batch) == ([(2, "quantity", sentence)] if sentence else [])
    assert on_hand(mug) == (9 if sentence else 7)


def test_a_later_count_covers_what_a_past_sale_took(member: Member) -> None:
    mug = stocked(member, 4)
    count = start_stocktake(by=member, at=NOW - timedelta(days=2))
    add_counts(stocktake=count, by=member, counts=[Counted(ProductRef(product=mug.pk), Decimal(1))], at=NOW - timedelta(days=2))
    approve_stocktake(stocktake=count, by=member, at=NOW)

    batch = bring_in_with_stock(member, sold(("R1", "2026-02-20 09:00", "MUG", "Mug", 4, "4.50")))

    assert errors(batch) == []
    assert on_hand(mug) == 1
    assert not prove_ledger(business=member.business, at=NOW)


def test_what_is_promised_is_not_sold_by_history(member: Member) -> None:
    mug = stocked(member, 4)
    StockLevel.objects.filter(product=mug).update(committed=3)

    batch = bring_in_with_stock(member, sold(("R1", "2026-03-01 09:00", "MUG", "Mug", 2, "4.50")))

    assert errors(batch) == [(2, "quantity", "MUG: only 1 left, and the receipt takes 2.")]


def test_no_stock_moves_in_closed_books(member: Member) -> None:
    mug = stocked(member, 4)
    Business.objects.filter(pk=member.business.pk).update(closed_until=NOW.date() - timedelta(days=2))

    batch = bring_in_with_stock(member, sold(("R1", "2026-03-01 09:00", "MUG", "Mug", 2, "4.50")))

    assert errors(batch) == [(2, "quantity", "The books are closed up to 2 March 2026.")]
    assert on_hand(mug) == 4


def test_what_changed_between_check_and_import_is_seen_by_the_import(member: Member) -> None:
    mug = stocked(member, 4)
    past = PastSale("R1", SaleKind.SALE, NOW - timedelta(days=1), (PastLine("MUG", "Mug", Decimal(5), Decimal("4.50")),))

    with pytest.raises(NegativeLater, match="on 3 March 2026 there would have been -1"):
        record_history(by=member, source="import:sales", sales=[past], at=NOW, move_stock=True)

    assert on_hand(mug) == 4


def test_stock_may_fall_below_zero_where_the_shop_lets_it(member: Member) -> None:
    mug = stocked(member, 4)
    member.business.allow_negative_stock = True
    member.business.save()

    bring_in_with_stock(member, sold(("R1", "2026-03-01 09:00", "MUG", "Mug", 6, "4.50")))

    assert on_hand(mug) == -2


def test_a_personal_book_imports_no_sales() -> None:
    book = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role=Role.OWNER)

    with pytest.raises(UnknownKind, match="A personal book has no sales"):
        check(book, "sales", sold(("R1", "2026-03-01", "MUG", "Mug", 1, "4.50")))
