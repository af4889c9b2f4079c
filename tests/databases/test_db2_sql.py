"""The SQL that DB2 gets, kept in `db2_sql/`, so that a change of it is seen in review. `make sql` renews it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.models.sql import compiler as django
from django.utils import timezone

from alerts.queries import get_alerts
from expenses.lists import Wanted, for_rows, get_expenses, get_sums
from expenses.periods import Period
from expenses.queries import get_balances, get_budgets, get_positions
from expenses.services.record.entry import Entry
from expenses.services.record.verbs import record_expense
from inventory.models import Product
from inventory.queries.stock import LevelFilters, MovementFilters, get_levels, get_movements
from inventory.queries.valuation import get_stock_value
from inventory.services.proof import prove_ledger
from inventory.services.stock import StockLine, take_stock
from inventory.shelves import ProductRef
from mail.delivery import offer_due, send
from mail.outbox import queue_rendered
from portal.queries.dashboard import get_dashboard
from portal.reports.kinds import REPORTS, Asked
from sales.queries import SalesFilter, get_sales, get_sales_totals
from sales.services.basket import BasketLine
from sales.services.sell import record_sale
from tests.databases.db2.memory import Memory
from tests.databases.db2.offline import ALIAS, plugged_in
from tests.factories import NOW, StockedProductFactory
from tests.factories.expenses import TODAY, budget, category
from tests.factories.reports import book
from tests.imports.helpers import bring_in, csv_file
from tracker.db2 import literals

KEPT = Path(__file__).parent / "db2_sql"
HINT = "The SQL for DB2 has changed. If that is meant, run `make sql` and commit what it writes."


@pytest.fixture
def offline():
    yield plugged_in("ours").connection
    del connections[ALIAS]


def compared(name: str, lines: list[str]) -> None:
    path, text = KEPT / f"{name}.sql", "".join(f"{line.strip()}\n" for line in lines)
    if os.environ.get("RENEW_SQL"):
        KEPT.mkdir(exist_ok=True)
        path.write_text(text)
    assert path.exists(), HINT
    assert text.splitlines() == path.read_text().splitlines(), HINT


def test_migrations(offline, django_db_blocker):
    with django_db_blocker.unblock():
        sent = migrated(offline)

    for app, lines in sent.items():
        if lines:
            compared(f"migrations_{app}", lines)


def migrated(offline) -> dict[str, list[str]]:
    """What every migration of every app sends to an empty database, by app."""
    loader, memory = MigrationLoader(None), Memory()
    offline.introspection.get_constraints = memory.get_constraints
    state = loader.project_state([])
    sent: dict[str, list[str]] = {config.label: [] for config in apps.get_app_configs()}
    for node in loader.graph.leaf_nodes():
        for label, name in loader.graph.forwards_plan(node):
            heading = f"-- {label} {name}"
            if heading in sent[label]:
                continue
            sent[label].append(heading)
            with offline.schema_editor(collect_sql=True) as editor:
                state = loader.graph.nodes[label, name].apply(state, editor, collect_sql=True)
            for statement in editor.collected_sql:
                memory.learn(statement)
            sent[label] += [line for line in editor.collected_sql if not line.startswith("--")]
    return sent


@contextmanager
def kept(offline) -> Iterator[list[str]]:
    """Every statement that goes to this test's own database, as DB2 would get it. «…» is a value that is written out."""
    lines: list[str] = []
    kinds = (django.SQLCompiler, django.SQLInsertCompiler, django.SQLUpdateCompiler)
    originals = [(kind, vars(kind)["execute_sql"]) for kind in kinds]

    def spying(kind, original):
        def execute_sql(self, *args, **kwargs):
            asks_its_parent = kind is django.SQLCompiler and isinstance(self, django.SQLUpdateCompiler)
            if not asks_its_parent:
                with suppress(EmptyResultSet):  # a question that needs no database
                    lines.extend(as_db2_gets_it(self.query.get_compiler(connection=offline).as_sql()))
            return original(self, *args, **kwargs)

        return execute_sql

    for kind, original in originals:
        kind.execute_sql = spying(kind, original)
    offline.ensure_connection()
    offline.autocommit = False  # as in the transaction that every lock is in
    try:
        yield lines
    finally:
        offline.autocommit = True
        for kind, original in originals:
            kind.execute_sql = original


