"""Money that is as good as spent, handed down by whoever knows of it, so that budgets need not know them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Business


@dataclass(frozen=True)
class Commitment:
    """An amount that will be spent on a day. It is gone from here in the transaction that records the expense."""

    on: date
    amount: Decimal
    category_id: int
    account_id: int | None = None
    tag_ids: frozenset[int] = frozenset()


Provider = Callable[[Business, date, date], Iterable[Commitment]]
_providers: list[Provider] = []


def commits(provider: Provider) -> Provider:
    """Register a function that names what is committed from a day to a day, both included, in queries of a fixed number."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def get_commitments(business: Business, since: date, until: date) -> list[Commitment]:
    return [each for provider in _providers for each in provider(business, since, until)]
