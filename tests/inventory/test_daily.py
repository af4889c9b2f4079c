from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from common.models import DailyRun
from inventory import tasks
from inventory.models import Product, StockLevel
from inventory.services import daily
from tests.factories import BusinessFactory, MemberFactory, StockedProductFactory

SEVEN_IN_LONDON = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)


def shop(zone: str, **options):
    return MemberFactory(business=BusinessFactory(timezone=zone, **options)).business


def due(at: datetime) -> set[int]:
    return set(daily.shops_due(job=daily.STOCK_CHECK, hour=daily.MORNING, at=at))


@pytest.mark.parametrize(
    ("zone", "first_moment"),
    [
        ("Europe/London", SEVEN_IN_LONDON),
        ("Pacific/Kiritimati", datetime(2026, 3, 3, 17, 0, tzinfo=UTC)),
        ("Pacific/Pago_Pago", datetime(2026, 3, 4, 18, 0, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 3, 4, 1, 30, tzinfo=UTC)),
    ],
)
def test_each_shop_is_asked_from_seven_on_its_own_morning(db, zone, first_moment):
    business = shop(zone)
    daily.check_stock(business_ids=[business.pk], at=first_moment - timedelta(days=1))

    assert due(first_moment - timedelta(minutes=1)) == set()
    assert due(first_moment) == {business.pk}


def test_once_a_day_even_with_two_beats(db):
    business = shop("Europe/London")

    assert daily.check_stock(business_ids=[business.pk], at=SEVEN_IN_LONDON)
    assert not daily.check_stock(business_ids=[business.pk], at=SEVEN_IN_LONDON + timedelta(minutes=10))

    assert due(SEVEN_IN_LONDON + timedelta(hours=1)) == set()
    assert due(SEVEN_IN_LONDON + timedelta(days=1)) == {business.pk}


@pytest.mark.parametrize("changes_on", [datetime(2026, 3, 29, 6, 0, tzinfo=UTC), datetime(2026, 10, 25, 7, 0, tzinfo=UTC)])
def test_a_change_of_clocks_neither_doubles_nor_skips_it(db, changes_on):
    business = shop("Europe/London")
    ticks = [changes_on - timedelta(days=1) + timedelta(minutes=10 * n) for n in range(3 * 144)]

    runs = sum(daily.check_stock(business_ids=[business.pk], at=tick) for tick in ticks if due(tick))

    mornings = {
        local.date() for local in (tick.astimezone(ZoneInfo("Europe/London")) for tick in ticks) if local.hour >= daily.MORNING
    }
    assert runs == DailyRun.objects.filter(job=daily.STOCK_CHECK).count() == len(mornings)


def test_a_failed_check_gives_the_day_back(db, monkeypatch):
    business = shop("Europe/London")
    monkeypatch.setattr(daily, "check_businesses", lambda **_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        daily.check_stock(business_ids=[business.pk], at=SEVEN_IN_LONDON)

    assert due(SEVEN_IN_LONDON) == {business.pk}


def test_a_personal_book_has_no_stock_to_check(db):
    shop("Europe/London", kind="personal")

    assert due(SEVEN_IN_LONDON) == set()


def test_the_schedule_finds_what_is_low_and_what_does_not_add_up(frozen_time, db):
    business = shop("Europe/London")
    low = StockedProductFactory(business=business, on_hand=3)
    Product.objects.filter(pk=low.pk).update(reorder_point=5)
    wrong = StockedProductFactory(business=business)
    StockLevel.objects.filter(product=wrong).update(on_hand=11)

    tasks.check_stock_where_due()
    tasks.prove_ledgers_where_due()

    assert set(business.alerts.values_list("kind", "subject")) == {("low_stock", low.label), ("ledger_mismatch", wrong.label)}
