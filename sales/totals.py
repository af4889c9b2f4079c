"""What a basket costs: pure functions, numbers in, numbers out (rule 7).

Amounts are Decimals in the business's currency; tax rates are per cent.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from common.money import ZERO, rounded, split

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Terms:
    """How a business reckons: its currency, whether prices hold the tax, and where tax is rounded."""

    currency: str
    prices_include_tax: bool
    rounds_per_document: bool


@dataclass(frozen=True)
class Item:
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal
    discount: Decimal = ZERO

    @property
    def gross(self) -> Decimal:
        return self.quantity * self.unit_price


@dataclass(frozen=True)
class LineTotals:
    """`order_discount` is this line's share of the document's; total = net + tax is what the customer pays for it."""

    order_discount: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal


@dataclass(frozen=True)
class Totals:
    lines: tuple[LineTotals, ...]
    net: Decimal
    tax: Decimal
    total: Decimal


def line_amount(item: Item, currency: str) -> Decimal:
    """Price times quantity, rounded, less the line's own discount; with or without tax as the price is."""
    return rounded(item.gross, currency) - item.discount


def reckon(items: Sequence[Item], terms: Terms, *, discount: Decimal = ZERO) -> Totals:
    """Totals of a document, with its discount shared out by amount. The parts always sum to the whole.

    Tax-inclusive: the gross never moves and tax = gross − rounded net. Exclusive: tax = rounded net × rate.
    Rounded per line, or once per tax rate of the document and shared out by largest remainder.
    """
    amounts = [line_amount(item, terms.currency) for item in items]
    shares = split(discount, amounts, terms.currency) if discount else [ZERO] * len(amounts)
    due = [amount - share for amount, share in zip(amounts, shares, strict=True)]
    rates = [item.tax_rate for item in items]
    taxes = (
        _per_document(due, rates, terms)
        if terms.rounds_per_document
        else [_tax(a, r, terms) for a, r in zip(due, rates, strict=True)]
    )
    lines = tuple(_line(amount, tax, share, terms) for amount, tax, share in zip(due, taxes, shares, strict=True))
    net, tax = sum((line.net for line in lines), ZERO), sum((line.tax for line in lines), ZERO)
    return Totals(lines, net, tax, net + tax)


def part_of(amount: Decimal, *, part: Decimal, before: Decimal, whole: Decimal, currency: str) -> Decimal:
    """The share of `amount` for `part` of `whole`, when `before` was shared out already.

    Cumulative, so that the parts of a whole sum to it to the penny.
    """
    return rounded(amount * (before + part) / whole, currency) - rounded(amount * before / whole, currency)


def _tax(amount: Decimal, rate: Decimal, terms: Terms) -> Decimal:
    if terms.prices_include_tax:
        return amount - rounded(amount * HUNDRED / (HUNDRED + rate), terms.currency)
    return rounded(amount * rate / HUNDRED, terms.currency)


def _per_document(due: Sequence[Decimal], rates: Sequence[Decimal], terms: Terms) -> list[Decimal]:
    by_rate: dict[Decimal, list[int]] = defaultdict(list)
    for index, rate in enumerate(rates):
        by_rate[rate].append(index)
    taxes = [ZERO] * len(due)
    for rate, indexes in by_rate.items():
        amounts = [due[i] for i in indexes]
        tax = _tax(sum(amounts, ZERO), rate, terms)
        for index, share in zip(indexes, split(tax, amounts, terms.currency), strict=True):
            taxes[index] = share
    return taxes


def _line(amount: Decimal, tax: Decimal, share: Decimal, terms: Terms) -> LineTotals:
    net = amount - tax if terms.prices_include_tax else amount
    return LineTotals(order_discount=share, net=net, tax=tax, total=net + tax)
