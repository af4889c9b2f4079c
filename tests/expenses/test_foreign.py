from datetime import date, timedelta
from decimal import Decimal

import pytest

from expenses.models import ExchangeRate, Expense
from expenses.rates import LONGEST_AGO
from expenses.services.record import BadAmount, BadForeign, NoRate, Share, SplitsDoNotAddUp
from tests.factories import MemberFactory
from tests.factories.expenses import TODAY, budget, category, spend

D = Decimal


def rate(member, value, on=TODAY, currency="USD"):
    return ExchangeRate.objects.create(business=member.business, currency=currency, on=on, rate=D(value))


def abroad(member, amount, currency="USD", **options):
    return spend(member, options.pop("own", 0), foreign_amount=D(amount), foreign_currency=currency, **options)


def test_an_amount_follows_from_the_rate_that_was_entered(member):
    expense = abroad(member, "20", rate=D("0.7913")).expense

    assert (expense.amount, expense.foreign_amount, expense.rate) == (D("15.83"), 20, D("0.7913"))
    assert expense.splits.get().amount == D("15.83")


def test_the_rate_of_the_day_is_the_latest_up_to_it_and_says_its_day(member):
    rate(member, "0.80", TODAY - timedelta(days=9))
    rate(member, "0.79", TODAY - timedelta(days=2))
    rate(member, "0.50", TODAY + timedelta(days=1))
    rate(member, "0.40", currency="EUR")

    done = abroad(member, "20")

    assert (done.expense.amount, done.rate_on) == (D("15.80"), TODAY - timedelta(days=2))


def test_a_rate_that_is_too_old_says_nothing(member):
    rate(member, "0.80", TODAY - LONGEST_AGO - timedelta(days=1))
    with pytest.raises(NoRate, match="no rate for USD in the 31 days up to 4 March 2026"):
        abroad(member, "20")

    rate(member, "0.80", TODAY - LONGEST_AGO)
    assert abroad(member, "20").expense.amount == 16


def test_another_business_s_rate_is_not_used(member, stranger_with_rate):
    with pytest.raises(NoRate):
        abroad(member, "20")


@pytest.fixture
def stranger_with_rate(db):
    return rate(MemberFactory(), "0.80")


def test_what_the_bank_took_gives_the_rate(member):
    expense = abroad(member, "20", own="16.10").expense

    assert (expense.amount, expense.rate) == (D("16.10"), D("0.805"))


def test_a_rate_must_agree_with_both_amounts_to_the_last_place(member):
    assert abroad(member, "12.34", own="10.53", rate=D("0.853217")).expense.rate == D("0.853217")
    with pytest.raises(BadForeign, match=r"is 10\.53 GBP, not 10\.60"):
        abroad(member, "12.34", own="10.60", rate=D("0.853217"))


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"currency": "GBP"}, "foreign_currency"),
        ({"currency": "ZZZ"}, "foreign_currency"),
        ({"amount": "0"}, "foreign_amount"),
        ({"amount": "20.005"}, "foreign_amount"),
        ({"amount": "NaN"}, "foreign_amount"),
        ({"rate": D(0)}, "rate"),
        ({"rate": D("0.1234567")}, "rate"),
        ({"rate": D("Infinity")}, "rate"),
        ({"rate": D("0.0001")}, "amount"),
        ({"own": "0.000001"}, "amount"),
    ],
)
def test_what_does_not_fit_together_is_refused_at_its_field(options, field, member):
    given = {"amount": "20", **options}
    with pytest.raises((BadForeign, BadAmount)) as refusal:
        abroad(member, given.pop("amount"), **given)

    assert refusal.value.field == field
    assert not Expense.objects.exists()


@pytest.mark.parametrize("given", [{"foreign_amount": D(5)}, {"rate": D("0.8")}])
def test_a_foreign_amount_needs_its_currency(given, member):
    with pytest.raises(BadForeign, match="which currency"):
        spend(member, 5, **given)


def test_splits_and_tax_in_the_foreign_currency_come_over_to_the_last_penny(member):
    food, home, rent = category(member), category(member, "Home"), category(member, "Rent")
    parts = [Share(food, D(10)), Share(home, D(10)), Share(rent, D(10))]

    expense = abroad(member, "30", rate=D("0.3339"), splits=parts, tax=D(5)).expense

    assert expense.amount == D("10.02")
    assert [split.amount for split in expense.splits.order_by("pk")] == [D("3.34")] * 3
    assert expense.tax == D("1.67")
    with pytest.raises(SplitsDoNotAddUp, match=r"20\.00 of 30\.00: 10\.00 USD is missing"):
        abroad(member, "30", rate=D("0.3339"), splits=parts[:2])


def test_budgets_count_the_amount_in_the_own_currency(member):
    budget(member, 100)

    (food,) = abroad(member, "20", rate=D("0.8")).budgets

    assert food.position.spent == 16


@pytest.mark.parametrize(
    ("amount", "percent", "tax"), [("12.00", "20", "2.00"), ("10.00", "20", "1.67"), ("0.01", "20", "0.00"), ("9.99", "0", "0")]
)
def test_input_tax_is_gross_less_rounded_net(amount, percent, tax, member):
    assert spend(member, amount, tax_rate=D(percent)).expense.tax == D(tax)


@pytest.mark.parametrize("given", [{"tax": D(1), "tax_rate": D(20)}, {"tax_rate": D(101)}, {"tax_rate": D(-1)}])
def test_a_tax_rate_that_cannot_be_is_refused(given, member):
    with pytest.raises(BadAmount) as refusal:
        spend(member, "12", **given)

    assert refusal.value.field == "tax_rate"


def test_the_rate_of_the_first_days_of_the_calendar_is_looked_up_without_harm(member):
    with pytest.raises(NoRate):
        abroad(member, "20", on=date(1970, 1, 1))
