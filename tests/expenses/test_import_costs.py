"""A statement of twenty lines costs as many queries as one of a single line, at every step."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from expenses.models import Expense
from imports import desk
from tests.expenses.statements import person
from tests.factories import NOW
from tests.imports.helpers import check, csv_file, start
from tests.people import client_of

pytestmark = pytest.mark.django_db
HEAD = ["Account", "Date", "Amount", "Payee", "Reconciled"]


@pytest.fixture
def me(db):
    return person()


def statement(count, day=1):
    """So many lines that are ticked off, and one that cannot be read."""
    amounts = ["free", *(f"-{day}.{row:02}" for row in range(1, count + 1))]
    return csv_file(HEAD, *[["Bank", f"2026-03-{day:02}", amount, f"Shop {amount}", "x"] for amount in amounts])


def queries(work):
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


def test_checking_costs_the_same(me):
    check(me, "expenses", statement(1))
    one, many = start(me, "expenses", statement(1, 2)), start(me, "expenses", statement(20, 3))

    costs = [queries(lambda batch=batch: desk.check(batch=batch, by=me, at=NOW)) for batch in (one, many)]

    assert costs[0] == costs[1] < 30


def test_letting_it_in_costs_the_same(me):
    desk.commit(batch=check(me, "expenses", statement(1)), by=me, at=NOW, partial=True)
    batches = [check(me, "expenses", statement(count, day)) for count, day in ((1, 2), (20, 3))]

    costs = [queries(lambda batch=batch: desk.commit(batch=batch, by=me, at=NOW, partial=True)) for batch in batches]

    assert Expense.objects.count() == 1 + 1 + 20
    assert costs[0] == costs[1] < 50


def test_the_pages_of_an_import_cost_the_same(me):
    browser = client_of(me)
    batches = [(start(me, "expenses", statement(count)), check(me, "expenses", statement(count, 2))) for count in (1, 20)]
    browser.get("/imports/")

    one, many = [[queries(lambda pk=batch.pk: browser.get(f"/imports/{pk}/")) for batch in pair] for pair in batches]

    assert one == many
    assert max(one) < 8
