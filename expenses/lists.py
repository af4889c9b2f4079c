"""Which expenses a list shows, and what they come to."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from accounts.models import Business
from common.money import ZERO
from expenses.models import Expense, ExpenseKind, Split
from expenses.queries import Tree, get_tree

MOST_WORDS = 8
SPENDING = "spending"  # as a kind: expenses and refunds, what counts as spent
SPENDING_KINDS = (ExpenseKind.EXPENSE, ExpenseKind.REFUND)


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; what is empty narrows nothing. A category stands for all below it, unless `is_exact`.

    `outside` leaves out what lies in a category or below it, be it with a share only.
    """

    since: date | None = None
    until: date | None = None
    category: int | None = None
    is_exact: bool = False
    outside: int | None = None
    payee: str = ""
    tag: str = ""
    without: str = ""  # "payee" or "tag": what has none
    account: int | None = None
    kind: str = ""
    state: str = ""
    refund_of: int | None = None
    text: str = ""

    def __bool__(self) -> bool:
        return self != Wanted()


@dataclass(frozen=True)
class Sums:
    """What the expenses of a list come to. Of a category, only its shares count, which have no tax of their own.

    `tax` is the input tax in what was spent, less that in what was given back.
    """

    spent: Decimal = ZERO
    given_back: Decimal = ZERO
    earned: Decimal = ZERO
    tax: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """What it did to one's money."""
        return self.earned + self.given_back - self.spent


def get_expenses(business: Business, wanted: Wanted, *, tree: Tree | None = None) -> QuerySet[Expense]:
    """The expenses of a list; `for_rows` reads what a row shows. A `tree` that is known already saves a query."""
    rows = Expense.objects.for_business(business).filter(**_lookups(wanted))
    if wanted.category:
        rows = rows.filter(Exists(_shares(business, wanted, tree).filter(expense=OuterRef("pk"))))
    if wanted.outside:
        rows = rows.exclude(Exists(_below(business, wanted.outside, tree).filter(expense=OuterRef("pk"))))
    for word in wanted.text.split()[:MOST_WORDS]:
        noted = Split.objects.filter(expense=OuterRef("pk"), note__icontains=word)
        rows = rows.filter(Q(note__icontains=word) | Q(payee__name__icontains=word) | Exists(noted))
    return rows


def for_rows(rows: QuerySet[Expense]) -> QuerySet[Expense]:
    """Two queries more, however many rows."""
    splits = Prefetch("splits", Split.objects.select_related("category").order_by("pk"))
    return rows.select_related("payee", "account").prefetch_related(splits, "tags")


def get_sums(business: Business, wanted: Wanted, *, tree: Tree | None = None) -> Sums:
    """One query, and one for the tree where a category is wanted."""
    tree = tree or (get_tree(business) if (wanted.category and not wanted.is_exact) or wanted.outside else None)
    rows = get_expenses(business, wanted, tree=tree).order_by()
    if not wanted.category:
        found = {kind: (amount, tax) for kind, amount, tax in rows.values_list("kind").annotate(Sum("amount"), Sum("tax"))}
    else:
        shares = _shares(business, wanted, tree).filter(expense__in=rows.values("pk")).order_by()
        found = {kind: (abs(amount), ZERO) for kind, amount in shares.values_list("expense__kind").annotate(Sum("amount"))}
    kinds = (ExpenseKind.EXPENSE, ExpenseKind.REFUND, ExpenseKind.INCOME)
    amounts = [tuple(business.money(each) for each in found.get(kind, (ZERO, ZERO))) for kind in kinds]
    (spent, tax), (given_back, tax_back), (earned, _) = amounts
    return Sums(spent, given_back, earned, tax - tax_back)


def _lookups(wanted: Wanted) -> dict[str, object]:
    lookups = {
        "spent_on__gte": wanted.since,
        "spent_on__lte": wanted.until,
        "payee__name": wanted.payee,
        "tags__name": wanted.tag,
        "account": wanted.account,
        "kind__in": SPENDING_KINDS if wanted.kind == SPENDING else (),
        "kind": wanted.kind if wanted.kind != SPENDING else "",
        "payee__isnull": wanted.without == "payee",
        "tags__isnull": wanted.without == "tag",
        "state": wanted.state,
        "refund_of": wanted.refund_of,
    }
    return {name: value for name, value in lookups.items() if value}


def _shares(business: Business, wanted: Wanted, tree: Tree | None) -> QuerySet[Split]:
    shares = Split.objects.for_business(business)
    if wanted.is_exact:
        return shares.filter(category=wanted.category)
    return _below(business, wanted.category or 0, tree)


def _below(business: Business, category: int, tree: Tree | None) -> QuerySet[Split]:
    return Split.objects.for_business(business).filter(category__in=(tree or get_tree(business)).below(category))
