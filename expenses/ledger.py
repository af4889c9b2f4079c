"""What moved an account, newest first, with its balance after each line: a page costs the same at any depth."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from common.money import ZERO
from expenses.models import Account, Expense, Transfer
from expenses.queries import signed

Key = tuple[date, int, int]  # day; opening, expense or transfer; id. The order of the ledger, and of nothing else.
OPENING, EXPENSE, TRANSFER = 0, 1, 2
TOKEN = re.compile(r"(\d{4}-\d\d-\d\d)\.([012])\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class Line:
    """One thing that moved the account: `amount` is signed. Neither expense nor transfer: the opening balance."""

    key: Key
    amount: Decimal
    balance: Decimal = ZERO
    expense: Expense | None = None
    transfer: Transfer | None = None
    is_reconciled: bool = False

    @property
    def on(self) -> date:
        return self.key[0]

    @property
    def tick(self) -> str:
        """How a form names it."""
        return f"{'e' if self.expense else 't'}{self.key[2]}"


@dataclass(frozen=True)
class Ledger:
    """One page. `newer` and `older` are tokens for `after` and `before`, "" where there is nothing."""

    lines: list[Line]
    newer: str = ""
    older: str = ""


def get_ledger(
    account: Account,
    *,
    since: date | None = None,
    until: date | None = None,
    older_than: str = "",
    newer_than: str = "",
    size: int = 50,
) -> Ledger:
    """A page of what is posted on an account in a period; the balances are those of the whole ledger."""
    below, above = _read(older_than), _read(newer_than)
    upward = above is not None and below is None
    lines = _lines(account, since, until, above if upward else below, size + 1, upward=upward)
    if upward and not lines:
        return get_ledger(account, since=since, until=until, size=size)
    more, lines = len(lines) > size, sorted(lines[:size], key=lambda line: line.key, reverse=True)
    has_newer, has_older = (more, True) if upward else (below is not None, more)
    newer = _token(lines[0].key) if lines and has_newer else ""
    older = _token(lines[-1].key) if lines and has_older else ""
    return Ledger(_with_balances(account, lines), newer, older)


def get_moved(account: Account, expenses: QuerySet[Expense], transfers: QuerySet[Transfer]) -> Decimal:
    """The signed sum of some expenses and transfers of an account, in two queries."""
    by_kind = expenses.order_by().values_list("kind").annotate(Sum("amount"))
    sums = transfers.aggregate(came=Sum("amount", filter=Q(target=account)), went=Sum("amount", filter=Q(source=account)))
    moved = (sums["came"] or ZERO) - (sums["went"] or ZERO)
    return sum((signed(kind, total) for kind, total in by_kind), moved)


def expenses_of(account: Account) -> QuerySet[Expense]:
    """What of it counts, ready to be shown."""
    rows = Expense.objects.for_business(account.business).posted().filter(account=account)
    return rows.select_related("payee").prefetch_related("splits__category")


def transfers_of(account: Account) -> QuerySet[Transfer]:
    return Transfer.objects.for_business(account.business).of(account).select_related("source", "target")


def line_of(account: Account, row: Expense | Transfer) -> Line:
    if isinstance(row, Expense):
        key = (row.spent_on, EXPENSE, row.pk)
        return Line(key, signed(row.kind, row.amount), expense=row, is_reconciled=row.is_reconciled)
    key = (row.moved_on, TRANSFER, row.pk)
    if row.source_id == account.pk:
        return Line(key, -row.amount, transfer=row, is_reconciled=row.is_source_reconciled)
    return Line(key, row.amount, transfer=row, is_reconciled=row.is_target_reconciled)


def _lines(account: Account, since: date | None, until: date | None, edge: Key | None, most: int, *, upward: bool) -> list[Line]:
    """The first so many lines of the period beyond an edge, the nearest to it first."""
    found: list[Line] = []
    for rows, rank, day in ((expenses_of(account), EXPENSE, "spent_on"), (transfers_of(account), TRANSFER, "moved_on")):
        beyond = _beyond(rank, day, edge, upward=upward) & _within(day, since, until)
        order = (day, "pk") if upward else (f"-{day}", "-pk")
        found += [line_of(account, row) for row in rows.filter(beyond).order_by(*order)[:most]]
    found += _opening(account, since, until, edge, upward=upward)
    return sorted(found, key=lambda line: line.key, reverse=not upward)[:most]


def _opening(account: Account, since: date | None, until: date | None, edge: Key | None, *, upward: bool) -> list[Line]:
    key = (account.opened_on, OPENING, 0)
    outside = (since and account.opened_on < since) or (until and account.opened_on > until)
    if outside or (edge and (key <= edge if upward else key >= edge)):
        return []
    return [Line(key, account.opening_balance, is_reconciled=True)]


def _within(day: str, since: date | None, until: date | None) -> Q:
    within = Q()
    if since:
        within &= Q(**{f"{day}__gte": since})
    if until:
        within &= Q(**{f"{day}__lte": until})
    return within


def _beyond(rank: int, day: str, edge: Key | None, *, upward: bool, included: bool = False) -> Q:
    """(day, rank, id) beyond the edge, for rows that all have one rank; begins in the index at the edge's day."""
    if edge is None:
        return Q()
    on, its_rank, pk = edge
    step = "gt" if upward else "lt"
    if rank == its_rank:
        at_edge = f"pk__{step}e" if included else f"pk__{step}"
        return Q(**{f"{day}__{step}e": on}) & (Q(**{f"{day}__{step}": on}) | Q(**{at_edge: pk}))
    same_day_too = rank > its_rank if upward else rank < its_rank
    return Q(**{f"{day}__{step}{'e' if same_day_too else ''}": on})


def _with_balances(account: Account, lines: list[Line]) -> list[Line]:
    if not lines:
        return []
    balance = _balance_after(account, lines[0].key)
    done = []
    for line in lines:
        done.append(Line(line.key, line.amount, balance, line.expense, line.transfer, line.is_reconciled))
        balance -= line.amount
    return done


def _balance_after(account: Account, key: Key) -> Decimal:
    """With that line and all that come before it, whatever the period that is shown."""
    expenses = expenses_of(account).filter(_beyond(EXPENSE, "spent_on", key, upward=False, included=True))
    transfers = transfers_of(account).filter(_beyond(TRANSFER, "moved_on", key, upward=False, included=True))
    opening = account.opening_balance if (account.opened_on, OPENING, 0) <= key else ZERO
    return opening + get_moved(account, expenses, transfers)


def _token(key: Key) -> str:
    return f"{key[0].isoformat()}.{key[1]}.{key[2]}"


def _read(token: str) -> Key | None:
    """The place in the ledger that a token names; none for one that nobody was given."""
    parts = TOKEN.fullmatch(token)
    try:
        return (date.fromisoformat(parts[1]), int(parts[2]), int(parts[3])) if parts else None
    except ValueError:
        return None
