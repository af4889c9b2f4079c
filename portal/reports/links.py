"""Addresses of the lists behind the figures."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from expenses.lists import SPENDING
from expenses.models import ExpenseState
from expenses.periods import Period


def spent(period: Period, **narrowed: Any) -> str:
    """The expenses and refunds that count in a period, narrowed as the list's own filters are."""
    return f"{_spent(period)}&{urlencode(narrowed)}" if narrowed else _spent(period)


def counted(period: Period, **narrowed: Any) -> str:
    """All that is posted in a period, incomes too."""
    return f"{reverse('expenses')}?{urlencode(days(period) | {'state': ExpenseState.POSTED.value} | narrowed)}"


@lru_cache(maxsize=100)
def _spent(period: Period) -> str:
    """Remembered, since a report may link to the same days a thousand times."""
    return counted(period, kind=SPENDING)


def moved(period: Period) -> str:
    """The movements of a period; filters of that list can be added behind it."""
    return f"{movements()}?first={period.first}&last={period.last}"


@lru_cache(maxsize=1)
def movements() -> str:
    return reverse("movements")


def product(pk: int) -> str:
    return f"{_products()}{pk}/"


@lru_cache(maxsize=1)
def _products() -> str:
    return reverse("products")


def report(name: str, period: Period) -> str:
    return f"{reverse(f'report_{name}')}?{urlencode(days(period))}"


def days(period: Period) -> dict[str, str]:
    return {"since": period.first.isoformat(), "until": period.last.isoformat()}
