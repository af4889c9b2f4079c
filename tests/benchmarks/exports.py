"""`python -m tests.benchmarks.exports [FEW MANY [FORMAT …]]`: the most that an export holds, each format in its own process."""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

FEW, MANY = 10_000, 100_000
DAYS = 1_826  # five years
CHUNK = 2_000
BOUND = 20.0  # MiB that ten times the book may take more, 16 of which are pages that SQLite keeps
UNTIL = date(2026, 1, 1)


def build(rows: int) -> int:
    """A book of so many expenses at 500 payees, each with a note and a category; the id of its owner."""
    from django.utils import timezone  # noqa: PLC0415  (models exist once Django is set up)

    from accounts.models import Kind  # noqa: PLC0415
    from expenses.models import Account, ExpenseCategory, Payee  # noqa: PLC0415
    from expenses.services.statements import post  # noqa: PLC0415
    from tests.factories import BusinessFactory, MemberFactory  # noqa: PLC0415

    me = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role="owner")
    account = Account.objects.create(business=me.business, name="Bank", opened_on=date(2021, 1, 1)).pk
    categories = [ExpenseCategory.objects.create(business=me.business, name=f"Category {n}").pk for n in range(30)]
    payees = [Payee.objects.create(business=me.business, name=f"Shop {n}").pk for n in range(500)]
    postings = _postings(rows, account, categories, payees)
    while chunk := [posting for posting, _ in zip(postings, range(CHUNK), strict=False)]:
        post(by=me, at=timezone.now(), postings=chunk)
    return int(me.pk)


def _postings(rows: int, account: int, categories: list[int], payees: list[int]) -> Iterator[Any]:
    from expenses.models import ExpenseKind  # noqa: PLC0415
    from expenses.services.statements import Posting  # noqa: PLC0415

    chance = random.Random(1)
    for row in range(rows):
        amount = Decimal(chance.randint(100, 20_000)) / 100
        yield Posting(
            marks=[],
            kind=ExpenseKind.EXPENSE,
            day=date(2021, 1, 1) + timedelta(days=row * DAYS // rows),
            amount=amount,
            shares=[(chance.choice(categories), amount, "")],
            account_id=account,
            payee_id=chance.choice(payees),
            note=f"card {row % 977}, paid without contact",
        )


def export(member: int, name: str) -> None:
    """Export in this process, and print the bytes of the file, the CPU seconds and the most that was held, in MiB."""
    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import Member  # noqa: PLC0415
    from expenses.services.export import Format, export_book  # noqa: PLC0415

    form = next(each for each in Format if each.name == name)
    me = Member.objects.select_related("business", "user").get(pk=member)
    began = time.process_time()
    made = export_book(by=me, form=form, since=None, until=UNTIL, at=timezone.now())
    spent, size = time.process_time() - began, made.file.seek(0, os.SEEK_END)
    print(size, round(spent, 2), most_held())


def most_held() -> float:
    """The peak of this process alone; the rusage of a child begins at what its parent held."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def measure(few: int, many: int, names: list[str]) -> bool:
    from expenses.services.export import Format  # noqa: PLC0415

    books = {rows: build(rows) for rows in (few, many)}
    is_bounded = True
    print("| format | expenses | file, MiB | CPU s | peak, MiB |\n| --- | --- | --- | --- | --- |", flush=True)
    for form in [form for form in Format if form.name in names or not names]:
        peaks = []
        for rows, member in books.items():
            call = [sys.executable, "-m", "tests.benchmarks.exports", "one", str(member), form.name]
            size, spent, held = subprocess.run(call, check=True, capture_output=True, text=True).stdout.split()
            peaks.append(float(held))
            print(f"| {form.ending} | {rows:,} | {int(size) / 2**20:.1f} | {spent} | {float(held):.0f} |", flush=True)
        is_bounded &= peaks[1] - peaks[0] <= BOUND
    return is_bounded


def main(arguments: list[str]) -> int:
    import django  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    if arguments[:1] == ["one"]:
        django.setup()
        export(int(arguments[1]), arguments[2])
        return 0
    with tempfile.TemporaryDirectory(prefix="tillbook-exports-") as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
            "VAR_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "tracker.settings.dev",
            "LOG_LEVEL": "WARNING",
        }
        django.setup()
        call_command("migrate", verbosity=0)
        few, many = (int(one) for one in arguments[:2] or (FEW, MANY))
        return 0 if measure(few, many, arguments[2:]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
