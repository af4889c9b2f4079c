from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expenses.models import Expense
from expenses.services.record import (
    BadRefund,
    ConfirmOverBudget,
    Entry,
    HasRefunds,
    OverBudget,
    RefundTooLarge,
    delete_expense,
    get_refunded,
    update_expense,
)
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import TODAY, budget, category, spend

D = Decimal


def give_back(member, origin, amount):
    return spend(member, amount, kind="refund", refund_of=origin).expense


def entry_of(expense, **values):
    first = Entry(expense.spent_on, expense.amount, expense.splits.first().category, expense.kind, refund_of=expense.refund_of)
    return replace(first, **values)


def change(expense, by, *, confirmed=False, **values):
    return update_expense(expense=expense, by=by, entry=entry_of(expense, **values), at=NOW, confirmed=confirmed)


def test_refunds_give_back_to_the_category_and_never_more_than_was_spent(member):
    budget(member, 100)
    origin = spend(member, 30).expense
    give_back(member, origin, 20)

    with pytest.raises(RefundTooLarge, match=r"Of 30\.00 GBP, at most 10\.00 is left"):
        give_back(member, origin, "10.01")
    give_back(member, origin, 10)
    with pytest.raises(RefundTooLarge, match=r"All 30\.00 GBP of it was given back already"):
        give_back(member, origin, "0.01")

    assert get_refunded(origin) == 30
    assert spend(member, 1).budgets[0].position.spent == 1


def test_a_refund_that_is_changed_does_not_count_twice(member):
    origin = spend(member, 30).expense
    refund = give_back(member, origin, 20)

    change(refund, member, amount=D(30))
    with pytest.raises(RefundTooLarge):
        change(refund, member, amount=D(31))

    assert get_refunded(origin) == 30


@pytest.mark.parametrize(("values", "field"), [({"amount": D("19.99")}, "amount"), ({"kind": "income"}, "kind")])
def test_what_was_given_back_in_part_stays_an_expense_of_no_less(values, field, member):
    origin = spend(member, 30).expense
    give_back(member, origin, 20)

    with pytest.raises(HasRefunds) as refusal:
        change(origin, member, **values)
    assert refusal.value.field == field
    with pytest.raises(HasRefunds, match="Delete its refunds first"):
        delete_expense(expense=origin, by=member, at=NOW)

    assert Expense.objects.get(pk=origin.pk).amount == 30


def test_a_deleted_refund_can_be_given_again(member):
    origin = spend(member, 30).expense

    delete_expense(expense=give_back(member, origin, 30), by=member, at=NOW)

    assert give_back(member, origin, 30).refund_of == origin


@pytest.mark.parametrize("kind", ["expense", "income"])
def test_only_a_refund_gives_back(kind, member):
    with pytest.raises(BadRefund) as refusal:
        spend(member, 5, kind=kind, refund_of=spend(member, 30).expense)

    assert refusal.value.field == "kind"


def test_only_an_expense_of_one_s_own_business_is_given_back(member):
    stranger = MemberFactory()
    refund = spend(member, 30, kind="refund").expense

    for origin in (refund, spend(stranger, 30).expense):
        with pytest.raises(BadRefund, match="Only an expense"):
            give_back(member, origin, 5)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None)
@given(st.lists(st.decimals("0.01", "40", places=2), max_size=6))
def test_refunds_never_exceed_their_expense(amounts):
    member = MemberFactory()
    origin = spend(member, 50).expense

    for amount in amounts:
        left = 50 - get_refunded(origin)
        if amount <= left:
            give_back(member, origin, amount)
        else:
            with pytest.raises(RefundTooLarge):
                give_back(member, origin, amount)

    assert get_refunded(origin) <= 50


def test_a_change_that_takes_nothing_more_is_not_refused_by_a_budget_that_is_over(member, clerk):
    expense = spend(clerk, 12).expense
    budget(member, 10, mode="stop")

    change(expense, clerk, note="For the team")
    change(expense, clerk, amount=D(11))
    with pytest.raises(OverBudget):
        change(expense, clerk, amount=D("11.01"))

    assert Expense.objects.get().amount == 11


def test_a_change_of_category_is_heeded_whatever_was_read_before(member, clerk):
    home = category(member, "Home")
    pk = spend(clerk, 12).expense.pk
    budget(member, 10, name="Home", category=home, mode="ask")
    expense = Expense.objects.prefetch_related("splits__category", "tags").get(pk=pk)

    with pytest.raises(ConfirmOverBudget, match="takes Home"):
        change(expense, clerk, category=home)
    done = change(Expense.objects.prefetch_related("splits__category").get(pk=pk), clerk, category=home, confirmed=True)

    assert [each.budget.name for each in done.budgets] == ["Home"]


def test_an_income_that_becomes_an_expense_is_heeded(member, clerk):
    income = spend(clerk, 12, TODAY, kind="income").expense
    budget(member, 10, mode="stop")

    with pytest.raises(OverBudget):
        change(income, clerk, kind="expense")
