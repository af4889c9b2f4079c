"""Whatever windows of a statement are imported, in whatever order, what is posted is their union."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expenses.models import Expense, StatementLine
from imports.models import ImportState
from imports.services import documents
from tests.expenses.statements import lines, person
from tests.factories import NOW
from tests.imports.helpers import check, csv_file
from tests.imports.test_interruptions import committing, run

pytestmark = pytest.mark.django_db
FIRST = date(2026, 3, 1)
HEADER = ("Date", "Amount", "Payee", "Note")
entries = st.tuples(
    st.integers(0, 5).map(lambda days: str(FIRST + timedelta(days=days))),
    st.sampled_from(["-3.20", "-10.00", "25.00", "0.00"]),
    st.sampled_from(["Café", "Shop"]),
    st.sampled_from(["", "card 1"]),
)


def books(by):
    rows = Expense.objects.for_business(by.business).values_list("spent_on", "kind", "amount", "payee__name", "note")
    return Counter((str(day), amount if kind == "income" else -amount, payee, note) for day, kind, amount, payee, note in rows)


def wanted(rows):
    return Counter((day, Decimal(amount), payee, note) for day, amount, payee, note in rows if Decimal(amount))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), rows=st.lists(entries, min_size=1, max_size=14))
def test_any_windows_in_any_order_come_to_their_union(db, data, rows):
    """Per day as many of equal lines as the window has that shows most of them."""
    me, union = person(), Counter()
    rows.sort(key=lambda row: row[0])
    ends = st.tuples(st.integers(0, len(rows) - 1), st.integers(1, len(rows))).filter(lambda pair: pair[0] < pair[1])

    for first, last in data.draw(st.lists(ends, min_size=1, max_size=4)):
        window = rows[first:last]
        lines(me, *window)
        union |= wanted(window)

    assert books(me) == union
    assert StatementLine.objects.for_business(me.business).count() == union.total()
    whole = lines(me, *rows)
    assert books(me) == union | wanted(rows)
    assert lines(me, *rows).new_rows == 0
    assert whole.error_rows == 0


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(entries, min_size=1, max_size=14), stops=st.lists(st.integers(1, 3), max_size=3))
def test_a_statement_stopped_anywhere_ends_as_in_one_go(db, monkeypatch, rows, stops):
    monkeypatch.setattr(documents, "CHUNK_DOCUMENTS", 1)
    whole, stopped = person(), person()
    one_go, in_parts = (committing(by, "bank", [HEADER, *rows]) for by in (whole, stopped))

    run(one_go)
    for after in stops:
        run(in_parts, dies_after=after)
    run(in_parts)

    in_parts.refresh_from_db()
    one_go.refresh_from_db()
    assert books(stopped) == books(whole) == wanted(rows)
    assert (in_parts.state, in_parts.counts) == (ImportState.DONE, one_go.counts)


def test_all_or_nothing_is_nothing_when_the_worker_dies(monkeypatch):
    me = person()
    monkeypatch.setattr(documents, "CHUNK_DOCUMENTS", 1)
    batch = committing(me, "bank", [HEADER, *((str(FIRST + timedelta(days=n)), "-1", "A", "") for n in range(5))], partial=False)

    def dies(**_):
        raise SystemExit

    monkeypatch.setattr("expenses.importers.session.check_business", dies)
    with pytest.raises(SystemExit):
        run(batch)
    assert not Expense.objects.exists()
    monkeypatch.undo()

    run(batch)
    assert Expense.objects.count() == 5


def test_the_dry_run_writes_nothing():
    me = person()

    check(me, "bank", csv_file(HEADER, (NOW.date(), "-1", "A", "")))

    assert not Expense.objects.exists()
    assert not StatementLine.objects.exists()
    assert not me.business.accounts.exists()
