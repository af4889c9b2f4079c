"""What no rule has taken: where it may belong, and how somebody files it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache

from audit.models import AuditEntry
from expenses.filing import Line
from expenses.guesses import Asked, Why, get_guess, get_learned
from expenses.models import Expense, ExpenseCategory, Payee
from expenses.services.categories import to_be_filed
from expenses.services.closing import PeriodClosed, close_books
from expenses.services.filing import BadPick, Pick, file_expenses
from expenses.services.record import Share
from expenses.services.refile import ChangedMeanwhile
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import category, entered, rule, spend
from tests.factories.unfiled import filed, taught, unfiled


def asked(payee="", text="", amount="5"):
    return Asked(Line(payee, text, Decimal(amount)))


def picked(expense, where):
    return Pick(expense.pk, expense.version, where.pk)


# Where it may belong


def test_a_rule_comes_before_the_last_time_and_that_before_what_was_learned(member):
    taught(member)
    spend(member, "5", payee="Old Bakery", what=category(member, "Home"))

    learned = get_guess(member.business, asked("Corner Bakery", "bread"))
    last_time = get_guess(member.business, asked("Old Bakery"))
    rule(member, payee_contains="bakery", category=category(member, "Staff"))
    by_rule = get_guess(member.business, asked("Old Bakery"))

    assert (learned.category.name, learned.why) == ("Groceries", Why.LEARNED)
    assert 50 <= learned.percent < 100
    assert (last_time.category.name, last_time.why, last_time.percent) == ("Home", Why.PAYEE, None)
    assert (by_rule.category.name, by_rule.why, by_rule.rule) == ("Staff", Why.RULE, "Shop")


def test_what_is_unknown_gets_no_suggestion(member):
    taught(member)

    assert get_guess(member.business, asked("Xyzzyx", "qqq", "900")) is None
    assert get_guess(member.business, asked()) is None


def test_another_book_teaches_nothing(member):
    taught(MemberFactory(role="owner"))

    assert get_guess(member.business, asked("Corner Bakery", "bread")) is None


@pytest.fixture
def cache_by_our_clock(settings):
    """Redis has a clock that no test moves."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "learned"}}
    cache.clear()


@pytest.mark.usefixtures("cache_by_our_clock")
def test_too_little_history_teaches_nothing_and_is_asked_again_later(member, frozen_time):
    spend(member, "5", payee="Bakery")
    assert get_learned(member.business) is None

    taught(member)
    assert get_learned(member.business) is None
    frozen_time.shift(301)

    assert get_learned(member.business) is not None


@pytest.mark.usefixtures("cache_by_our_clock")
def test_it_is_learned_anew_every_hour(member, frozen_time):
    taught(member)
    first = get_learned(member.business)
    for number in range(6):
        spend(member, "9", payee=f"Opera {number}", what=category(member, "Leisure"))
    assert len(get_learned(member.business).categories) == len(first.categories)
    frozen_time.shift(3601)

    assert len(get_learned(member.business).categories) == len(first.categories) + 1


def test_only_one_request_learns_at_a_time(member):
    taught(member)
    cache.add(f"expenses:learned:{member.business.pk}:at-work", 1)

    assert get_learned(member.business) is None


def test_a_category_put_away_is_not_suggested(member):
    taught(member)
    get_learned(member.business)
    ExpenseCategory.objects.filter(name="Groceries").update(is_active=False)

    assert get_guess(member.business, asked("Corner Bakery", "bread")) is None


def test_a_payee_whose_last_one_nobody_filed_remembers_nothing(logged_in, member):
    unfiled(member)

    answer = logged_in.post("/expenses/", entered(member, payee="Corner Bakery 12", category=""))

    assert "Choose a category" in str(answer.context["form"].errors["category"])


# Filing


def test_filing_changes_the_category_alone_remembers_the_payee_and_is_audited(member):
    expense = unfiled(member)

    assert file_expenses(picks=[picked(expense, category(member))], by=member, at=NOW) == 1

    assert filed(expense) == "Groceries"
    assert Payee.objects.get(name="Corner Bakery 12").category.name == "Groceries"
    entry = AuditEntry.objects.get(action="filed by hand")
    assert (entry.before, entry.after) == ('{"category": "To be filed"}', '{"category": "Groceries"}')


def test_a_closed_period_refuses_with_its_sentence_and_files_none(member, owner):
    old, new = unfiled(member, on=date(2026, 1, 31)), unfiled(member)
    close_books(by=owner, until=date(2026, 1, 31), at=NOW)

    with pytest.raises(PeriodClosed, match="closed up to 31 January 2026"):
        file_expenses(picks=[picked(each, category(member)) for each in (new, old)], by=member, at=NOW)

    assert {filed(old), filed(new)} == {"To be filed"}


@pytest.mark.parametrize("fault", ["stale", "filed", "theirs", "split", "gone"])
def test_all_are_filed_or_none(fault, member):
    good, where = unfiled(member), category(member)
    pick = picked(unfiled(member, "Other"), where)
    if fault == "stale":
        Expense.objects.filter(pk=pick.expense_id).update(version=9)
    elif fault == "filed":
        pick = picked(spend(member, "7").expense, where)
    elif fault == "theirs":
        pick = picked(unfiled(MemberFactory(role="owner")), where)
    elif fault == "split":
        shares = [Share(to_be_filed(member.business), Decimal(3)), Share(where, Decimal(2))]
        pick = picked(unfiled(member, "Split", splits=shares), where)
    else:
        pick = Pick(10**15, 1, where.pk)

    with pytest.raises(ChangedMeanwhile):
        file_expenses(picks=[picked(good, where), pick], by=member, at=NOW)

    assert filed(good) == "To be filed"


def test_only_one_s_own_categories_in_use_can_be_chosen(member):
    expense, away = unfiled(member), category(member, "Old")
    ExpenseCategory.objects.filter(pk=away.pk).update(is_active=False)

    for where in (category(MemberFactory(role="owner")), away, to_be_filed(member.business)):
        with pytest.raises(BadPick):
            file_expenses(picks=[picked(expense, where)], by=member, at=NOW)
    with pytest.raises(BadPick):
        file_expenses(picks=[], by=member, at=NOW)


def test_many_filed_at_once_are_learned_from_at_once(member):
    taught(member)
    before = get_learned(member.business)
    expenses = [unfiled(member, f"Opera {number}") for number in range(10)]

    file_expenses(picks=[picked(each, category(member, "Leisure")) for each in expenses], by=member, at=NOW)

    assert len(get_learned(member.business).categories) == len(before.categories) + 1
