"""An expense far outside what is usual is told of once, with what is usual, until somebody says that it is right."""

from datetime import timedelta
from decimal import Decimal
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.permissions import NotAllowed
from alerts.models import Alert, AlertKind, AlertState
from expenses import tasks
from expenses.models import Expense
from expenses.services import unusual
from expenses.services.approval import approve_expenses
from expenses.services.record import Entry, delete_expense, update_expense
from expenses.usual import FEWEST, far_outside, usual_of
from mail.models import OutboxMessage
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import TODAY, category, spend

pytestmark = pytest.mark.django_db

D = Decimal
DAY = timedelta(days=1)
amounts = st.decimals("0.01", "99999", places=2)
earlier_ones = st.lists(amounts, min_size=FEWEST, max_size=40)


def before(member, *values, payee="Fennel", **options) -> None:
    for days, amount in enumerate(values or (48, 52, 40, 60, 55, 45), start=1):
        spend(member, amount, TODAY - 7 * days * DAY, payee=payee, **options)


def told(member):
    return Alert.objects.for_business(member.business).unresolved().filter(kind=AlertKind.UNUSUAL_EXPENSE)


def correct(expense, by, amount) -> None:
    entry = Entry(spent_on=expense.spent_on, amount=D(amount), category=category(by), payee="Fennel")
    update_expense(expense=Expense.objects.get(pk=expense.pk), by=by, entry=entry, at=NOW)


def test_is_told_with_what_is_usual_and_leads_there(owner, settings):
    before(owner)

    expense = spend(owner, 480, payee="Fennel").expense

    (alert,) = told(owner)
    assert (alert.subject, alert.url) == ("£480.00 at Fennel", f"/expenses/{expense.pk}/")
    assert alert.message.startswith("Usually £45.00–£55.00 there, 6 times before. Entered by ")
    message = OutboxMessage.objects.get(to=owner.user.email)
    assert message.subject == "Unusual expense: £480.00 at Fennel"
    assert f"/expenses/{expense.pk}/" in message.text


@pytest.mark.parametrize("amount", [60, 99, 5])
def test_a_little_more_or_less_is_none(owner, amount):
    before(owner)

    spend(owner, amount, payee="Fennel")

    assert not told(owner)


def test_the_first_few_of_a_payee_are_never_judged(owner):
    before(owner, *[50] * 12, payee="")
    before(owner, 48, 52, 40, 60, 55)

    spend(owner, 480, payee="Fennel")
    spend(owner, 900, payee="Somebody new")

    assert not told(owner)


def test_of_what_hardly_varies_a_pound_more_is_no_news(owner):
    before(owner, *[500] * 8)

    spend(owner, 501, payee="Fennel")
    assert not told(owner)

    spend(owner, 1000, payee="Fennel")
    assert told(owner).count() == 1


def test_without_a_payee_the_category_judges(owner):
    before(owner, payee="", what=category(owner, "Taxi"))
    before(owner, 400, 450, 500, 550, 480, 470, payee="", what=category(owner, "Rent"))

    spend(owner, 480, what=category(owner, "Rent"))
    spend(owner, 481, what=category(owner, "Taxi"))

    assert [alert.subject for alert in told(owner)] == ["£481.00"]
    assert "in its category" in told(owner).get().message


def test_what_is_more_than_a_year_old_says_nothing(owner):
    for days in range(366, 376):
        spend(owner, 5, TODAY - days * DAY, payee="Fennel")

    spend(owner, 480, payee="Fennel")

    assert not told(owner)


@pytest.mark.parametrize("how", ["corrected", "deleted", "confirmed"])
def test_it_resolves_itself(owner, how):
    before(owner)
    expense = spend(owner, 480, payee="Fennel").expense

    if how == "corrected":
        correct(expense, owner, 48)
    elif how == "deleted":
        delete_expense(expense=expense, by=owner, at=NOW)
    else:
        unusual.confirm(expense=expense, by=owner, at=NOW)

    assert not told(owner)
    assert Alert.objects.filter(state=AlertState.RESOLVED).count() == 1


def test_what_is_right_is_not_told_again_but_another_amount_is(owner):
    before(owner)
    expense = spend(owner, 480, payee="Fennel").expense
    unusual.confirm(expense=expense, by=owner, at=NOW)

    correct(expense, owner, 480)
    unusual.check_business(business=owner.business, at=NOW)
    assert not told(owner)

    correct(expense, owner, 580)
    assert [alert.subject for alert in told(owner)] == ["£580.00 at Fennel"]


