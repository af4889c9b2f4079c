"""hledger itself reads what we write: its checks pass, and its balances are ours."""

import os
import shutil
import subprocess
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expenses.exports.book import Book
from expenses.exports.hledger import hledger
from expenses.queries import get_balances
from tests.factories.ledgers import days, ledgers, write

pytestmark = pytest.mark.django_db
PROGRAM = os.environ.get("HLEDGER") or shutil.which("hledger") or "hledger"


def run(journal, *arguments):
    command = [PROGRAM, "-f", "-", *arguments]
    done = subprocess.run(command, input=journal, capture_output=True, text=True, env={"LANG": "C.UTF-8"}, check=False)
    assert done.returncode == 0, done.stderr + journal
    return done.stdout


def balances(journal):
    """What hledger says of each of our accounts that is not at nothing."""
    lines = run(journal, "balance", "--flat", "--no-total", "--layout=bare", "--output-format=csv", "^Assets:", "^Liabilities:")
    rows = (line.strip('"').split('","') for line in lines.splitlines()[1:])
    return {name.replace('""', '"'): Decimal(amount) for name, _, amount in rows if Decimal(amount)}


@given(ledgers(), st.none() | days, days)
@settings(max_examples=20)
def test_its_checks_pass_and_its_balances_are_ours(drawn, since, until):
    since, until = (min(since, until), max(since, until)) if since else (None, until)
    owner = write(drawn)
    ours = sorted(amount for amount in get_balances(owner.business, until=until).values() if amount)
    journal = "".join(hledger(Book(owner.business, since, until)))

    run(journal, "check", "--strict")
    assert sorted(balances(journal).values()) == ours


@given(ledgers())
@settings(max_examples=5)
def test_a_balance_that_is_not_ours_fails_its_check(drawn):
    owner = write(drawn)
    book = Book(owner.business, None, date(2026, 3, 1))
    book.closing = {pk: amount + 1 for pk, amount in book.closing.items()}
    journal = "".join(hledger(book))

    done = subprocess.run(
        [PROGRAM, "-f", "-", "check"], input=journal, capture_output=True, text=True, env={"LANG": "C.UTF-8"}, check=False
    )
    assert done.returncode != 0
    assert "assertion" in done.stderr
