"""What was entered, in the currency of the business: rates, tax within an amount, and sums that must agree."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from accounts.models import Business
from common import money
from common.fields import COST_STEP, LARGEST_AMOUNT
from expenses.periods import FIRST_DAY, LAST_DAY
from expenses.rates import LONGEST_AGO, get_rate
from expenses.services.record.entry import BadAmount, BadDay, BadForeign, Entry, NoRate, Share, SplitsDoNotAddUp

HUNDRED = Decimal(100)


def check_day(day: date, *, field: str) -> None:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise BadDay(f"Choose a day after 1970 and before {LAST_DAY.year}.", field=field)


def check_amount(amount: Decimal, currency: str, *, field: str) -> None:
    if not amount.is_finite() or not 0 < amount <= LARGEST_AMOUNT:
        raise BadAmount(f"An amount lies above 0 and is at most {LARGEST_AMOUNT:,}.", field=field)
    if not money.fits(amount, currency):
        raise BadAmount(f"An amount in {currency} has at most {money.places(currency)} decimal places.", field=field)


def check_sum(shares: Sequence[Share], amount: Decimal, currency: str) -> None:
    """Raise SplitsDoNotAddUp, with what is missing or too much."""
    whole = sum((share.amount for share in shares), money.ZERO)
    if whole != amount:
        parts, of, gap = (_plain(each, currency) for each in (whole, amount, abs(amount - whole)))
        fault = "is missing" if whole < amount else "too much"
        raise SplitsDoNotAddUp(f"The splits add up to {parts} of {of}: {gap} {currency} {fault}.")


def _plain(amount: Decimal, currency: str) -> str:
    return f"{money.rounded(amount, currency) if money.fits(amount, currency) else amount:,f}"


def tax_within(entry: Entry, currency: str) -> Decimal:
    """The tax that a gross amount contains at a rate: gross − rounded net, so that the gross never moves."""
    if entry.tax:
        raise BadAmount("Give the tax or its rate, not both.", field="tax_rate")
    if entry.tax_rate is None or not 0 <= entry.tax_rate <= HUNDRED:
        raise BadAmount("A rate of tax lies between 0 and 100 %.", field="tax_rate")
    return entry.amount - money.rounded(entry.amount * HUNDRED / (HUNDRED + entry.tax_rate), currency)


def settled(entry: Entry, business: Business) -> tuple[Entry, date | None]:
    """The entry in the business's own currency, and the day whose rate was taken from the table."""
    check_day(entry.spent_on, field="spent_on")
    own, foreign = business.currency, entry.foreign_currency
    if not foreign:
        if entry.foreign_amount is not None or entry.rate is not None:
            raise BadForeign("Say which currency it was paid in.", field="foreign_currency")
        return entry, None
    if foreign == own or foreign not in money.known_currencies():
        raise BadForeign(f"{foreign} is not another currency that we know.", field="foreign_currency")
    if entry.foreign_amount is None:
        raise BadForeign(f"Say how much it was in {foreign}.")
    check_amount(entry.foreign_amount, foreign, field="foreign_amount")
    if entry.amount:
        return replace(entry, rate=_rate_between(entry, own)), None
    rate, rate_on = _rate_of_the_day(entry, business)
    return _converted(entry, entry.foreign_amount, rate, own), rate_on


def _rate_between(entry: Entry, own: str) -> Decimal:
    """The rate that was meant by two amounts; one that was entered must agree with them."""
    check_amount(entry.amount, own, field="amount")
    foreign = entry.foreign_amount or money.ZERO
    if entry.rate is None:
        rate = (entry.amount / foreign).quantize(COST_STEP)
        return _checked(rate)
    slack = money.step(own) / 2 + foreign * COST_STEP / 2
    if abs(foreign * _checked(entry.rate) - entry.amount) > slack:
        made = money.rounded(foreign * entry.rate, own)
        raise BadForeign(f"At {entry.rate.normalize():f} this is {made:,} {own}, not {entry.amount:,f}.", field="rate")
    return entry.rate


def _rate_of_the_day(entry: Entry, business: Business) -> tuple[Decimal, date | None]:
    if entry.rate is not None:
        return _checked(entry.rate), None
    found = get_rate(business, entry.foreign_currency, entry.spent_on)
    if found is None:
        day = f"{entry.spent_on.day} {entry.spent_on:%B %Y}"
        span = f"in the {LONGEST_AGO.days} days up to {day}"
        raise NoRate(f"There is no rate for {entry.foreign_currency} {span}. Enter one, or import rates.")
    return found.rate, found.on


def _converted(entry: Entry, foreign: Decimal, rate: Decimal, own: str) -> Entry:
    amount = money.rounded(foreign * rate, own)
    shares: Sequence[Share] = ()
    if entry.splits:
        check_sum(entry.splits, foreign, entry.foreign_currency)
        parts = money.split(amount, [share.amount for share in entry.splits], own)
        shares = [replace(share, amount=part) for share, part in zip(entry.splits, parts, strict=True)]
    return replace(entry, amount=amount, rate=rate, splits=shares, tax=money.rounded(entry.tax * rate, own))


def _checked(rate: Decimal) -> Decimal:
    if not rate.is_finite() or not 0 < rate <= LARGEST_AMOUNT or rate != rate.quantize(COST_STEP):
        raise BadForeign("A rate lies above 0 and has at most 6 decimal places.", field="rate")
    return rate
