"""Prices by a rule: pure arithmetic, so that a preview and what it leads to are the same."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from common import money

ROUNDINGS = {
    "": "To the currency's own places",
    "0.05": "To the nearest 0.05",
    "0.10": "To the nearest 0.10",
    "0.50": "To the nearest 0.50",
    "1": "To whole numbers",
    ".99": "Ending in .99",
    ".95": "Ending in .95",
    ".90": "Ending in .90",
}
ENDS = {".99", ".95", ".90"}
WHOLE = Decimal(1)


def rounder(rounding: str, currency: str) -> Callable[[Decimal], Decimal]:
    """How a price that was worked out becomes one that can be asked. Halves go up; an ending never goes below itself."""
    if rounding in ENDS:
        end = Decimal(f"0{rounding}")
        return lambda price: max(_nearest(price - end, WHOLE) + end, end)
    return lambda price: _nearest(price, Decimal(rounding) if rounding else money.step(currency))


def roundings(currency: str) -> list[tuple[str, str]]:
    """Those that make sense of a currency: there is no 0.99 yen."""
    step = money.step(currency)
    return [(key, words) for key, words in ROUNDINGS.items() if not key or Decimal(f"0{key}" if key in ENDS else key) % step == 0]


def price_for_margin(cost: Decimal, percent: Decimal, tax_rate: Decimal, *, includes_tax: bool) -> Decimal:
    """The price at which `percent` of the net price is earned over cost; percent < 100. As `margins.margin_of` counts it."""
    net = cost / (1 - percent / 100)
    return net * (1 + tax_rate / 100) if includes_tax else net


def _nearest(price: Decimal, step: Decimal) -> Decimal:
    return (price / step).quantize(WHOLE, rounding=ROUND_HALF_UP) * step
