"""What is spent at the same moment, in two real processes, against budgets that only see both together (rule 12)."""

from collections import Counter
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Business
from alerts.models import Alert, AlertKind
from expenses.models import BudgetCrossing
from expenses.queries import get_budgets, get_positions
from tests.factories.expenses import budget, category

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]
MANY = 12


@pytest.fixture
def limits(member):
    """Budgets of a hundred each, every one on its own category; returns the categories."""

    def make(**terms):
        what = [category(member, f"Category {n}") for n in range(MANY)]
        for each in what:
            budget(member, 100, name=each.name, category=each, **terms)
        return [each.pk for each in what]

    return make


def test_two_expenses_at_once_that_cross_a_threshold_together_are_told_of_once(race, member, limits):
    """Each alone is 45 %."""
    outcomes = race("spend", MANY, amount="45", categories=limits())

    assert Counter(outcomes) == {("done", ""): 2 * MANY}
    assert Counter(BudgetCrossing.objects.values_list("level", flat=True)) == {Decimal(80): MANY}
    assert Alert.objects.filter(kind=AlertKind.BUDGET).count() == Alert.objects.open().count() == MANY


@pytest.mark.parametrize(("mode", "refusal"), [("stop", "over_budget"), ("ask", "confirm_over_budget")])
def test_of_two_at_once_that_a_limit_only_fits_one_of_one_is_refused(race, member, clerk, limits, mode, refusal):
    Business.objects.update(clerks_need_approval=False)

    outcomes = race("spend", MANY, member=clerk.pk, amount="60", categories=limits(mode=mode))

    assert Counter(code for code, _ in outcomes) == {"done": MANY, refusal: MANY}
    found = get_positions(member.business, get_budgets(member.business), timezone.now().date())
    assert {each.position.spent for each in found} == {Decimal(60)}
