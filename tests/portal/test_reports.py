"""No figure without the list that it sums."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.models import Kind
from expenses.periods import Period
from portal.reports import spans
from portal.reports.kinds import REPORTS
from portal.reports.months import by_month
from portal.reports.spending import by_category, by_payee, by_tag
from tests.factories import BusinessFactory, MemberFactory, StockedProductFactory, sell
from tests.factories.expenses import budget, category, spend
from tests.factories.reports import book, listed
from tests.factories.shelves import count
from tests.people import client_of

pytestmark = pytest.mark.django_db
D = Decimal
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
SPRING = Period(date(2026, 2, 15), date(2026, 3, 31))


def told(report):
    return {row.label: row.figures[0].value for row in report.all_rows}


def test_categories_are_a_tree_in_which_each_holds_all_below_it(owner):
    book(owner)

    report = by_category(owner.business, MARCH)

    assert [(row.label, row.depth, row.figures[0].value) for row in report.rows] == [
        ("Groceries", 0, 115),
        ("Directly in Groceries", 1, 30),
        ("Bread", 1, 85),
        ("Directly in Bread", 2, 5),
        ("Rye", 2, 80),
        ("Old", 0, 0),
        ("Home", 0, -1),
    ]
    assert [figure.value for figure in report.total.figures] == [114, 100, 89, D("28.1")]
    assert report.finding == "£114.00 spent, most of it on Groceries"


def test_what_counts_by_payee_and_by_tag(owner):
    book(owner)

    assert told(by_payee(owner.business, MARCH)) == {
        "Fennel": 80,
        "O'Brien & Söhne +50%=#": 30,
        "No payee": 4,
        "All spending": 114,
    }
    assert told(by_tag(owner.business, MARCH)) == {"team": 120, "trip": 90, "No tag": -6, "All spending": 114}


def test_month_against_month(owner):
    book(owner)
    owner.business.kind = Kind.PERSONAL

    report = by_month(owner.business, SPRING)

    assert [(row.label, [figure.value for figure in row.figures]) for row in report.all_rows] == [
        ("15 to 28 February 2026", [0, None, 0, 0]),
        ("March 2026", [114, None, 500, 386]),
        ("All months", [114, None, 500, 386]),
    ]
    assert report.finding == "Most was spent in March 2026: £114.00"


def test_a_shop_sees_no_earnings_beside_its_expenses(owner):
    assert [column.name for column in by_month(owner.business, SPRING).columns] == ["Spent", "Change"]


@pytest.mark.parametrize("build", [by_category, by_payee, by_tag, by_month])
@pytest.mark.parametrize("period", [MARCH, SPRING, Period(date(2026, 2, 12), date(2026, 3, 4))])
def test_the_list_behind_each_figure_comes_to_the_figure(build, period, owner):
    book(owner)
    owner.business.kind = Kind.PERSONAL  # what is earned too
    owner.business.save()
    browser = client_of(owner)

    figures = [
        (column.key, figure)
        for row in build(owner.business, period).all_rows
        for column, figure in zip(build(owner.business, period).columns, row.figures, strict=True)
        if figure.url
    ]

    assert len(figures) > 3
    for key, figure in figures:
        sign = -1 if key in {"earned", "left"} else 1
        assert listed(browser, figure.url) * sign == figure.value, figure.url


@pytest.mark.parametrize("name", REPORTS)
def test_each_report_has_a_page(name, logged_in, member):
    book(member)
    budget(member, 100)
    product = StockedProductFactory(business=member.business)
    sell(member, {product: 1})
    count(member, {product: 5})

    page = logged_in.get(f"/reports/{name.replace('_', '-')}/").content.decode()

    assert 'aria-current="page">' in page
    assert "£" in page


def test_the_first_report_opens_from_the_menu(logged_in):
    assert "/reports/" in logged_in.get("/menu/").content.decode()
    assert logged_in.get("/reports/").url == "/reports/profit-and-loss/"


@pytest.mark.parametrize(
    ("query", "period"),
    [
        ("", MARCH),
        ("?period=last-month", Period(date(2026, 2, 1), date(2026, 2, 28))),
        ("?period=quarter", Period(date(2026, 1, 1), date(2026, 3, 31))),
        ("?period=year", Period(date(2026, 1, 1), date(2026, 12, 31))),
        ("?period=12-months", Period(date(2025, 4, 1), date(2026, 3, 31))),
        ("?since=2026-02-15&until=2026-03-31", SPRING),
        ("?period=year&since=2026-02-15&until=2026-03-31", SPRING),
    ],
)
def test_the_days_are_those_that_are_asked_for(query, period, logged_in):
    assert logged_in.get(f"/reports/payees/{query}").context["report"].period == period


@pytest.mark.parametrize(("zone", "month"), [("Pacific/Kiritimati", 4), ("America/New_York", 3)])
def test_this_month_is_that_of_the_business_zone(zone, month, member, frozen_time):
    member.business.timezone = zone
    member.business.save()
    frozen_time.move_to(datetime(2026, 3, 31, 22, tzinfo=UTC))

    assert client_of(member).get("/reports/payees/").context["report"].period.first.month == month


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=2026-03-31&until=2026-03-01", "The last day is before the first."),
        ("since=2026-03-31", "Choose the last day too."),
        ("until=2026-03-31", "Choose the first day too."),
        ("since=2015-01-01&until=2026-03-01", "Choose ten years at most."),
        ("since=0001-01-01&until=0002-01-01", "Choose days after 1970"),
        ("since=9999-12-01&until=9999-12-31", "Choose days after 1970"),
        ("since=soon&until=%00", "Enter a valid date."),
        ("since=%D9%A1&until=2026-02-30", "Enter a valid date."),
    ],
)
def test_days_that_make_no_sense_say_so_and_show_this_month(query, sentence, logged_in):
    page = logged_in.get(f"/reports/categories/?{query}")

    assert sentence in page.content.decode()
    assert page.context["report"].period == MARCH


def test_a_period_nobody_knows_is_this_month(logged_in):
    assert logged_in.get("/reports/categories/?period=%00x").context["report"].period == MARCH


def test_the_tabs_keep_the_days(logged_in):
    assert "/reports/tags/?period=year" in logged_in.get("/reports/payees/?period=year").content.decode()


def test_what_is_not_shown_of_a_long_report_is_said_and_counted(logged_in, member, monkeypatch):
    monkeypatch.setattr("portal.views.reports.MOST_ROWS", 1)
    spend(member, 5, payee="Fennel")
    spend(member, 7, payee="Guild")

    page = logged_in.get("/reports/payees/").content.decode()

    assert "1 more row is not shown" in page
    assert "Fennel" not in page
    assert "£12.00" in page


def test_a_personal_book_has_its_reports():
    member = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role="owner")
    spend(member, 5)

    page = client_of(member).get("/reports/months/").content.decode()

    assert "Left over" in page
    assert "Sales" not in page


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize(("name", "queries"), [("categories", 2), ("payees", 1), ("tags", 2), ("months", 1)])
def test_each_report_costs_the_same_at_any_length(name, queries, count, logged_in, member, django_assert_num_queries):
    for n in range(count):
        spend(member, 5, payee=f"Payee {n}", tags=[f"tag {n}"], what=category(member, f"Category {n}"))
    logged_in.get(f"/reports/{name}/")

    with django_assert_num_queries(1 + queries):  # one brings the member
        logged_in.get(f"/reports/{name}/")


@pytest.mark.parametrize(
    ("first", "last", "brief", "in_words"),
    [
        ("2026-03-01", "2026-03-31", "Mar 2026", "March 2026"),
        ("2026-01-01", "2026-03-31", "Jan–Mar 2026", "1 January to 31 March 2026"),
        ("2026-01-01", "2026-12-31", "Jan–Dec 2026", "2026"),
        ("2025-12-01", "2026-03-31", "Dec 2025–Mar 2026", "1 December 2025 to 31 March 2026"),
        ("2026-03-03", "2026-03-03", "3 Mar 2026", "3 March 2026"),
        ("2026-03-03", "2026-04-07", "3 Mar–7 Apr 2026", "3 March to 7 April 2026"),
        ("2025-03-03", "2026-03-03", "3 Mar 2025–3 Mar 2026", "3 March 2025 to 3 March 2026"),
        ("2026-03-02", "2026-03-31", "2 Mar–31 Mar 2026", "2 to 31 March 2026"),
    ],
)
def test_days_in_words(first, last, brief, in_words):
    period = Period(date.fromisoformat(first), date.fromisoformat(last))

    assert (spans.brief(period), spans.in_words(period)) == (brief, in_words)


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("2026-01-01", "2026-03-31", ("2025-10-01", "2025-12-31")),
        ("2024-02-01", "2024-02-29", ("2024-01-01", "2024-01-31")),
        ("2026-01-01", "2026-12-31", ("2025-01-01", "2025-12-31")),
        ("2026-03-02", "2026-03-08", ("2026-02-23", "2026-03-01")),
    ],
)
def test_the_period_before_has_as_many_months_or_days(first, last, before):
    found = spans.before(Period(date.fromisoformat(first), date.fromisoformat(last)))

    assert (found.first.isoformat(), found.last.isoformat()) == before
