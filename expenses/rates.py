"""Rates of the day, as they were entered or imported."""

from datetime import date, timedelta

from accounts.models import Business
from expenses.models import ExchangeRate

LONGEST_AGO = timedelta(days=31)  # tax offices publish one for a month; what is older says nothing of the day


def get_rate(business: Business, currency: str, on: date) -> ExchangeRate | None:
    """The latest rate on or before a day and at most LONGEST_AGO before it."""
    since = max(on, date.min + LONGEST_AGO) - LONGEST_AGO
    rates = ExchangeRate.objects.for_business(business).filter(currency=currency, on__range=(since, on))
    return rates.order_by("-on").first()
