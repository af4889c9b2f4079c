"""Budgets on the portal: what may be set, revised, moved, copied, put away and taken up."""

from datetime import date
from decimal import Decimal

import pytest

from expenses.models import Account, Budget, BudgetMove, Tag
from expenses.queries import get_positions
from tests.factories import MemberFactory
from tests.factories.expenses import TODAY, budget, category, spend
from tests.people import client_of

D = Decimal


def filled_in(**values):
    given = {"name": "Food", "amount": "100", "period": "monthly", "starts_on": "2026-01-01", "carry_over": "none"}
    return given | {"thresholds": "80, 100", "mode": "tell"} | values


def told_of(response):
    return response.content.decode()


@pytest.fixture
def two(member):
    return budget(member, 100, category=category(member)), budget(member, 50, name="Fun", category=category(member, "Leisure"))


@pytest.mark.parametrize("what", ["category", "tag", "account"])
def test_a_budget_is_for_a_category_a_tag_or_an_account(what, logged_in, member):
    business = member.business
    things = {
        "category": category(member),
        "tag": Tag.objects.create(business=business, name="team"),
        "account": Account.objects.create(business=business, name="Card", opened_on=date(2026, 1, 1)),
    }

    logged_in.post("/budgets/new/", filled_in(**{what: things[what].pk}))

    assert getattr(Budget.objects.get(), what) == things[what]


def test_a_budget_of_two_things_is_refused_on_the_form(logged_in, member):
    tag = Tag.objects.create(business=member.business, name="team")

    response = logged_in.post("/budgets/new/", filled_in(category=category(member).pk, tag=tag.pk))

    assert "one category, one tag or one account" in told_of(response)
    assert not Budget.objects.exists()


def test_another_book_s_tag_cannot_be_chosen(logged_in):
    theirs = Tag.objects.create(business=MemberFactory().business, name="x")

    response = logged_in.post("/budgets/new/", filled_in(tag=theirs.pk))

    assert "Select a valid choice" in str(response.context["form"].errors["tag"])


def test_a_limit_is_suggested_from_past_spending_and_nothing_is_saved(logged_in, member):
    for day, amount in {date(2025, 11, 5): 10, date(2025, 12, 5): 300, date(2026, 2, 5): 20, TODAY: 999}.items():
        spend(member, amount, day)

    response = logged_in.post("/budgets/new/", filled_in(category=category(member).pk, amount="", name="", suggest="1"))

    assert "£15.00</span>: the middle of your last 4 months" in told_of(response)
    assert response.context["form"]["amount"].value() == "15"
    assert not Budget.objects.exists()


@pytest.mark.parametrize("broken", [{"starts_on": "soon"}, {"starts_on": "0001-01-01"}, {"period": "custom"}, {"period": "x"}])
def test_without_days_or_past_nothing_is_suggested(broken, logged_in):
    response = logged_in.post("/budgets/new/", filled_in(**broken, suggest="1"))

    assert "nothing to go by" in told_of(response)


def test_another_limit_holds_from_its_period_on_and_all_limits_are_shown(logged_in, two):
    food, _ = two

    logged_in.post(f"/budgets/{food.pk}/revise/", {"amount": "150", "on": "2026-03-15", "reason": "Guests"})
    page = told_of(logged_in.get(f"/budgets/{food.pk}/"))

    assert [(each.from_on, each.amount) for each in food.revisions.all()] == [(date(2026, 3, 1), 150)]
    assert "The original" in page
    assert "Guests" in page


def test_a_new_limit_may_be_taken_from_the_period_before_or_from_past_spending(logged_in, member, two):
    spend(member, 42, date(2026, 2, 5))

    page = told_of(logged_in.get(f"/budgets/{two[0].pk}/revise/?amount=42.00"))

    assert "£100.00: as in the period before" in page
    assert "£42.00: what you spent in the last month" in page
    assert 'value="42.00"' in page


def test_a_day_without_a_period_is_refused_at_its_field(logged_in, two):
    response = logged_in.post(f"/budgets/{two[0].pk}/revise/", {"amount": "150", "on": "2020-01-01"})

    assert "has no period on that day" in str(response.context["form"].errors["on"])


def test_money_is_moved_and_listed_in_both(logged_in, member, two):
    food, fun = two

    response = logged_in.post(f"/budgets/{food.pk}/move/", moved(food, fun, "30", reason="Birthday"), follow=True)

    assert "£30.00 is moved from Food to Fun" in told_of(response)
    assert "£100.00 set, £30.00 moved out" in told_of(response)
    assert "Birthday" in told_of(logged_in.get(f"/budgets/{fun.pk}/"))
    assert get_positions(member.business, [fun], TODAY)[0].position.left == 80


def moved(source, target, amount, **values):
    return {"source": source.pk, "target": target.pk, "amount": amount, "on": TODAY, "key": "k"} | values


