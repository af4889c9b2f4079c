"""An import may stop at any moment; taken up again, it ends as if it had not."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Member
from accounts.permissions import Role
from audit.models import AuditEntry
from common.db import unit_of_work
from imports import desk, tasks
from imports.models import ImportBatch, ImportIssue, ImportState
from imports.services import claim, documents, work
from imports.services.decide import HasErrors, NotNow, OneAtATime, TooManyAtOnce, begin_commit, cancel_import
from inventory.models import Product
from inventory.services.catalogue import create_product
from sales.models import Payment, SaleLine
from tests.factories import NOW, MemberFactory
from tests.imports.helpers import check, csv_file

pytestmark = pytest.mark.django_db
PRODUCTS = ("SKU", "Name", "Price", "Barcode")
SALES = ("Receipt number", "Date", "SKU", "Product name", "Quantity", "Unit price")


class Killed(BaseException):
    """What kill -9 is to a process."""


def clock():
    return NOW


def run(batch: ImportBatch, *, dies_after: int | None = None) -> None:
    """Work on a batch; with `dies_after`, as a worker that is killed after so many chunks."""
    left = dies_after

    def tell(_: ImportBatch) -> None:
        nonlocal left
        if left is not None:
            left -= 1
            if left <= 0:
                raise Killed

    try:
        work.work(batch_id=batch.pk, clock=clock, take_over=True, tell=tell)
    except Killed:
        return


def committing(by: Member, kind: str, rows: list[tuple[object, ...]], *, partial: bool = True) -> ImportBatch:
    batch = check(by, kind, csv_file(*rows), partial=partial)
    return begin_commit(batch=batch, by=by, at=NOW, partial=partial)


def books(by: Member) -> object:
    lines = SaleLine.objects.filter(sale__business=by.business)
    payments = Payment.objects.filter(sale__business=by.business)
    return (
        Counter(lines.values_list("sale__number", "sale__kind", "product__sku", "quantity", "total", "description")),
        Counter(payments.values_list("sale__number", "amount")),
        sorted(Product.objects.filter(business=by.business).values_list("sku", "name", "price")),
        sorted(ImportIssue.objects.filter(batch__business=by.business).values_list("row", "field", "message")),
    )


cells = st.tuples(
    st.sampled_from(["R1", "R2", "R3", "R4", "R5", ""]),
    st.sampled_from(["2026-03-01", "2026-03-01 09:15", "never"]),
    st.sampled_from(["A", "B", "Default", "O'Brien", "100 %"]),
    st.sampled_from(["Ant", "Bee", ""]),
    st.sampled_from(["1", "2", "-1", "0.5", "0", "x"]),
    st.sampled_from(["0", "0.99", "12.50", "-1", ""]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(cells, min_size=1, max_size=25), stops=st.lists(st.integers(1, 4), max_size=3))
def test_any_file_of_sales_stopped_anywhere_ends_as_in_one_go(
    db: None, monkeypatch: pytest.MonkeyPatch, rows: list[tuple[object, ...]], stops: list[int]
) -> None:
    monkeypatch.setattr(documents, "CHUNK_DOCUMENTS", 1)
    whole, stopped = (MemberFactory(role=Role.OWNER) for _ in range(2))
    one_go, in_parts = (committing(by, "sales", [SALES, *rows]) for by in (whole, stopped))

    run(one_go)
    for after in stops:
        run(in_parts, dies_after=after)
    run(in_parts)

    one_go.refresh_from_db()
    in_parts.refresh_from_db()
    assert books(stopped) == books(whole)
    assert (in_parts.state, in_parts.counts, in_parts.tally) == (ImportState.DONE, one_go.counts, one_go.tally)
    assert sum(in_parts.counts.values()) == in_parts.total_rows
    before = books(stopped)[:3]
    again = committing(stopped, "sales", [SALES, *rows])
    run(again)
    again.refresh_from_db()
    assert (again.new_rows, again.changed_rows) == (0, 0)
    assert books(stopped)[:3] == before


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "CHUNK_DOCUMENTS", 2)


def catalogue(count: int) -> list[tuple[object, ...]]:
    return [PRODUCTS, *((f"P{n}", "Thing", "1.00", "") for n in range(count))]


def test_each_chunk_is_kept_when_the_worker_dies(member: Member, small_chunks: None) -> None:
    batch = committing(member, "products", catalogue(7))

    run(batch, dies_after=2)
    batch.refresh_from_db()
    assert (Product.objects.count(), batch.done_rows, batch.state) == (4, 4, ImportState.COMMITTING)

    run(batch)
    batch.refresh_from_db()
    assert (Product.objects.count(), batch.state, batch.counts["new"]) == (7, ImportState.DONE, 7)
    assert AuditEntry.objects.filter(action="product created").count() == 7


def test_all_or_nothing_is_nothing_when_the_worker_dies(
    member: Member, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = committing(member, "products", catalogue(7), partial=False)
    noted = work._note
    calls = []

    def note(*args: object) -> None:
        calls.append(args)
        if len(calls) == 3:
            raise Killed
        noted(*args)

    monkeypatch.setattr(work, "_note", note)
    run(batch)
    assert not Product.objects.exists()

    monkeypatch.undo()
    run(batch)
    assert Product.objects.count() == 7


def test_what_changed_since_the_check_takes_all_of_it_back(member: Member, small_chunks: None) -> None:
    rows = [PRODUCTS, *((f"P{n}", "Thing", "1.00", f"50{n}") for n in range(7))]
    batch = committing(member, "products", rows, partial=False)
    create_product(by=member, values={"sku": "X", "name": "Other", "price": Decimal(1)}, at=NOW, barcodes=["506"])

    run(batch)

    batch.refresh_from_db()
    assert batch.state == ImportState.READY
    assert "nothing was imported" in batch.message
    assert list(batch.issues.values_list("row", "message")) == [(8, "Barcode 506 belongs to Other.")]
    assert list(Product.objects.values_list("sku", flat=True)) == ["X"]


def test_a_worker_that_lost_its_claim_writes_nothing_more(member: Member, small_chunks: None) -> None:
    batch = committing(member, "products", catalogue(7))

    def robbed(_: ImportBatch) -> None:
        claim.take(batch_id=batch.pk, at=NOW, take_over=True)

    work.work(batch_id=batch.pk, clock=clock, take_over=True, tell=robbed)

    batch.refresh_from_db()
    assert (Product.objects.count(), batch.done_rows, batch.state) == (2, 2, ImportState.COMMITTING)


def test_a_batch_with_a_worker_is_not_given_to_another(member: Member) -> None:
    batch = committing(member, "products", catalogue(1))

    assert claim.take(batch_id=batch.pk, at=NOW)
    assert claim.take(batch_id=batch.pk, at=NOW) is None
    assert claim.take(batch_id=batch.pk, at=NOW + claim.LEASE) is not None


def test_the_sweep_takes_up_what_has_no_worker_any_more(member: Member, small_chunks: None, frozen_time) -> None:
    batch = committing(member, "products", catalogue(5))
    run(batch, dies_after=1)

    tasks.resume_stalled()
    assert Product.objects.count() == 2
    frozen_time.shift(claim.LEASE + timedelta(seconds=1))
    tasks.resume_stalled()

    assert Product.objects.count() == 5


def test_a_batch_that_stops_again_and_again_is_given_up_and_can_be_resumed(member: Member) -> None:
    batch = committing(member, "products", catalogue(1))
    at = NOW
    for _ in range(claim.MOST_ATTEMPTS):
        assert claim.take(batch_id=batch.pk, at=at)
        at += claim.LEASE

    assert claim.take(batch_id=batch.pk, at=at) is None
    batch.refresh_from_db()
    assert (batch.state, batch.message) == (ImportState.FAILED, claim.GIVEN_UP)

    desk.resume(batch=batch, by=member, at=NOW)
    assert Product.objects.count() == 1


def test_a_large_file_is_left_to_the_workers(
    member: Member, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
) -> None:
    monkeypatch.setattr(desk, "FEW_ROWS", 3)
    with django_capture_on_commit_callbacks() as callbacks:
        batch = check(member, "products", csv_file(*catalogue(4)))
    assert batch.state == ImportState.CHECKING

    for callback in callbacks:
        callback()

    batch.refresh_from_db()
    assert batch.state == ImportState.READY


def test_a_partial_import_can_be_stopped_and_says_what_went_in(member: Member, small_chunks: None) -> None:
    batch = committing(member, "products", catalogue(7))
    run(batch, dies_after=2)

    batch.refresh_from_db()
    cancel_import(batch=batch, by=member, at=NOW)

    assert batch.message == "Stopped after 4 of 7 rows; those that went in stay."
    run(batch)
    assert Product.objects.count() == 4


def test_a_commit_asked_twice_runs_once(member: Member) -> None:
    batch = check(member, "products", csv_file(*catalogue(2)))

    desk.commit(batch=batch, by=member, at=NOW)
    desk.commit(batch=batch, by=member, at=NOW)

    assert AuditEntry.objects.filter(action="import done").count() == 1


def test_errors_stop_a_whole_import(member: Member) -> None:
    batch = check(member, "products", csv_file(PRODUCTS, ("P", "Thing", "dear", "")))

    with pytest.raises(HasErrors, match="1 row has an error, so nothing was imported"):
        begin_commit(batch=batch, by=member, at=NOW)


def test_more_rows_than_fit_one_transaction_go_in_part_by_part_only(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imports.models.MOST_AT_ONCE", 1)
    batch = check(member, "products", csv_file(*catalogue(2)))

    with pytest.raises(TooManyAtOnce):
        begin_commit(batch=batch, by=member, at=NOW)
    begin_commit(batch=batch, by=member, at=NOW, partial=True)


def test_two_imports_of_a_kind_do_not_run_at_once(member: Member) -> None:
    committing(member, "products", catalogue(1))
    second = check(member, "products", csv_file(*catalogue(1)))

    with pytest.raises(OneAtATime):
        begin_commit(batch=second, by=member, at=NOW, partial=True)


def test_a_finished_import_is_not_checked_cancelled_or_resumed(member: Member) -> None:
    batch = committing(member, "products", catalogue(1))
    run(batch)

    with pytest.raises(NotNow):
        desk.check(batch=batch, by=member, at=NOW)
    with pytest.raises(NotNow):
        cancel_import(batch=batch, by=member, at=NOW)
    with pytest.raises(NotNow):
        desk.resume(batch=batch, by=member, at=NOW)


@pytest.mark.django_db(transaction=True)  # a savepoint less: Derby has one at a time
def test_a_chunk_that_meets_a_conflict_leaves_nothing_of_itself_in_the_transaction_around_it(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = committing(member, "products", [PRODUCTS, ("A", "Ant", "1", "")])

    def conflict(*_: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(work, "_note", conflict)
    with unit_of_work(), suppress(IntegrityError):
        run(batch)

    assert not Product.objects.exists()
