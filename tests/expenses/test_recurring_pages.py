from datetime import date
from decimal import Decimal

import pytest

from expenses.models import Expense, Occurrence, RecurringExpense
from expenses.services.posting import post_due, skip
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import budget, category
from tests.factories.recurring import recurring
from tests.people import client_of

BASE = "/expenses/recurring/"


def entered(member, **values):
    given = {"name": "Rent", "amount": "1150", "category": category(member).pk, "payee": "Hollis", "kind": "expense"}
    when = {
        "starts_on": "2026-03-01",
        "every": "1",
        "unit": "month",
        "on": "day_or_last",
        "nth": "1",
        "weekday": "MO",
        "ends": "never",
    }
    return given | when | {"tags": "shop, home", "tax": "", "note": "", "account": ""} | values


def shown(client, url):
    return client.get(url).content.decode()


def test_what_is_chosen_is_kept_as_a_rule_and_comes_back_as_it_was_chosen(logged_in, member):
    chosen = {"starts_on": "2026-01-31", "every": "2", "unit": "month", "on": "last", "ends": "times", "times": "12"}
    logged_in.post(f"{BASE}new/", entered(member, **chosen))

    rent = RecurringExpense.objects.get()
    assert (rent.rule, rent.amount, rent.payee.name) == ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1;COUNT=12", 1150, "Hollis")
    assert sorted(tag.name for tag in rent.tags.all()) == ["home", "shop"]
    form = logged_in.get(f"{BASE}{rent.pk}/").context["form"]
    assert {name: form[name].value() for name in ("every", "unit", "on", "ends", "times")} == {
        "every": 2,
        "unit": "month",
        "on": "last",
        "ends": "times",
        "times": 12,
    }
    assert "Every 2 months on the last day, 12 times" in shown(logged_in, BASE)


def test_weekdays_and_a_last_day_are_kept(logged_in, member):
    chosen = {"unit": "week", "weekdays": ["FR", "MO"], "ends": "day", "ends_on": "2026-12-31"}

    logged_in.post(f"{BASE}new/", entered(member, **chosen))

    rent = RecurringExpense.objects.get()
    assert (rent.rule, rent.ends_on) == ("FREQ=WEEKLY;BYDAY=MO,FR", date(2026, 12, 31))


def test_who_knows_rules_writes_one(logged_in, member):
    logged_in.post(f"{BASE}new/", entered(member, rule="freq=monthly;byday=mo,tu,we,th,fr;bysetpos=-1"))

    rent = RecurringExpense.objects.get()
    assert rent.rule == "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    assert logged_in.get(f"{BASE}{rent.pk}/").context["form"]["rule"].value() == rent.rule


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"rule": "FREQ=HOURLY"}, "rule", "At most once a day"),
        ({"rule": "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"}, "rule", "does not fall on any day"),
        ({"every": "0"}, "every", "Enter a whole number from 1 to 999"),
        ({"every": "1000"}, "every", "Enter a whole number from 1 to 999"),
        ({"unit": "moon"}, "unit", "valid choice"),
        ({"weekdays": ["XX"], "unit": "week"}, "weekdays", "valid choice"),
        ({"nth": "7"}, "nth", "valid choice"),
        ({"ends": "day"}, "ends_on", "Say on which day"),
        ({"ends": "times"}, "times", "Say how many times"),
        ({"ends": "day", "ends_on": "2026-02-01"}, "ends_on", "on or after the day it starts"),
        ({"starts_on": "2024-01-01"}, "starts_on", "at most a year ago"),
        ({"starts_on": "9999-01-01"}, "starts_on", "before 9000"),
        ({"amount": "0"}, "amount", "above 0"),
        ({"amount": "1.005"}, "amount", "at most 2 decimal places"),
        ({"tax": "2000"}, "tax", "between 0 and the amount"),
        ({"name": " "}, "name", "required"),
    ],
)
def test_bad_input_is_told_at_its_field(values, field, sentence, logged_in, member):
    response = logged_in.post(f"{BASE}new/", entered(member, **values))

    assert sentence in str(response.context["form"].errors[field])
    assert not RecurringExpense.objects.exists()


