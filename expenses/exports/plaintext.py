"""What hledger and beancount have in common: a chart of accounts, and each record as postings that sum to nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from common import money
from expenses.exports.book import TRANSFER, Book, Record
from expenses.exports.names import tree_names
from expenses.models import AccountKind, ExpenseKind

OWED = {AccountKind.CARD}


@dataclass(frozen=True)
class Chart:
    """The names of all accounts in the syntax of the program that reads them."""

    own: Mapping[int, str]
    spending: Mapping[int, str]
    earning: Mapping[int, str]
    opening: str
    nowhere: str  # what was paid from no account of ours

    def all(self) -> Iterator[str]:
        yield from (self.opening, self.nowhere, *self.own.values(), *self.spending.values(), *self.earning.values())


@dataclass(frozen=True)
class Posting:
    account: str
    amount: Decimal
    foreign: Decimal | None = None  # of the same sign; then `amount` is what it cost
    currency: str = ""
    note: str = ""


def chart(book: Book, safe: Callable[[str], str], mark: Callable[[str, int], str]) -> Chart:
    kinds = {pk: ("Liabilities" if account.kind in OWED else "Assets", account) for pk, account in book.accounts.items()}
    own: dict[int, str] = {}
    for root in ("Assets", "Liabilities"):
        paths = {pk: (account.get_kind_display(), account.name) for pk, (under, account) in kinds.items() if under == root}
        own |= tree_names(paths, root, safe, mark)
    return Chart(
        own=own,
        spending=tree_names(book.categories, "Expenses", safe, mark),
        earning=tree_names(book.categories, "Income", safe, mark),
        opening=f"Equity:{safe('Opening balances')}",
        nowhere=f"Equity:{safe('No account')}",
    )


def postings(record: Record, names: Chart, currency: str) -> list[Posting]:
    """The account's side first, then each category's."""
    account = names.own.get(record.account_id or 0, names.nowhere)
    if record.kind == TRANSFER:
        return [Posting(account, -record.amount), Posting(names.own[record.target_id or 0], record.amount)]
    effect = record.effect_on(record.account_id)
    sides = names.earning if record.kind == ExpenseKind.INCOME else names.spending
    sign = Decimal(-1 if effect > 0 else 1)
    foreign = _foreign(record, currency)
    parts = [
        Posting(sides[part.category_id], sign * part.amount, sign * share if share else None, record.foreign_currency, part.note)
        for part, share in zip(record.parts, foreign, strict=True)
    ]
    return [Posting(account, effect), *parts]


def _foreign(record: Record, currency: str) -> list[Decimal | None]:
    """The foreign amount, shared out as the amount is; none where a share would be nothing."""
    nothing: list[Decimal | None] = [None] * len(record.parts)
    foreign = record.foreign_currency
    if not record.foreign_amount or foreign == currency or foreign not in money.known_currencies():
        return nothing
    shares = money.split(record.foreign_amount, [part.amount for part in record.parts], foreign)
    return list(shares) if all(share > 0 for share in shares) else nothing
