"""Sales made elsewhere move stock only where it is asked for."""

import io
from datetime import UTC, datetime

import pytest

from accounts.models import Kind, Member
from accounts.permissions import Role
from imports import desk
from imports.models import ImportBatch
from imports.registry import UnknownKind
from inventory.models import StockMovement
from inventory.services.proof import prove_ledger
from tests.factories import NOW, BusinessFactory, MemberFactory, StockedProductFactory, on_hand
from tests.imports.helpers import check, csv_file, errors

pytestmark = pytest.mark.django_db
HEADER = ("Receipt number", "Date", "SKU", "Product name", "Quantity", "Unit price")


def sold(*rows: tuple[object, ...]) -> io.BytesIO:
    return csv_file(HEADER, *rows)


def bring_in_with_stock(by: Member, source: io.BytesIO) -> ImportBatch:
    batch = check(by, "sales", source, move_stock=True, partial=True)
    return desk.commit(batch=batch, by=by, at=NOW, partial=True)


def test_stock_moves_where_it_is_asked_for(member: Member) -> None:
    mug = StockedProductFactory(business=member.business, sku="MUG", on_hand=10)
    rows = [("R1", "2026-03-01 09:00", "MUG", "Mug", 3, "4.50"), ("R2", "2026-03-02 09:00", "MUG", "Mug", -1, "4.50")]

    bring_in_with_stock(member, sold(*rows))
    bring_in_with_stock(member, sold(*rows))

    assert on_hand(mug) == 8
    moves = StockMovement.objects.filter(product=mug).exclude(kind="received").order_by("pk")
    assert [(move.kind, move.quantity, move.document) for move in moves] == [("sold", -3, "R1"), ("returned", 1, "R2")]
    assert moves[0].occurred_at == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert not prove_ledger(business=member.business, at=NOW)


def test_a_receipt_that_has_gained_a_line_moves_that_line_only(member: Member) -> None:
    mug = StockedProductFactory(business=member.business, sku="MUG", on_hand=10)
    first = ("R1", "2026-03-01 09:00", "MUG", "Mug", 3, "4.50")
    bring_in_with_stock(member, sold(first))

    bring_in_with_stock(member, sold(first, ("R1", "2026-03-01 09:00", "MUG", "Mug", 1, "4.50")))

    assert on_hand(mug) == 6


def test_a_receipt_that_takes_more_than_there_is_is_refused(member: Member) -> None:
    mug = StockedProductFactory(business=member.business, sku="MUG", on_hand=4)
    rows = [(f"R{n}", "2026-03-01 09:00", "MUG", "Mug", 3, "4.50") for n in range(2)]

    checked = check(member, "sales", sold(*rows), move_stock=True)
    done = bring_in_with_stock(member, sold(*rows))

    sentence = "MUG: only 1 left, and the receipt takes 3."
    assert errors(checked) == errors(done) == [(3, "quantity", sentence)]
    assert on_hand(mug) == 1


def test_stock_may_fall_below_zero_where_the_shop_lets_it(member: Member) -> None:
    mug = StockedProductFactory(business=member.business, sku="MUG", on_hand=4)
    member.business.allow_negative_stock = True
    member.business.save()

    bring_in_with_stock(member, sold(("R1", "2026-03-01 09:00", "MUG", "Mug", 6, "4.50")))

    assert on_hand(mug) == -2


def test_a_personal_book_imports_no_sales() -> None:
    book = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role=Role.OWNER)

    with pytest.raises(UnknownKind, match="A personal book has no sales"):
        check(book, "sales", sold(("R1", "2026-03-01", "MUG", "Mug", 1, "4.50")))