def test_a_name_is_taken_once(logged_in, member):
    recurring(member)

    response = logged_in.post(f"{BASE}new/", entered(member))

    assert "There is a recurring expense called Rent already." in response.content.decode()


def test_a_change_holds_from_now_on_and_leaves_what_is_posted(logged_in, member):
    rent = recurring(member)
    post_due(business=member.business, at=NOW)

    logged_in.post(f"{BASE}{rent.pk}/", entered(member, amount="1200"))

    assert Expense.objects.get().amount == 10
    assert RecurringExpense.objects.get().amount == 1200


def test_what_waits_is_listed_settled_and_gone(logged_in, member):
    power = recurring(member, name="Power", is_variable=True, amount=290)
    post_due(business=member.business, at=NOW)
    assert "1 waits for you" in shown(logged_in, BASE)

    page = logged_in.get(f"{BASE}{power.pk}/day/")
    assert "Power of 1 March 2026" in page.content.decode()
    logged_in.post(f"{BASE}{power.pk}/day/?on=2026-03-01", {"amount": "301.50", "spent_on": "2026-03-01"})

    assert Expense.objects.get().amount == Decimal("301.50")
    assert "waits for you" not in shown(logged_in, BASE)


def test_a_budget_that_asks_is_answered_where_the_amount_is_said(logged_in, member):
    budget(member, 5, mode="ask")
    rent = recurring(member)
    post_due(business=member.business, at=NOW)
    url, said = f"{BASE}{rent.pk}/day/?on=2026-03-01", {"amount": "10", "spent_on": "2026-03-01"}

    asked = logged_in.post(url, said)
    assert "over its limit" in str(asked.context["form"].errors["amount"])
    logged_in.post(url, said | {"confirmed": "on"})

    assert Expense.objects.get().amount == 10


def test_one_day_is_left_out(logged_in, member):
    rent = recurring(member)

    logged_in.post(f"{BASE}{rent.pk}/skip/?on=2026-04-01")

    assert Occurrence.objects.get().state == "skipped"
    again = logged_in.post(f"{BASE}{rent.pk}/skip/?on=2026-04-01", follow=True)
    assert "is dealt with already" in again.content.decode()


@pytest.mark.parametrize("on", ["2026-03-02", "1960-01-01", "soon", "2026-02-31", ""])
def test_any_day_of_the_address_gives_a_page(on, logged_in, member):
    rent = recurring(member)

    assert logged_in.get(f"{BASE}{rent.pk}/day/?on={on}").status_code == 200


def test_a_day_of_what_has_ended_is_not_there(logged_in, member):
    rent = recurring(member, ends_on=date(2026, 3, 31), handled_until=date(2026, 3, 4))

    assert logged_in.get(f"{BASE}{rent.pk}/day/").status_code == 404


def test_the_weeks_ahead_are_summed_with_a_running_total(logged_in, member):
    recurring(member, "FREQ=WEEKLY", starts_on=date(2026, 3, 9), amount=20)
    recurring(member, name="Salary", starts_on=date(2026, 3, 10), kind="income", amount=50)

    agenda = logged_in.get(BASE).context["agenda"]

    assert [(str(week.first), week.total, week.running) for week in agenda.weeks] == [
        ("2026-03-09", -30, -30),
        ("2026-03-16", 20, -10),
        ("2026-03-23", 20, 10),
        ("2026-03-30", 20, 30),
    ]
    assert "£30.00 goes out by 3 April 2026." in shown(logged_in, BASE)
    assert logged_in.get(f"{BASE}?days=90").context["days"] == 90
    assert logged_in.get(f"{BASE}?days=forever").context["days"] == 30