def test_a_change_that_leaves_the_amount_rewords_and_tells_nobody_again(owner):
    before(owner)
    expense = spend(owner, 480, payee="Fennel").expense
    mails = OutboxMessage.objects.count()

    correct(expense, owner, 480)

    assert told(owner).count() == 1
    assert OutboxMessage.objects.count() == mails


def test_corrected_and_wrong_again_is_told_again(owner):
    before(owner)
    expense = spend(owner, 480, payee="Fennel").expense

    correct(expense, owner, 48)
    correct(expense, owner, 480)

    assert told(owner).count() == 1


def test_a_copy_is_told_of_where_it_is_entered_and_not_here_too(owner):
    before(owner)

    spend(owner, 480, payee="Fennel")
    spend(owner, 480, payee="Fennel")

    assert told(owner).count() == 1


def test_what_waits_or_was_approved_has_been_looked_at(owner, clerk):
    before(owner)
    expense = spend(clerk, 480, payee="Fennel").expense
    assert not told(owner)

    approve_expenses(picked={expense.pk: None}, by=owner, at=NOW)
    unusual.check_business(business=owner.business, at=NOW)

    assert not told(owner)


def test_the_morning_finds_what_a_statement_brought(owner, clerk, frozen_time):
    before(owner)
    expense = spend(owner, 48, payee="Fennel").expense
    Expense.objects.filter(pk=expense.pk).update(amount=480)

    tasks.check_unusual_where_due()
    tasks.check_unusual_where_due()

    assert told(owner).count() == 1
    assert unusual.businesses_due(at=NOW) == []
    assert unusual.check_business(business=owner.business, at=NOW) is False


def test_the_morning_lets_go_of_what_went_without_a_word(owner):
    before(owner)
    expense = spend(owner, 480, payee="Fennel").expense
    expense.splits.all().delete()
    Expense.objects.filter(pk=expense.pk).delete()

    unusual.check_business(business=owner.business, at=NOW)

    assert not told(owner)


def test_what_belongs_to_another_business_says_nothing(owner):
    before(owner)
    other = MemberFactory(role="owner")

    spend(other, 480, payee="Fennel")

    assert not told(other)


def test_a_viewer_confirms_nothing(owner, viewer):
    before(owner)
    expense = spend(owner, 480, payee="Fennel").expense

    with pytest.raises(NotAllowed):
        unusual.confirm(expense=expense, by=viewer, at=NOW)
    assert told(owner)


def test_somebody_else_was_first(owner):
    with pytest.raises(unusual.NothingToConfirm):
        unusual.confirm(expense=spend(owner, 5).expense, by=owner, at=NOW)


@pytest.mark.parametrize("count", [1, 20])
def test_the_morning_costs_the_same_for_any_number(owner, count, django_assert_max_num_queries):
    before(owner)
    for number in range(count):
        spend(owner, 50 + number, payee="Fennel")

    with django_assert_max_num_queries(9):
        unusual.check_business(business=owner.business, at=NOW)


@given(earlier=earlier_ones, amount=amounts, chance=st.randoms())
def test_the_order_in_which_they_came_makes_no_difference(earlier, amount, chance):
    shuffled = list(earlier)
    chance.shuffle(shuffled)

    assert far_outside(amount, shuffled) == far_outside(amount, earlier)
    assert usual_of(shuffled) == usual_of(earlier)


@given(earlier=earlier_ones, amount=amounts, factor=st.integers(1, 1000))
def test_another_currency_makes_no_difference(earlier, amount, factor):
    assert far_outside(amount * factor, [each * factor for each in earlier]) == far_outside(amount, earlier)


@given(earlier=earlier_ones, amount=amounts, more=amounts)
def test_more_is_never_less_unusual(earlier, amount, more):
    assert far_outside(amount + more, earlier) or not far_outside(amount, earlier)


@given(earlier=earlier_ones)
def test_what_came_before_lies_about_its_middle(earlier):
    usual = usual_of(earlier)

    assert min(earlier) <= usual.least <= median(earlier) <= usual.most <= max(earlier)
    assert not far_outside(median(earlier), earlier)


@given(earlier=st.lists(amounts, max_size=FEWEST - 1))
def test_few_say_nothing(earlier):
    assert not far_outside(D(10) ** 9, earlier)


def test_one_wild_amount_before_hides_no_second():
    assert far_outside(D(480), [D(48), D(52), D(40), D(60), D(55), D(45), D(9000)])
