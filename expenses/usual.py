"""What a payee, or without one a category, usually costs, and which expenses lie far outside that."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from accounts.models import Business
from expenses.models import Expense, ExpenseKind, ExpenseState, Split

FEWEST = 6  # earlier ones, before there is anything that could be called usual
A_YEAR = timedelta(days=365)
TO_DEVIATIONS = Decimal("0.6745")  # of a normal distribution, its MAD in standard deviations
TOO_FAR = Decimal("3.5")
TIMES = 2
Row = tuple[date, int, Decimal]  # day, id and amount of an earlier expense


@dataclass(frozen=True)
class Usual:
    """What it usually costs: the middle two thirds of `count` earlier amounts."""

    least: Decimal
    most: Decimal
    count: int


def far_outside(amount: Decimal, earlier: Sequence[Decimal]) -> bool:
    """Whether an amount is far more than `earlier` ones; less than usual is nobody's worry.

    The modified z-score of Iglewicz and Hoaglin (How to Detect and Handle Outliers, 1993; NIST/SEMATECH e-Handbook of
    Statistical Methods, 1.3.5.17): 0.6745 × (amount − median) ÷ MAD > 3.5, with MAD the median distance from the median. One
    wild amount among them moves neither. It must also be twice the median at least: of what hardly ever varies the MAD is next
    to nothing, and a pound more is no news. Fewer than six earlier ones say nothing.
    """
    if len(earlier) < FEWEST:
        return False
    middle = median(earlier)
    deviation = median(abs(each - middle) for each in earlier)
    return amount >= TIMES * middle and TO_DEVIATIONS * (amount - middle) > TOO_FAR * deviation


def usual_of(earlier: Sequence[Decimal]) -> Usual:
    inside = sorted(earlier)
    cut = len(inside) // 6
    return Usual(inside[cut], inside[-1 - cut], len(inside))


def get_unusual(business: Business, expenses: Sequence[Expense]) -> dict[int, Usual]:
    """Of these expenses, by id, those far outside what is usual, and what is. Two queries at most, three for a category.

    A payee's own amounts of the year before judge; its first six are never judged. Without a payee those of the category do.
    What waits for approval, or was approved, has somebody's eyes on it.
    """
    judged = [each for each in expenses if _is_judged(each)]
    by_payee = [each for each in judged if each.payee_id]
    by_category = _categories(each for each in judged if not each.payee_id)
    found = {}
    for each, rows in [*_of_payees(business, by_payee), *_of_categories(business, by_category)]:
        earlier = [amount for on, pk, amount in rows if _is_earlier(on, pk, each)]
        if far_outside(each.amount, earlier):
            found[each.pk] = usual_of(earlier)
    return found


def _is_judged(expense: Expense) -> bool:
    is_decided = expense.state == ExpenseState.POSTED and expense.approved_at is None
    return is_decided and expense.kind == ExpenseKind.EXPENSE


def _is_earlier(on: date, pk: int, expense: Expense) -> bool:
    return expense.spent_on - A_YEAR <= on and (on, pk) < (expense.spent_on, expense.pk)


def _of_payees(business: Business, expenses: Sequence[Expense]) -> Iterable[tuple[Expense, list[Row]]]:
    if not expenses:
        return []
    rows = Expense.objects.for_business(business).posted().filter(kind=ExpenseKind.EXPENSE, spent_on__range=_span(expenses))
    rows = rows.filter(payee__in={each.payee_id for each in expenses}).order_by()
    known = _grouped(rows.values_list("payee_id", "spent_on", "pk", "amount"))
    return [(each, known[each.payee_id or 0]) for each in expenses]


def _of_categories(business: Business, categories: Mapping[Expense, int]) -> Iterable[tuple[Expense, list[Row]]]:
    if not categories:
        return []
    rows = Split.objects.for_business(business).spending().filter(spent_on__range=_span(list(categories)), amount__gt=0)
    rows = rows.filter(category__in=set(categories.values())).order_by()
    known = _grouped(rows.values_list("category_id", "spent_on", "expense_id", "amount"))
    return [(each, known[category]) for each, category in categories.items()]


def _categories(expenses: Iterable[Expense]) -> dict[Expense, int]:
    """Where all of it went to one category; of several, none is what it is about."""
    asked = {each.pk: each for each in expenses}
    if not asked:
        return {}
    found = defaultdict(list)
    for pk, category in Split.objects.filter(expense__in=list(asked)).order_by().values_list("expense_id", "category_id"):
        found[pk].append(category)
    return {asked[pk]: categories[0] for pk, categories in found.items() if len(categories) == 1}


def _span(expenses: Sequence[Expense]) -> tuple[date, date]:
    days = [each.spent_on for each in expenses]
    return min(days) - A_YEAR, max(days)


def _grouped(rows: Iterable[tuple[int, date, int, Decimal]]) -> defaultdict[int, list[Row]]:
    known: defaultdict[int, list[Row]] = defaultdict(list)
    for key, on, pk, amount in rows:
        known[key].append((on, pk, amount))
    return known