def test_the_calendar_shows_what_was_posted_waits_is_skipped_and_is_ahead(logged_in, member):
    rent = recurring(member, "FREQ=WEEKLY")
    recurring(member, name="Power", is_variable=True)
    skip(recurring=rent, due_on=date(2026, 3, 8), by=member, at=NOW)
    post_due(business=member.business, at=NOW)

    weeks = logged_in.get(f"{BASE}calendar/").context["weeks"]

    marks = {
        (day.on.day, mark.recurring.name): mark.state for week in weeks for day in week if day.is_of_month for mark in day.marks
    }
    assert marks == {
        (1, "Rent"): "posted",
        (1, "Power"): "due",
        (8, "Rent"): "skipped",
        (15, "Rent"): "ahead",
        (22, "Rent"): "ahead",
        (29, "Rent"): "ahead",
    }


@pytest.mark.parametrize("month", ["", "2026-04", "1200-01", "9999-12", "2026-13", "soon", "2028-02"])
def test_any_month_of_the_address_gives_a_calendar(month, logged_in, member):
    recurring(member)

    assert logged_in.get(f"{BASE}calendar/?month={month}").status_code == 200


def test_it_rests_and_goes_on_without_making_up_for_the_days_between(logged_in, member, frozen_time):
    rent = recurring(member, "FREQ=DAILY", starts_on=date(2026, 3, 1))
    logged_in.post(f"{BASE}{rent.pk}/rest/")
    post_due(business=member.business, at=NOW)
    assert "Rests" in shown(logged_in, BASE)

    logged_in.post(f"{BASE}{rent.pk}/rest/")
    post_due(business=member.business, at=NOW)

    assert [str(day) for day in Expense.objects.values_list("spent_on", flat=True)] == ["2026-03-04"]


def test_it_is_deleted_or_rests_where_it_has_a_history(logged_in, member):
    rent, power = recurring(member), recurring(member, name="Power", starts_on=date(2026, 4, 1))
    post_due(business=member.business, at=NOW)

    for each in (rent, power):
        logged_in.post(f"{BASE}{each.pk}/delete/")

    assert list(RecurringExpense.objects.values_list("name", "is_active")) == [("Rent", False)]


def test_an_empty_book_is_led_to_its_first(logged_in, viewer):
    assert "Add the first" in shown(logged_in, BASE)
    assert "Managers can say what comes again" in shown(client_of(viewer), BASE)


def test_a_clerk_sees_and_changes_nothing(clerk):
    rent, client = recurring(clerk), client_of(clerk)

    assert "Rent" in shown(client, BASE)
    assert "Change or skip" not in shown(client, BASE)
    assert client.get(f"{BASE}calendar/").status_code == 200
    for url in ("new/", f"{rent.pk}/", f"{rent.pk}/rest/", f"{rent.pk}/delete/", f"{rent.pk}/day/", f"{rent.pk}/skip/"):
        assert client.post(f"{BASE}{url}").status_code == 403


def test_a_personal_book_has_it_too(db):
    person = MemberFactory(role="owner", business__kind="personal")
    recurring(person)

    assert "Rent" in shown(client_of(person), BASE)


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize("url", [BASE, f"{BASE}calendar/"])
def test_pages_cost_the_same_at_any_length(url, count, logged_in, member, django_assert_max_num_queries):
    for n in range(count):
        recurring(member, "FREQ=WEEKLY", name=f"Rent {n}", payee="Hollis", tags=["team"])
    recurring(member, name="Power", is_variable=True)
    post_due(business=member.business, at=NOW)
    logged_in.get(url)

    with django_assert_max_num_queries(12):
        assert logged_in.get(url).status_code == 200


def test_a_category_is_chosen_and_never_presumed(logged_in, member):
    category(member, "Advertising")

    assert logged_in.get(f"{BASE}new/").context["form"]["category"].value() in {None, ""}
    answer = logged_in.post(f"{BASE}new/", entered(member, category=""))

    assert "category" in answer.context["form"].errors
    assert not RecurringExpense.objects.exists()


def test_a_book_in_which_nothing_is_ahead_does_not_speak_of_zero(logged_in):
    assert "Nothing goes out until" in shown(logged_in, BASE)


def test_what_begins_years_from_now_has_not_ended(logged_in, member):
    recurring(member, starts_on=date(2031, 1, 31))

    page = logged_in.get("/expenses/recurring/").content.decode()

    assert "31 Jan 2031" in page
    assert "Ended" not in page
