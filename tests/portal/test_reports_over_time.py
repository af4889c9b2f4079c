"""Budget against actual, net worth and the calendar of spending."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from expenses.models import Account
from expenses.periods import Period
from expenses.queries import get_balances, get_net_worth
from expenses.services.budgets import save_budget
from expenses.worth import get_balances_at
from portal.reports.budgets import budgets_against_actual
from portal.reports.days import by_day
from portal.reports.worth import net_worth
from tests.factories import NOW
from tests.factories.expenses import TODAY, budget, category, spend
from tests.factories.money import account, transfer
from tests.factories.reports import LAST_MONTH, book, listed
from tests.people import client_of

pytestmark = pytest.mark.django_db
D = Decimal
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))


def told(report):
    return [(row.label, row.depth, [figure.value for figure in row.figures]) for row in report.rows]


def test_each_period_of_each_budget_that_the_days_touch(owner):
    things = book(owner)
    budget(owner, 100, name="Food", category=things.food, carry_over="all")
    budget(owner, 50, name="Year", category=things.home, period="yearly")
    budget(owner, 10, name="Gone", starts_on=date(2027, 1, 1))

    report = budgets_against_actual(owner.business, Period(date(2026, 2, 20), date(2026, 3, 31)))

    assert told(report) == [
        ("Food", 0, [200, None, 115, None, None, D("57.5")]),
        ("February 2026", 1, [100, 100, 0, 0, 200, 0]),
        ("March 2026", 1, [100, 200, 115, 0, 185, D("38.3")]),
        ("Year", 0, [50, 0, 76, 0, -26, 152]),
    ]
    assert report.finding == "1 of 3 over their limits"


def test_a_budget_that_is_put_away_is_still_reported(owner):
    resting = budget(owner, 100)
    resting.is_active = False
    resting.save()

    assert [row.label for row in budgets_against_actual(owner.business, MARCH).rows] == ["Food"]
    assert (
        budgets_against_actual(owner.business, Period(date(2020, 1, 1), date(2020, 1, 2))).finding
        == "No budget ran in these days"
    )


@pytest.mark.parametrize("period", [MARCH, QUARTER])
def test_the_list_behind_each_figure_of_a_budget_comes_to_the_figure(period, owner):
    things, browser = book(owner), client_of(owner)
    tag = owner.business.tags.get(name="team")
    Account.objects.filter(pk=things.cash.pk).update(is_active=False)
    budget(owner, 100, name="Food", category=things.food)
    budget(owner, 100, name="All")
    budget(owner, 100, name="Team", tag=tag)
    budget(owner, 100, name="Cash", account=things.cash)

    rows = budgets_against_actual(owner.business, period).rows

    assert len(rows) == (4 if period == MARCH else 16)
    for row in rows:
        spent = row.figures[2]
        if row.is_sum:
            assert listed(browser, spent.url) == spent.value, spent.url
        else:
            page = browser.get(spent.url)
            assert page.context["bar"].each.position.spent == spent.value
            assert sum(one.flow for one in page.context["page"].items) <= 0


def test_net_worth_is_what_lies_on_all_accounts(owner):
    book(owner)
    account(owner, "Opened later", 7, opened_on=date(2026, 3, 2))

    report = net_worth(owner.business, QUARTER, TODAY)

    assert [column.name for column in report.columns] == ["Together", "Change", "Bank", "Cash", "Opened later"]
    assert told(report) == [
        ("31 January 2026", 0, [1050, None, 1000, 50, 0]),
        ("28 February 2026", 0, [1050, 0, 1000, 50, 0]),
        ("4 March 2026", 0, [1469, 419, 1320, 142, 7]),
    ]
    assert report.finding == "£1,469.00 on 4 March 2026, £419.00 more than on 31 January 2026"


def test_net_worth_of_a_short_period_goes_day_by_day_and_has_no_tomorrow(owner):
    account(owner, "Bank", 10)

    assert [row.key for row in net_worth(owner.business, MARCH, TODAY).rows] == [f"2026-03-0{n}" for n in (1, 2, 3, 4)]
    assert net_worth(owner.business, Period(date(2026, 4, 1), date(2026, 4, 2)), TODAY).finding == "These days are still to come"


def test_net_worth_without_an_account(owner):
    assert net_worth(owner.business, MARCH, TODAY).finding == "No account yet"


def test_closed_accounts_count_as_long_as_something_lies_on_them(owner):
    full, empty = account(owner, "Full", 10), account(owner, "Empty", 0)
    Account.objects.filter(pk__in=[full.pk, empty.pk]).update(is_active=False)

    assert [column.name for column in net_worth(owner.business, MARCH, TODAY).columns] == ["Together", "Change", "Full"]


def test_the_page_behind_each_balance_says_the_balance(owner):
    book(owner)
    browser = client_of(owner)

    for row in net_worth(owner.business, QUARTER, TODAY).rows:
        together, _, *balances = row.figures
        assert browser.get(together.url).context["total"] == together.value
        for figure in balances:
            assert browser.get(figure.url).context["page"].items[0].balance == figure.value


@pytest.mark.parametrize("query", ["?on=soon", "?on=9999-12-31", "?on=%00", "?on=2026-02-30"])
def test_accounts_on_no_day_are_those_of_today(query, logged_in):
    assert logged_in.get(f"/money/{query}").context["today"] == TODAY


def test_balances_at_many_days_are_those_of_each_day(owner, django_assert_num_queries):
    things = book(owner)
    days = [TODAY + timedelta(days=n) for n in range(-90, 5, 3)]
    transfer(owner, things.cash, things.bank, 9, LAST_MONTH)

    with django_assert_num_queries(6):
        found = get_balances_at(owner.business, days)

    assert found == [get_balances(owner.business, until=day) for day in days]
    assert sum(found[-1].values()) == get_net_worth(owner.business, days[-1])


def test_the_calendar_is_darker_where_more_was_spent(owner):
    for n, amount in enumerate((10, 20, 30, 1000), 1):
        spend(owner, amount, date(2026, 3, n))
    spend(owner, 5, date(2026, 3, 9), kind="refund")

    report = by_day(owner.business, MARCH)

    days = {day.on.day: (day.amount, day.level) for week in report.months[0].weeks for day in week if day}
    assert len(days) == 31
    assert {n: days[n] for n in (1, 2, 3, 4, 5, 9)} == {1: (10, 1), 2: (20, 2), 3: (30, 3), 4: (1000, 4), 5: (0, 0), 9: (-5, 0)}
    assert report.finding == "Most was spent on Wednesday 4 March 2026: £1,000.00"
    assert report.total.figures[0].value == 1055


def test_the_list_behind_each_day_comes_to_the_figure(owner):
    book(owner)
    browser = client_of(owner)

    report = by_day(owner.business, QUARTER)

    shown = [day for month in report.months for week in month.weeks for day in week if day and day.url]
    assert [day.amount for day in shown] == [89, 114]
    for figure in [*(row.figures[0] for row in report.all_rows)]:
        assert listed(browser, figure.url) == figure.value
    for day in shown:
        assert listed(browser, day.url) == day.amount


def test_a_calendar_of_many_years_shows_the_last(owner):
    report = by_day(owner.business, Period(date(2020, 1, 1), date(2026, 3, 15)))

    assert report.period == Period(date(2025, 4, 1), date(2026, 3, 15))
    assert "a year at most" in report.remark


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize(("name", "queries"), [("calendar", 1), ("net-worth", 7), ("budgets", 12)])
def test_each_costs_the_same_at_any_length(name, queries, count, logged_in, member, django_assert_max_num_queries):
    for n in range(count):
        what, bank = category(member, f"Category {n}"), account(member, f"Bank {n}", n)
        spend(member, 5, TODAY - timedelta(days=n), what=what, account=bank)
        budget(member, 5, name=f"Budget {n}", category=what)
        transfer(member, bank, account(member, f"Cash {n}"), 1)
    logged_in.get(f"/reports/{name}/")

    with django_assert_max_num_queries(1 + queries):
        assert logged_in.get(f"/reports/{name}/?period=year").context["report"].rows


def test_a_revised_limit_is_that_of_its_period(owner):
    food = budget(owner, 100)
    food.revisions.create(from_on=date(2026, 3, 1), amount=D(70), made_by=owner, made_at=NOW)
    save_budget(budget=food, by=owner, at=NOW, values={})

    assert [row.figures[0].value for row in budgets_against_actual(owner.business, QUARTER).rows] == [270, 100, 100, 70]
