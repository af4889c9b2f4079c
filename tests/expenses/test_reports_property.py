"""Whatever is recorded, split, edited, refunded, moved and deleted: every way to sum what was spent comes to the same."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from expenses import reports
from expenses.lists import SPENDING, Wanted, get_sums
from expenses.models import Expense
from expenses.periods import Period
from expenses.queries import get_positions
from expenses.services.approval import approve_expenses
from expenses.services.categories import save_category
from expenses.services.record import Entry, Share, delete_expense, record_expense, update_expense
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import TODAY, budget, category

PENNY = Decimal("0.01")
MARCH, BEFORE = Period(date(2026, 3, 1), date(2026, 3, 31)), Period(date(2026, 2, 1), date(2026, 2, 28))
picks = st.integers(0, 1000)
entries = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["expense", "refund", "income"]),
        "amount": st.integers(1, 100_000).map(lambda pence: pence * PENNY),
        "spent_on": st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=40)),
        "payee": st.sampled_from(["", "Fennel", "O'Brien", "100 %"]),
        "tags": st.lists(st.sampled_from(["team", "trip"]), unique=True),
        "category": picks,
        "shares": st.lists(st.tuples(picks, st.integers(1, 100)), max_size=4),
    }
)


class Spending(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.owner = MemberFactory(role="owner")
        self.business = self.owner.business
        self.clerk = MemberFactory(business=self.business, role="clerk")
        food, home = category(self.owner), category(self.owner, "Home")
        bread = category(self.owner, "Bread", food)
        self.categories = [food, home, bread, category(self.owner, "Rye", bread)]
        self.limit = budget(self.owner, 10**9)

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @rule(values=entries, by_clerk=st.booleans())
    def record(self, values, by_clerk):
        record_expense(by=self.clerk if by_clerk else self.owner, entry=self.entry(values), at=NOW)

    @precondition(lambda self: self.expenses())
    @rule(which=picks, values=entries)
    def edit(self, which, values):
        update_expense(expense=self.one(which), by=self.owner, entry=self.entry(values), at=NOW)

    @precondition(lambda self: self.expenses())
    @rule(which=picks)
    def delete(self, which):
        delete_expense(expense=self.one(which), by=self.owner, at=NOW)

    @precondition(lambda self: self.expenses().filter(state="waiting").exists())
    @rule()
    def approve(self):
        waiting = self.expenses().filter(state="waiting").earliest("pk")
        approve_expenses(picked={waiting.pk: None}, by=self.owner, at=NOW)

    @rule(where=st.sampled_from([None, 0, 1]))
    def move_a_branch(self, where):
        branch = self.categories[2]
        branch.parent = None if where is None else self.categories[where]
        save_category(category=branch, by=self.owner, at=NOW)

    @invariant()
    def every_way_to_sum_comes_to_the_same(self):
        both = self.total(MARCH), self.total(BEFORE)
        assert reports.get_spent(self.business, MARCH, BEFORE) == both
        for get in (reports.get_by_category, reports.get_by_payee):
            assert added(get(self.business, MARCH, BEFORE)) == both
        for period, total in zip((MARCH, BEFORE), both, strict=True):
            assert sum(reports.get_by_day(self.business, period).values()) == total
            assert sum(reports.get_by_month(self.business, period).values()) == total
            assert get_positions(self.business, [self.limit], period.first)[0].position.spent == total
            sums = get_sums(self.business, Wanted(period.first, period.last, kind=SPENDING, state="posted"))
            assert -sums.net == total

    @invariant()
    def a_branch_holds_its_own_and_all_below_it(self):
        branches = reports.get_branches(self.business, MARCH, BEFORE)
        assert sum(branch.total for branch in branches if branch.depth == 0) == self.total(MARCH)
        assert sum(branch.before for branch in branches if branch.depth == 0) == self.total(BEFORE)
        assert sum(branch.own for branch in branches) == self.total(MARCH)

    @invariant()
    def each_tag_is_what_its_list_comes_to(self):
        for tag, (total, _) in reports.get_by_tag(self.business, MARCH, BEFORE).items():
            narrowed = {"tag": tag} if tag else {"without": "tag"}
            sums = get_sums(self.business, Wanted(MARCH.first, MARCH.last, kind=SPENDING, state="posted", **narrowed))
            assert -sums.net == total

    def total(self, period):
        """Slowly and obviously."""
        rows = self.expenses().filter(state="posted", spent_on__range=(period.first, period.last))
        return sum((row.sign * row.amount for row in rows), Decimal(0))

    def expenses(self):
        return Expense.objects.for_business(self.business)

    def one(self, which):
        rows = self.expenses().order_by("pk")
        return rows[which % len(rows)]

    def entry(self, values):
        values = dict(values)
        shares, amount = values.pop("shares"), values["amount"]
        weights = [(self.some(pick), min(Decimal(weight) * PENNY, amount)) for pick, weight in shares]
        splits, left = [], amount
        for what, part in weights:
            if part < left:
                splits.append(Share(what, part))
                left -= part
        splits = [*splits, Share(self.some(values["category"]), left)] if splits else []
        return Entry(**values | {"category": self.some(values["category"]), "splits": splits})

    def some(self, pick):
        return self.categories[pick % len(self.categories)]


def added(pairs):
    return tuple(sum((pair[side] for pair in pairs.values()), Decimal(0)) for side in (0, 1))


@pytest.mark.django_db
def test_every_report_says_the_same():
    run_state_machine_as_test(
        Spending,
        settings=settings(max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)),
    )
