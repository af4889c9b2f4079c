"""Beancount's text: https://beancount.github.io/docs/beancount_language_syntax.html. `bean-check` passes, balances included."""

import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from common import money
from expenses.exports.book import TRANSFER, Book, Record
from expenses.exports.names import one_line
from expenses.exports.plaintext import Chart, Posting, chart, postings

# A total price is divided to a rate of 28 digits and multiplied back: the last of them is no difference.
ROUNDING = 'option "inferred_tolerance_default" "*:0.00001"\n'


def beancount(book: Book) -> Iterator[str]:
    names = chart(book, _component, lambda name, turn: f"{name}-{turn}")
    yield f'option "title" {_text(book.business.name)}\noption "operating_currency" "{book.currency}"\n{ROUNDING}\n'
    named = {names.own[pk]: account.name for pk, account in book.accounts.items()}
    for name in names.all():
        yield f"{book.first_day} open {name}\n"
        if name in named:
            yield f"  name: {_text(named[name])}\n"
    for on, account, amount in book.openings():
        sides = (Posting(names.own[account], amount), Posting(names.opening, -amount))
        yield f'\n{on} * "Opening balance"\n{"".join(_posting(side, book.currency) for side in sides)}'
    for record in book.posted():
        yield _transaction(record, names, book.currency)
    yield "\n"
    after = book.until + timedelta(days=1)  # a balance is that at the beginning of its day
    for pk, amount in book.closing.items():
        yield f"{after} balance {names.own[pk]}  {_number(amount, book.currency)} ~ 0 {book.currency}\n"


def _transaction(record: Record, names: Chart, currency: str) -> str:
    note = record.note or ("Transfer" if record.kind == TRANSFER else "")
    tags = "".join(f" #{tag}" for name in record.tags if (tag := _tag(name)))
    lines = [f'  id: "{record.key}"\n', f'  kind: "{record.kind}"\n']
    lines += [_posting(posting, currency) for posting in postings(record, names, currency)]
    return f"\n{record.on} * {_text(record.payee)} {_text(note)}{tags}\n{''.join(lines)}"


def _posting(posting: Posting, currency: str) -> str:
    note = f"    note: {_text(posting.note)}\n" if posting.note.strip() else ""
    if posting.foreign is None:
        return f"  {posting.account}  {_number(posting.amount, currency)} {currency}\n{note}"
    amount = f"{_number(posting.foreign, posting.currency)} {posting.currency}"
    return f"  {posting.account}  {amount} @@ {_number(abs(posting.amount), currency)} {currency}\n{note}"


def _number(amount: Decimal, currency: str) -> str:
    return f"{amount:.{money.places(currency)}f}"


def _text(text: str) -> str:
    """A string in quotes, on one line."""
    return '"{}"'.format(one_line(text).replace("\\", "\\\\").replace('"', '\\"'))


def _component(name: str) -> str:
    """Letters, digits and hyphens, the first a capital or a digit; a script without capitals gets an X before it."""
    letters = unicodedata.normalize("NFC", one_line(name))
    kept = "".join(letter if unicodedata.category(letter)[0] == "L" or letter.isdecimal() else "-" for letter in letters)
    plain = "-".join(part for part in kept.split("-") if part)
    if plain and plain[0].upper() != plain[0] and len(plain[0].upper()) == 1:
        plain = plain[0].upper() + plain[1:]
    begins = plain[:1] and (unicodedata.category(plain[0]) == "Lu" or plain[0].isdecimal())
    return plain if begins else f"X-{plain}".rstrip("-")


def _tag(name: str) -> str:
    """Tags are plain ASCII there: letters, digits and -_/. ; others are written without their accents, or left out."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join("".join(letter if letter.isalnum() or letter in "_/." else " " for letter in plain).split())
