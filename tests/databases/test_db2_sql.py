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

from inventory.models import Product
from inventory.services.stock import StockLine, take_stock
from inventory.shelves import ProductRef
from sales.services.basket import BasketLine
from sales.services.sell import record_sale
from tests.databases.db2.memory import Memory
from tests.databases.db2.offline import ALIAS, plugged_in
from tests.factories import StockedProductFactory
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
    try:
        yield lines
    finally:
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