def test_a_second_click_moves_nothing_again(logged_in, two):
    for _ in range(2):
        logged_in.post("/budgets/move/", moved(*two, "30"))

    assert BudgetMove.objects.count() == 1


def test_more_than_is_left_asks_on_the_form(logged_in, two):
    asked = logged_in.post("/budgets/move/", moved(*two, "101"))
    assert "Food has £100.00 left" in str(asked.context["form"].errors["amount"])
    assert "more than is left" in told_of(asked)

    logged_in.post("/budgets/move/", moved(*two, "101", confirmed="on"))
    assert BudgetMove.objects.get().amount == 101


def test_what_is_over_is_offered_to_be_filled_and_what_is_not_to_be_taken_from(logged_in, member, two):
    spend(member, 130)

    assert logged_in.get(f"/budgets/{two[0].pk}/move/").context["form"]["target"].value() == two[0].pk
    assert logged_in.get(f"/budgets/{two[1].pk}/move/").context["form"]["source"].value() == two[1].pk
    assert "Food · £30.00 over" in told_of(logged_in.get("/budgets/move/"))
    assert "Food is £30.00 over" in told_of(logged_in.get("/budgets/"))


def test_with_one_budget_there_is_nothing_to_move(logged_in, member):
    budget(member, 100)

    assert "Two budgets must run" in told_of(logged_in.get("/budgets/move/"))


def test_after_a_custom_period_the_next_has_the_same_length_and_terms(logged_in, member):
    fair = budget(member, 100, name="Fair", period="custom", starts_on=date(2028, 2, 1), ends_on=date(2028, 2, 29), mode="ask")

    logged_in.post(f"/budgets/{fair.pk}/next/")
    following = Budget.objects.exclude(pk=fair.pk).get()
    logged_in.post(f"/budgets/{following.pk}/next/")

    assert (following.name, following.mode, following.amount) == ("Fair from 1 Mar 2028", "ask", 100)
    assert (following.starts_on, following.ends_on) == (date(2028, 3, 1), date(2028, 3, 29))
    assert Budget.objects.filter(name="Fair from 30 Mar 2028").exists()
    again = logged_in.post(f"/budgets/{fair.pk}/next/", follow=True)
    assert "There is a budget called Fair from 1 Mar 2028 already" in told_of(again)


def test_a_budget_that_goes_on_has_no_next(logged_in, two):
    assert "goes on by itself" in told_of(logged_in.post(f"/budgets/{two[0].pk}/next/", follow=True))


def test_a_budget_is_put_away_and_taken_up(logged_in, two):
    food, _ = two

    logged_in.post(f"/budgets/{food.pk}/rest/")
    assert "put away" in told_of(logged_in.get("/budgets/"))
    assert "This budget is put away" in told_of(logged_in.get(f"/budgets/{food.pk}/"))
    logged_in.post(f"/budgets/{food.pk}/rest/")

    assert Budget.objects.get(pk=food.pk).is_active


def test_the_pace_says_where_it_ends(logged_in, member):
    food = budget(member, 100)
    spend(member, 40)

    assert "at this rate 310% by 31 Mar" in told_of(logged_in.get("/budgets/"))
    assert "At this rate 310% by 31 March" in told_of(logged_in.get(f"/budgets/{food.pk}/"))


def test_the_history_has_bars_a_finding_and_a_table(logged_in, member):
    food = budget(member, 100)
    spend(member, 130, date(2026, 2, 5))

    page = told_of(logged_in.get(f"/budgets/{food.pk}/"))

    assert "Over in 1 of 3 periods" in page
    assert 'role="img" aria-label="Spent and committed in £ against limit' in page
    assert "?on=2026-02-01" in page


@pytest.mark.parametrize("page", ["edit", "revise", "move"])
def test_a_clerk_changes_nothing(page, clerk, two):
    assert client_of(clerk).get(f"/budgets/{two[0].pk}/{page}/").status_code == 403


@pytest.mark.parametrize("page", ["rest", "next"])
def test_a_clerk_presses_nothing(page, clerk, two):
    assert client_of(clerk).post(f"/budgets/{two[0].pk}/{page}/").status_code == 403


@pytest.mark.parametrize("count", [1, 20])
def test_one_budget_s_page_costs_the_same_at_any_length(count, logged_in, member, two, django_assert_max_num_queries):
    food, _ = two
    for n in range(count):
        spend(member, "5", payee=f"Payee {n}", tags=["team"])
        logged_in.post("/budgets/move/", moved(*two, "1", key=f"k{n}"))
        logged_in.post(f"/budgets/{food.pk}/revise/", {"amount": "90", "on": date(2026, 1 + n % 3, 1)})
    logged_in.get(f"/budgets/{food.pk}/")

    with django_assert_max_num_queries(26):
        assert logged_in.get(f"/budgets/{food.pk}/").status_code == 200
