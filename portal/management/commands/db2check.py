import time
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from typing import Any

from django import get_version
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.models import Member
from common.schema import compare
from inventory.models import Product, StockLevel
from portal import db2_probes, db2_race
from sales.models import Sale

HOT: dict[str, Callable[[Member], Any]] = {
    "products": lambda by: list(Product.objects.for_business(by.business).active().with_stock().order_by("name", "pk")[:50]),
    "low stock": lambda by: list(Product.objects.for_business(by.business).low().order_by("name", "pk")[:50]),
    "sales": lambda by: list(Sale.objects.for_business(by.business).order_by("-sold_at", "-pk")[:50]),
}
ROUNDS = 20


class Command(BaseCommand):
    help = "On an empty DB2 schema: migrate, compare, probe, race, time, clean up, and print a report to send us."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--take-from", type=int, help="For the command's own use.")

    def handle(self, *, take_from: int | None, **_: Any) -> None:
        if take_from:
            self.stdout.write(str(db2_race.take_many(take_from)))
            return
        _refuse_all_but_an_empty_db2()
        self.failed = 0
        self.stdout.write(f"# db2check: {_versions()}")
        try:
            self._check()
        finally:
            self._timed("clean up", _drop_everything)
        if self.failed:
            raise CommandError(f"{self.failed} of the checks above failed.")

    def _check(self) -> None:
        self._timed("migrate", lambda: call_command("migrate", verbosity=0, interactive=False))
        excused = getattr(connection, "not_in_derby", ())
        comparison = compare(connection, excused=excused)
        for missing in comparison.missing:
            self._say(ok=False, what=f"missing: {missing}")
        for left_out in [*comparison.left_out, *excused]:
            self.stdout.write(f"note     not kept by this database: {left_out}")
        self._say(ok=not comparison.missing, what=f"schema: {comparison.held} rules of the models are there")
        member = db2_probes.a_shop(get_user_model())
        for probe in db2_probes.PROBES:
            ok, what = db2_probes.ask(probe, member)
            self._say(ok=ok, what=what)
        self._race(member)
        for name, question in HOT.items():
            self._timed(f"{ROUNDS} × {name}", partial(_ask_often, question, member))

    def _race(self, member: Member) -> None:
        shelf = db2_probes.a_shelf(member, 60)
        taken = db2_race.race(shelf.pk)
        left = StockLevel.objects.get(pk=shelf.pk).on_hand
        self._say(ok=sum(taken) == 60 and left == 0, what=f"race: two processes took {taken} of 60, {left:f} left")

    def _timed(self, what: str, work: Callable[[], Any]) -> None:
        began = time.monotonic()
        work()
        self.stdout.write(f"time     {what}: {time.monotonic() - began:.2f} s")

    def _say(self, *, ok: bool, what: str) -> None:
        self.failed += not ok
        self.stdout.write(f"{'ok' if ok else 'FAILED':8} {what}")


def _ask_often(question: Callable[[Member], Any], member: Member) -> None:
    for _ in range(ROUNDS):
        question(member)


def _refuse_all_but_an_empty_db2() -> None:
    if connection.vendor != "DB2":
        raise CommandError("DATABASE_URL does not name a DB2 database. It begins with db2:// (see docs/db2.md).")
    if tables := connection.introspection.table_names():
        raise CommandError(
            f"The schema is not empty: it holds {len(tables)} tables ({', '.join(sorted(tables)[:3])}…). db2check makes "
            "and drops tables, so it works in an empty schema only. Make one for it."
        )


def _versions() -> str:
    connection.ensure_connection()
    name, version = connection.connection.server_info()[:2]
    return f"{name} {version}, Django {get_version()}"


def _drop_everything() -> None:
    """The schema was empty when we came: whatever is in it now is ours."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)}")
