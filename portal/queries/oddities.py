"""What is out of line at the till: worth a look, and no more than that."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import exp, lgamma, log

from django.db.models import Count, F, Sum

from accounts.models import Business
from sales.models import Sale, SaleKind, SaleLine, SaleState

BEFORE = timedelta(days=56)
OURS = "tillbook"  # an import has what was done elsewhere
FEWEST = 3
FEWEST_BEFORE = 50  # receipts
RARE = 0.01
AT_ONCE = timedelta(minutes=3)
HUNDRED = 100


@dataclass(frozen=True)
class Habit:
    """How often a person gave back or undid, and how often that is done here."""

    person: int
    name: str
    count: int
    receipts: int
    amount: Decimal
    usual: float


@dataclass(frozen=True)
class Tally:
    """Receipts of one person, kind and state."""

    person: int
    name: str
    kind: str
    state: str
    count: int
    total: Decimal


@dataclass(frozen=True)
class Reduced:
    """A receipt with more off than a clerk may give."""

    pk: int
    number: str
    off: Decimal
    percent: Decimal


@dataclass(frozen=True)
class Copy:
    """Two receipts of the same goods, a moment apart."""

    pk: int
    number: str
    other: str
    total: Decimal
    seconds: int


def chance_of(count: int, receipts: int, usual: float) -> float:
    """That so many or more of so many receipts go wrong by chance, where `usual` of them do: the tail of a binomial."""
    if usual >= 1:
        return 1.0
    return max(1 - sum(_exactly(n, receipts, usual) for n in range(count)), 0.0)


def _exactly(count: int, receipts: int, usual: float) -> float:
    ways = lgamma(receipts + 1) - lgamma(count + 1) - lgamma(receipts - count + 1)
    return exp(ways + count * log(usual) + (receipts - count) * log(1 - usual))


def is_out_of_line(count: int, receipts: int, usual: float) -> bool:
    """Three at least, and so many by chance less than once in a hundred times."""
    return count >= FEWEST and chance_of(count, max(receipts, count), usual) < RARE


def get_habits(*, business: Business, first: date, last: date) -> tuple[list[Habit], list[Habit]]:
    """Who refunded, and whose receipts were undone, far more often than all together did in the eight weeks before. Two queries.

    What is usual is (times + 1) ÷ (receipts + 2), the rule of succession. A shop with few receipts before accuses nobody.
    """
    now = _tally(business, first, last)
    then = _tally(business, first - BEFORE, first - timedelta(days=1)) if now else []
    return list(_habits(now, then, _is_refund, business)), list(_habits(now, then, _is_voided, business))


def get_reduced(*, business: Business, first: date, last: date) -> list[Reduced]:
    """Receipts with more off than the business lets a clerk give, the largest first. One query."""
    lines = SaleLine.objects.filter(sale__business=business, sale__state=SaleState.COMPLETED, sale__kind=SaleKind.SALE)
    lines = lines.filter(sale__sold_on__gte=first, sale__sold_on__lte=last, sale__source=OURS).order_by()
    rows = lines.values("sale_id", "sale__number", "sale__total", "sale__subtotal", "sale__prices_include_tax")
    found = []
    for row in rows.annotate(off=Sum(F("discount") + F("order_discount"))).filter(off__gt=0):
        left = row["sale__total"] if row["sale__prices_include_tax"] else row["sale__subtotal"]
        percent = row["off"] * HUNDRED / (row["off"] + left)
        if percent > business.most_discount_percent:
            found.append(Reduced(row["sale_id"], row["sale__number"], business.money(row["off"]), round(percent)))
    return sorted(found, key=lambda each: (-each.off, each.pk))


def get_copies(*, business: Business, first: date, last: date) -> list[Copy]:
    """Receipts of the same two products or more, in the same numbers, within three minutes at one place. Two queries."""
    rows = Sale.objects.for_business(business).completed().filter(kind=SaleKind.SALE, source=OURS)
    rows = rows.filter(sold_on__gte=first, sold_on__lte=last).order_by("location_id", "total", "sold_at", "pk")
    pairs = list(_close(list(rows.values_list("location_id", "total", "sold_at", "pk", "number"))))
    if not pairs:
        return []
    goods = _goods([pk for pair in pairs for pk in (pair[0][3], pair[1][3])])
    return [
        Copy(later[3], later[4], earlier[4], business.money(later[1]), int((later[2] - earlier[2]).total_seconds()))
        for earlier, later in pairs
        if len(goods[later[3]]) > 1 and goods[later[3]] == goods[earlier[3]]
    ]


Rung = tuple[int, Decimal, datetime, int, str]


def _close(sales: Sequence[Rung]) -> Iterator[tuple[Rung, Rung]]:
    for one, two in pairwise(sales):
        if one[:2] == two[:2] and two[1] > 0 and two[2] - one[2] <= AT_ONCE:
            yield one, two


def _goods(sales: Sequence[int]) -> dict[int, set[tuple[int, Decimal]]]:
    found: dict[int, set[tuple[int, Decimal]]] = {pk: set() for pk in sales}
    lines = SaleLine.objects.filter(sale__in=list(found)).order_by()
    for sale, product, quantity in lines.values_list("sale_id", "product_id").annotate(Sum("quantity")):
        found[sale].add((product, quantity))
    return found


def _tally(business: Business, first: date, last: date) -> list[Tally]:
    rows = Sale.objects.for_business(business).filter(sold_on__gte=first, sold_on__lte=last, source=OURS).order_by()
    rows_of = rows.values_list("sold_by_id", "sold_by__user__name", "sold_by__user__email", "kind", "state")
    return [
        Tally(person, name or email, kind, state, count, total)
        for person, name, email, kind, state, count, total in rows_of.annotate(Count("pk"), Sum("total"))
    ]


def _is_refund(tally: Tally) -> bool:
    return tally.kind == SaleKind.REFUND and tally.state == SaleState.COMPLETED


def _is_voided(tally: Tally) -> bool:
    return tally.state == SaleState.VOIDED


def _habits(now: Sequence[Tally], then: Sequence[Tally], counts: Callable[[Tally], bool], business: Business) -> Iterator[Habit]:
    past = _receipts(then)
    if past < FEWEST_BEFORE:
        return
    usual = (sum(each.count for each in then if counts(each)) + 1) / (past + 2)
    for person, name in dict.fromkeys((each.person, each.name) for each in now):
        own = [each for each in now if each.person == person]
        meant = [each for each in own if counts(each)]
        count, receipts = sum(each.count for each in meant), _receipts(own)
        if is_out_of_line(count, receipts, usual):
            amount = business.money(sum((abs(each.total) for each in meant), Decimal(0)))
            yield Habit(person, name, count, receipts, amount, usual)


def _receipts(tallies: Sequence[Tally]) -> int:
    return sum(each.count for each in tallies if each.kind == SaleKind.SALE)
