"""`python -m tests.benchmarks.statements [ROWS]`: a bank statement imported twice, check and commit, in CPU seconds."""

import csv
import io
import os
import random
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROWS = 100_000
DAYS = 1_826  # five years
BOUND = 20.0  # CPU seconds, see PEERS


def statement(rows: int) -> io.BytesIO:
    """Five years of spending at 500 shops, in 30 categories; the same at each call."""
    chance, text = random.Random(1), io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Date", "Amount", "Payee", "Note", "Category"])
    for row in range(rows):
        day = date(2021, 1, 1) + timedelta(days=row * DAYS // rows)
        shop, category = chance.randint(1, 500), chance.randint(1, 30)
        writer.writerow(
            [day, f"{-chance.randint(100, 20_000) / 100:.2f}", f"Shop {shop}", f"card {row % 977}", f"Category {category}"]
        )
    return io.BytesIO(text.getvalue().encode())


def measure(rows: int) -> bool:
    from django.utils import timezone  # noqa: PLC0415  (models exist once Django is set up)

    from accounts.models import Kind  # noqa: PLC0415
    from imports.services import decide, start, work  # noqa: PLC0415
    from tests.factories import BusinessFactory, MemberFactory  # noqa: PLC0415

    me = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role="owner")
    spent = {}
    for turn in ("first time", "again"):
        source, began = statement(rows), time.process_time()
        batch = start.start_import(by=me, kind="bank", source=source, filename="statement.csv", at=timezone.now())
        start.begin_check(batch=batch, by=me, at=timezone.now())
        work.work(batch_id=batch.pk, clock=timezone.now, take_over=True)
        batch.refresh_from_db()
        checked = time.process_time()
        decide.begin_commit(batch=batch, by=me, at=timezone.now(), partial=True)
        work.work(batch_id=batch.pk, clock=timezone.now, take_over=True)
        batch.refresh_from_db()
        spent[turn] = time.process_time() - began
        mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{rows:,} lines, {turn}: {spent[turn]:.1f} s CPU (check {checked - began:.1f}), peak {mib} MiB, {batch.counts}",
            flush=True,
        )
    return spent["first time"] <= BOUND and batch.new_rows == 0


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="tillbook-statements-") as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
            "VAR_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "tracker.settings.dev",
            "LOG_LEVEL": "WARNING",
        }
        import django  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0)
        return 0 if measure(int(arguments[0]) if arguments else ROWS) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
