"""Builds the sample shop: all of it or nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Business
from common.db import unit_of_work
from common.errors import DomainError
from portal.sample.buying import buy
from portal.sample.ending import date_dairy, end_with_gaps, late_items
from portal.sample.money import spend_through
from portal.sample.shop import NAME, hush, open_shop, unhush
from portal.sample.year import live_through
from sales.models import Sale

DAYS = 365
SEED = 20260101
BEFORE_OPENING = timedelta(days=7)


class SampleExists(DomainError):
    code = "sample_exists"


@dataclass(frozen=True)
class Built:
    business: Business
    products: int
    sales: int


@unit_of_work()
def build_sample(*, password: str, at: datetime, days: int = DAYS) -> Built:
    """The sample shop with `days` of trade up to `at`. The same day gives the same shop."""
    if Business.objects.filter(name=NAME, has_sample_data=True).exists():
        raise SampleExists("The sample shop is there already.")
    shop = open_shop(password=password, at=at - timedelta(days=days) - BEFORE_OPENING)
    hush(shop)
    first = shop.business.local_day(at) - timedelta(days=days)
    late = late_items(shop)
    live_through(shop=shop, first=first, until=at, seed=SEED, late=late)
    end_with_gaps(shop=shop, late=late, at=at)
    spend_through(shop=shop, first=first, until=at, seed=SEED)
    buy(shop=shop, at=at)
    date_dairy(shop=shop, at=at)
    unhush(shop)
    return Built(shop.business, len(shop.items), Sale.objects.for_business(shop.business).count())
