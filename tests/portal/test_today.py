"""The day on one page: its figures against figures reckoned by hand, and what a new shop sees instead."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Business, Kind
from accounts.permissions import Role
from imports.models import ImportBatch, ImportState
from inventory.models import Product
from portal.findings import hours_finding
from portal.queries.dashboard import get_dashboard
from sales.services.undo import RefundLine, refund_sale, void_sale
from tests.factories import NOW, BusinessFactory, MemberFactory, ProductFactory, StockedProductFactory, sell
from tests.people import client_of

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)
LONG_AGO = NOW - timedelta(days=400)


@pytest.fixture
def tea(owner) -> Product:
    """4.00 a packet, bought at 1.00; plenty of it."""
    known = {"name": "Tea", "price": Decimal("4.00")}
    return StockedProductFactory(business=owner.business, on_hand=1000, on_hand__at="1.00", on_hand__on=LONG_AGO, **known)


def board(member, *, at=NOW, days=7):
    return get_dashboard(member=member, at=at, best_of_days=days)


def sold(member, product, *moments: datetime) -> None:
    """One of it at each moment."""
    for moment in moments:
        sell(member, {product: 1}, at=max(moment, NOW), sold_at=moment)


def zone(member, name: str) -> None:
    Business.objects.filter(pk=member.business_id).update(timezone=name)
    member.business.refresh_from_db()


def test_today_counts_sales_less_refunds_and_no_voids(owner, tea):
    first, second = sell(owner, {tea: 5}), sell(owner, {tea: 2})
    refund_sale(sale=first, lines=[RefundLine(first.lines.get(), Decimal(1))], by=owner, reason="Torn", at=NOW)
    void_sale(sale=second, by=owner, reason="Rung up twice", at=NOW)

    takings = board(owner).takings

    assert takings.total == Decimal("16.00")
    assert takings.cost == Decimal("4.00")
    assert takings.margin == Decimal("75.0")
    assert (takings.receipts, takings.refunds) == (1, 1)


def test_today_is_set_against_the_same_weekday_until_the_same_hour(owner, tea):
    sold(owner, tea, NOW - timedelta(hours=1), NOW - timedelta(hours=2), NOW - timedelta(hours=3))
    sold(owner, tea, NOW - WEEK - timedelta(hours=1), NOW - WEEK - timedelta(minutes=1), NOW - WEEK + timedelta(minutes=1))

    sales = board(owner).sales

    assert (sales.now, sales.before) == (Decimal("12.00"), Decimal("8.00"))
    assert sales.growth == Decimal("50.0")


def test_the_week_begins_on_monday_and_is_set_against_the_last_until_now(owner, tea):
    monday = datetime(2026, 3, 2, 9, tzinfo=UTC)
    sold(owner, tea, monday - timedelta(days=1), monday, NOW)
    sold(owner, tea, monday - WEEK, NOW - WEEK, NOW - WEEK + timedelta(hours=1), NOW - WEEK + timedelta(days=1))

    week = board(owner).week

    assert (week.now, week.before) == (Decimal("8.00"), Decimal("8.00"))


def test_thirty_days_are_set_against_the_thirty_before(owner, tea):
    sold(owner, tea, NOW, NOW - timedelta(days=29), NOW - timedelta(days=30), NOW - timedelta(days=59), NOW - timedelta(days=60))

    result = board(owner)

    assert (result.month.now, result.month.before) == (Decimal("8.00"), Decimal("8.00"))
    assert len(result.by_day) == 30
    assert result.by_day[0][0] == date(2026, 2, 3)
    assert result.by_day[0][1].total == result.by_day[-1][1].total == Decimal("4.00")


@pytest.mark.parametrize(
    ("name", "now", "today", "yesterday"),
    [
        (
            "Pacific/Auckland",
            datetime(2026, 3, 4, 10, tzinfo=UTC),
            datetime(2026, 3, 3, 11, tzinfo=UTC),
            datetime(2026, 3, 3, 10, 59, tzinfo=UTC),
        ),
        (
            "America/Los_Angeles",
            datetime(2026, 3, 4, 10, tzinfo=UTC),
            datetime(2026, 3, 4, 8, tzinfo=UTC),
            datetime(2026, 3, 4, 7, 59, tzinfo=UTC),
        ),
    ],
)
def test_the_day_turns_at_the_shops_own_midnight(owner, tea, name, now, today, yesterday):
    zone(owner, name)
    sold(owner, tea, today, yesterday)

    result = board(owner, at=now)

    assert result.takings.total == Decimal("4.00")
    assert sum(hour.today for hour in result.day.hours) == Decimal("4.00")
    assert result.day.hours[0].hour == 0
    assert result.by_day[-2][1].total == Decimal("4.00")


def test_sales_stand_under_the_hour_of_the_shops_clock(owner, tea):
    zone(owner, "Asia/Kolkata")
    sold(owner, tea, datetime(2026, 3, 4, 9, 45, tzinfo=UTC), datetime(2026, 2, 25, 9, 45, tzinfo=UTC))

    hours = [hour for hour in board(owner).day.hours if hour.today or hour.then]

    assert [(hour.label, hour.today, hour.then) for hour in hours] == [("15:00", Decimal("4.00"), Decimal("4.00"))]


def test_best_sellers_are_ranked_by_what_they_brought_in(owner, tea):
    cake = StockedProductFactory(business=owner.business, name="Cake", price=Decimal("20.00"), on_hand=10, on_hand__on=LONG_AGO)
    sell(owner, {tea: 3}, sold_at=NOW - timedelta(days=6), at=NOW)
    sell(owner, {cake: 1})
    sell(owner, {tea: 50}, sold_at=NOW - timedelta(days=7), at=NOW)

    assert [(s.label, s.quantity, s.total) for s in board(owner).sellers] == [("Cake", 1, 20), ("Tea", 3, 12)]
    assert [s.label for s in board(owner, days=30).sellers] == ["Tea", "Cake"]


def test_stock_is_worth_its_average_cost(owner, tea):
    StockedProductFactory(business=owner.business, on_hand=3, on_hand__at="0.333333")

    assert board(owner).value == Decimal("1001.00")


def test_another_shops_figures_stay_out(owner, tea):
    other = MemberFactory(role=Role.OWNER)
    theirs = StockedProductFactory(business=other.business, stock_state="out")
    sell(other, {theirs: 1})

    result = board(owner)

    assert result.takings.total == 0
    assert result.sellers == []
    assert result.shortage.out == 0
    assert result.value == Decimal("1000.00")


@pytest.mark.parametrize("count", [1, 20])
def test_the_page_costs_the_same_however_much_sold(logged_in, owner, django_assert_max_num_queries, count):
    for n in range(count):
        state = ["low", "out"][n % 2]
        product = StockedProductFactory(business=owner.business, on_hand=30, on_hand__on=LONG_AGO, stock_state=state)
        sold(owner, product, NOW, NOW - timedelta(days=1), NOW - WEEK)
    logged_in.get("/")

    with django_assert_max_num_queries(9):
        assert logged_in.get("/").status_code == 200


def test_who_may_not_see_costs_sees_none(viewer, owner, tea):
    Business.objects.filter(pk=viewer.business_id).update(hide_costs=True)
    sell(owner, {tea: 3})

    page = client_of(viewer).get("/").content.decode()

    assert "£12.00" in page
    for secret in ["Margin", "gross profit", "average cost", "75.0%", "£997.00"]:
        assert secret not in page, secret


def test_a_viewer_is_offered_nothing_to_do(viewer, owner, tea):
    sell(owner, {tea: 1})

    page = client_of(viewer).get("/").content.decode()

    assert "worth doing" not in page
    assert "Receive stock" not in page


def test_suggestions_come_from_the_shops_own_rows(owner, tea):
    sell(owner, {tea: 1})
    ProductFactory(business=owner.business, name="Jam", stock_state="out")
    ProductFactory(business=owner.business, name="Milk", stock_state="low")

    titles = [suggestion.title for suggestion in board(owner).suggestions]

    assert titles == [
        "Order what is out: 1 product",
        "Give 1 best seller a reorder point",
        "Order 1 product before it runs out",
    ]


def test_an_import_that_waits_is_brought_to_mind(owner, tea):
    sell(owner, {tea: 1})
    what = {"kind": "products", "filename": "list.csv", "file": "x", "digest": "x", "header": "[]", "total_rows": 3}
    ImportBatch.objects.create(business=owner.business, started_by=owner, created_at=NOW, state=ImportState.READY, **what)

    assert "Finish the import of list.csv" in [s.title for s in board(owner).suggestions]


def test_nothing_is_suggested_that_the_role_may_not_do(clerk, owner, tea):
    sell(owner, {tea: 1})

    assert [s.title for s in board(clerk).suggestions] == []


def test_a_new_shop_sees_three_steps_to_its_first_sale(logged_in, owner):
    page = logged_in.get("/").content.decode()
    assert "Your first sale is three steps away" in page

    tea = StockedProductFactory(business=owner.business, on_hand__on=LONG_AGO)
    steps = logged_in.get("/").context["board"].first_steps
    assert (steps.has_products, steps.has_stock) == (True, True)

    sell(owner, {tea: 1})
    assert "three steps away" not in logged_in.get("/").content.decode()


def test_a_shop_that_sold_long_ago_is_not_new(owner, tea):
    sell(owner, {tea: 1}, sold_at=NOW - timedelta(days=200), at=NOW)

    assert board(owner).first_steps is None


def test_a_personal_book_opens_on_its_expenses():
    member = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role=Role.OWNER)

    assert client_of(member).get("/").url == "/expenses/"


def test_the_charts_are_told_in_words_too(logged_in, owner, tea):
    sell(owner, {tea: 2})

    page = logged_in.get("/").content.decode()

    assert "£8.00 in 30 days" in page
    assert "most on Wednesday 4 March with £8.00" in page
    assert "most from 10:00 with £8.00" in page
    assert page.count("Show as a table") == 2


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (0, 0, "Nothing sold yet today"),
        (1, 0, "£4.00 so far, nothing last Wednesday by now"),
        (1, 1, "Level with last Wednesday"),
        (2, 1, "£4.00 ahead of last Wednesday by now"),
        (0, 2, "£8.00 behind last Wednesday by now"),
    ],
)
def test_the_title_of_the_hours_says_how_the_day_goes(owner, tea, now, before, said):
    sold(owner, tea, *[NOW] * now, *[NOW - WEEK] * before)

    assert hours_finding(board(owner), "GBP") == said
