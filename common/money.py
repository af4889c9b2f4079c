"""Money is Decimal, at the currency's own number of places, rounded half up."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel import Locale
from babel.numbers import get_currency_precision, get_currency_symbol, get_territory_currencies, list_currencies

ZERO = Decimal(0)


@cache
def places(currency: str) -> int:
    """Decimal places of an ISO 4217 currency: 2 for GBP, 0 for JPY, 3 for BHD."""
    return get_currency_precision(currency)


@cache
def step(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 for GBP."""
    return Decimal(1).scaleb(-places(currency))


@cache
def symbol(currency: str) -> str:
    return get_currency_symbol(currency, locale="en_GB")


@cache
def known_currencies() -> frozenset[str]:
    return frozenset(list_currencies("en"))


@cache
def living_currencies() -> frozenset[str]:
    """The currencies that some country pays with today."""
    places = [str(place) for place in Locale("en").territories]
    return frozenset(code for place in places if len(place) == 2 for code in get_territory_currencies(place))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` at the currency's places, half up (away from zero at the half)."""
    return amount.quantize(step(currency), rounding=ROUND_HALF_UP)


def fits(amount: Decimal, currency: str) -> bool:
    """Whether `amount` needs no more places than its currency has."""
    return amount == rounded(amount, currency)


def split(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Shares of `amount` in proportion to `weights` that sum to it exactly (largest remainder)."""
    whole = sum(weights, ZERO)
    if not whole:
        return [amount if i == 0 else ZERO for i, _ in enumerate(weights)]
    unit = step(currency)
    exact = [amount * weight / whole for weight in weights]
    shares = [(share // unit) * unit for share in exact]
    missing = int((amount - sum(shares, ZERO)) / unit)
    sign = unit if missing >= 0 else -unit
    by_remainder = sorted(range(len(exact)), key=lambda i: (exact[i] - shares[i]) * (1 if missing >= 0 else -1), reverse=True)
    for i in by_remainder[: abs(missing)]:
        shares[i] += sign
    return shares
