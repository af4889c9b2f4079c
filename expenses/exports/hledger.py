"""hledger's journal: https://hledger.org/hledger.html#journal. `hledger check --strict` passes, balances included."""

import re
from collections.abc import Iterator
from decimal import Decimal

from common import money
from expenses.exports.book import TRANSFER, Book, Record
from expenses.exports.names import one_line
from expenses.exports.plaintext import Chart, Posting, chart, postings

NOT_IN_A_TAG = re.compile(r"[^\w-]+")


def hledger(book: Book) -> Iterator[str]:
    names = chart(book, _component, lambda name, turn: f"{name} {turn}")
    yield f"; {_text(book.business.name)}: {book.first_day} to {book.until}, in {book.currency}\n\ndecimal-mark .\n"
    for code in (book.currency, *book.foreign_currencies()):
        yield f"commodity {_declared(code)} {code}\n"
    yield from (f"account {name}\n" for name in names.all())
    for on, account, amount in book.openings():
        sides = (Posting(names.own[account], amount), Posting(names.opening, -amount))
        yield f"\n{on} * Opening balance\n{''.join(_posting(side, book.currency) for side in sides)}"
    for record in book.posted():
        yield _transaction(record, names, book.currency)
    yield f"\n{book.until} * Balances at the end of the day\n"
    nothing = _amount(money.ZERO, book.currency)
    yield from (f"    {names.own[pk]}  {nothing} = {_amount(amount, book.currency)}\n" for pk, amount in book.closing.items())
    yield f"    {names.opening}  {nothing}\n"


def _transaction(record: Record, names: Chart, currency: str) -> str:
    said = _description(record)
    tags = [f"{tag}:" for name in record.tags if (tag := NOT_IN_A_TAG.sub("-", name).strip("-"))]
    kind = [] if record.kind == "expense" else [f"kind:{record.kind}"]
    comment = f"  ; {', '.join([*kind, *tags])}" if kind or tags else ""
    lines = [_posting(posting, currency) for posting in postings(record, names, currency)]
    return f"\n{record.on} * ({record.key}) {said}{comment}\n{''.join(lines)}"


def _description(record: Record) -> str:
    payee, note = _text(record.payee), _text(record.note)
    if record.kind == TRANSFER:
        return note or "Transfer"
    return " | ".join([payee, note]) if note else payee


def _posting(posting: Posting, currency: str) -> str:
    note = _text(posting.note).replace(":", "\N{RATIO}")  # a word with a colon would be a tag
    comment = f"  ; {note}" if note else ""
    if posting.foreign is None:
        return f"    {posting.account}  {_amount(posting.amount, currency)}{comment}\n"
    price = _amount(abs(posting.amount), currency)
    return f"    {posting.account}  {_amount(posting.foreign, posting.currency)} @@ {price}{comment}\n"


def _amount(amount: Decimal, currency: str) -> str:
    return f"{amount:.{money.places(currency)}f} {currency}"


def _declared(currency: str) -> str:
    """Its places: 1000.00, and with none 1000. — the mark must stand there."""
    return f"1000.{'0' * money.places(currency)}"


def _component(name: str) -> str:
    """A part of an account's name: a colon would part it, two spaces or a semicolon would end it."""
    return _text(name).replace(":", "-") or "Unnamed"


def _text(text: str) -> str:
    """Text that begins no comment and ends no payee."""
    return one_line(text).replace(";", ",").replace("|", "/")
