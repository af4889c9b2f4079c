"""Beancount itself reads what we write: no error, and its balances are ours."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core.data import Balance, Open, Transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from expenses.exports.beancount import beancount
from expenses.exports.book import Book
from expenses.queries import get_balances
from tests.factories.ledgers import FIRST, Drawn, days, ledgers, write

pytestmark = pytest.mark.django_db


def read(text):
    entries, errors, _ = loader.load_string(text, dedent=False)
    assert errors == [], f"{errors}\n{text}"
    return entries


def balances(entries):
    sums = defaultdict(Decimal)
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            if posting.account.startswith(("Assets:", "Liabilities:")):
                sums[posting.account] += posting.units.number
    return {account: amount for account, amount in sums.items() if amount}


@given(ledgers(), st.none() | days, days)
@settings(max_examples=20)
def test_it_finds_no_error_and_its_balances_are_ours(drawn, since, until):
    since, until = (min(since, until), max(since, until)) if since else (None, until)
    owner = write(drawn)
    ours = {account.name: amount for account, amount in _named(owner, until).items() if amount}
    entries = read("".join(beancount(Book(owner.business, since, until))))

    named = {entry.account: entry.meta["name"] for entry in entries if isinstance(entry, Open) and "name" in entry.meta}
    found = {named[account]: amount for account, amount in balances(entries).items()}
    assert sorted(found.values()) == sorted(ours.values())
    assert len([entry for entry in entries if isinstance(entry, Balance)]) == len(drawn.accounts)


def test_a_total_price_that_does_not_divide_evenly_still_balances():
    """0.03 USD for 1 JPY is a rate of 33.33…; and yen have no decimals to infer a tolerance from."""
    part = {"kind": "expense", "on": FIRST, "parts": [(1, 0, "")], "account": 0, "payee": None, "note": "", "tags": []}
    account = ("Cash", "cash", 0, FIRST)
    owner = write(Drawn("JPY", [account], [("Travel", None)], [part | {"foreign": ("USD", 3), "waits": False}], []))

    text = "".join(beancount(Book(owner.business, None, FIRST)))

    assert "0.03 USD @@ 1 JPY" in text
    read(text)


def _named(owner, until):
    accounts = {account.pk: account for account in owner.business.accounts.all()}
    return {accounts[pk]: amount for pk, amount in get_balances(owner.business, until=until).items()}


def test_a_balance_that_is_not_ours_is_an_error(member):
    account = member.business.accounts.create(name="Bank", opening_balance=1, opened_on=date(2026, 1, 1))
    book = Book(member.business, None, date(2026, 3, 1))
    book.closing = {account.pk: Decimal("1.01")}

    _, errors, _ = loader.load_string("".join(beancount(book)), dedent=False)

    assert "Balance failed" in str(errors)