def as_db2_gets_it(compiled) -> list[str]:
    statements = compiled if isinstance(compiled, list) else [compiled]
    return [shape(sql) for sql, _ in statements if sql]


def shape(sql: str) -> str:
    pieces, untyped = literals._plan(sql)
    places = ["«…»" if each else "?" for each in untyped]
    return "".join(piece + place for piece, place in zip(pieces, [*places, ""], strict=True))


@pytest.mark.django_db
def test_a_sale(offline, member):
    product = StockedProductFactory(business=member.business, on_hand=5)

    with kept(offline) as lines:
        record_sale(by=member, lines=[BasketLine(ref=ProductRef(product=product.pk), quantity=Decimal(1))], at=timezone.now())

    compared("a_sale", lines)


@pytest.mark.django_db
def test_goods_taken_off_the_shelf(offline, member):
    product = StockedProductFactory(business=member.business, on_hand=5)

    with kept(offline) as lines:
        take_stock(by=member, lines=[StockLine(ProductRef(product=product.pk), Decimal(1))], reason="broken", at=timezone.now())

    compared("goods_taken", lines)


@pytest.mark.django_db
def test_the_list_of_products(offline, member):
    products = Product.objects.for_business(member.business).active().with_stock()

    with kept(offline) as lines:
        list(products.matching("mug").order_by("name", "pk")[:50])
        list(products.low().order_by("name", "pk")[:50])

    compared("products", lines)


@pytest.mark.django_db
def test_the_lists_of_a_shop(offline, member):
    business, today = member.business, NOW.date()
    wanted = SalesFilter(first=today, last=today, person=member.pk, method="cash", text="12")
    sales = get_sales(business=business, wanted=wanted)

    with kept(offline) as lines:
        list(sales.order_by("-sold_at", "-pk")[:50])
        get_sales_totals(sales)
        list(get_movements(business=business, filters=MovementFilters(text="mug", kind="sale", first=today)).order_by("-pk")[:50])
        list(
            get_levels(business=business, filters=LevelFilters(text="mug", stock="low"), today=TODAY).order_by("name", "pk")[:50]
        )
        get_stock_value(business=business)
        list(get_alerts(business=business, state="open").order_by("-raised_at", "-pk")[:50])

    compared("lists", lines)


@pytest.mark.django_db
def test_the_dashboard_of_a_shop(offline, member):
    with kept(offline) as lines:
        get_dashboard(member=member, at=NOW, best_of_days=30)

    compared("dashboard", lines)


@pytest.mark.django_db
def test_the_outbox(offline):
    message = queue_rendered(kind="test", to="a@example.com", subject="Low", text="Tea is low.", at=NOW)

    with kept(offline) as lines:
        offer_due(at=NOW, limit=500)
        send(message=message, at=NOW)

    compared("outbox", lines)


@pytest.mark.django_db
def test_the_proof_of_the_ledger(offline, member):
    StockedProductFactory(business=member.business, on_hand=5)

    with kept(offline) as lines:
        prove_ledger(business=member.business, at=NOW)

    compared("proof", lines)


@pytest.mark.django_db
def test_an_expense_its_list_and_its_budget(offline, member):
    business, food = member.business, category(member)
    budget(member, 100, category=food, carries_over=True)
    entry = Entry(TODAY, Decimal("12.50"), food, payee="Café", tags=["team"])
    wanted = Wanted(since=TODAY, until=TODAY, category=food.pk, payee="Café", text="lunch")

    with kept(offline) as lines:
        record_expense(by=member, entry=entry, at=NOW)
        list(for_rows(get_expenses(business, wanted)).order_by("-spent_on", "-pk")[:50])
        get_sums(business, wanted)
        get_positions(business, get_budgets(business), TODAY)
        get_balances(business)

    compared("expenses", lines)


@pytest.mark.django_db
def test_the_reports(offline, owner):
    book(owner)
    budget(owner, 100)

    with kept(offline) as lines:
        for kind in REPORTS.values():
            kind.build(Asked(owner, Period(TODAY.replace(day=1), TODAY), TODAY))

    compared("reports", lines)


@pytest.mark.django_db
def test_an_import(offline, member):
    source = csv_file(("name", "sku", "price"), ("Mug", "MUG", "4.50"), ("Bowl", "BOWL", "6"))

    with kept(offline) as lines:
        bring_in(member, "products", source)

    compared("import", lines)
