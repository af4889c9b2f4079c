"""Whatever is done to expenses, in whatever order, each budget stands where adding up all rows day by day says it does."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import Business
from expenses.models import Budget, BudgetMove, Expense, ExpenseCategory, Split, Tag
from expenses.periods import CarryOver
from expenses.positions import Terms
from expenses.queries import get_budgets, get_positions_on
from expenses.services import closed
from expenses.services.approval import approve_expenses, refuse_expenses
from expenses.services.budgets import revise_budget, save_budget, set_resting
from expenses.services.categories import save_category
from expenses.services.moves import move_money
from expenses.services.record import Entry, Share, delete_expense, get_refunded, record_expense, update_expense
from expenses.services.refile import Change, refile
from tests.expenses.statements import lines
from tests.expenses.test_position_properties import reference
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import TODAY, budget, category
from tests.factories.money import account

D = Decimal
FIRST, LAST = date(2025, 12, 29), date(2026, 4, 30)
PENNY = D("0.01")
days = st.one_of(st.dates(FIRST, LAST), st.sampled_from([date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), TODAY]))
amounts = st.integers(1, 100_000).map(lambda pence: pence * PENNY)
picks = st.integers(0, 10_000)
SIGNS = {"expense": 1, "refund": -1, "income": 0}


class Budgets(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.owner = MemberFactory(role="owner")
        Business.objects.update(clerks_need_approval=True)
        self.owner.business.refresh_from_db()
        self.business = self.owner.business
        self.clerk = MemberFactory(business=self.business, role="clerk")
        food = category(self.owner)
        self.categories = [food, category(self.owner, "Bread", food), category(self.owner, "Home")]
        self.accounts = [account(self.owner, "Bank"), account(self.owner, "Card"), None]
        tag = Tag.objects.create(business=self.business, name="team")
        terms = {"starts_on": FIRST, "thresholds": ""}
        budget(self.owner, 900, name="All", carry_over="all", **terms)
        budget(self.owner, 90, name="Food", category=food, period="weekly", carry_over="surplus", **terms)
        budget(self.owner, 90, name="Bread", category=self.categories[1], period="quarterly", carry_over="all", **terms)
        budget(self.owner, 90, name="Team", tag=tag, carry_over="all", **terms)
        budget(self.owner, 90, name="Bank", account=self.accounts[0], carry_over="surplus", **terms)
        budget(self.owner, 90, name="Plain", category=food, **terms)

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @rule(amount=amounts, on=days, kind=st.sampled_from(sorted(SIGNS)), pick=picks, by_clerk=st.booleans())
    def record(self, amount, on, kind, pick, by_clerk):
        by = self.clerk if by_clerk else self.owner
        record_expense(by=by, entry=self.entry(amount, on, kind, pick), at=NOW)

    @precondition(lambda self: self.expenses())
    @rule(which=picks, amount=amounts, on=days, kind=st.sampled_from(sorted(SIGNS)), pick=picks)
    def edit(self, which, amount, on, kind, pick):
        if not (expense := self.pick(which)).refunds.exists() and not expense.refund_of_id:
            update_expense(expense=expense, by=self.owner, entry=self.entry(amount, on, kind, pick), at=NOW)

    @precondition(lambda self: self.expenses(kind="expense"))
    @rule(which=picks, on=days)
    def refund_half(self, which, on):
        expense = self.pick(which, kind="expense")
        if half := ((expense.amount - get_refunded(expense)) / 2).quantize(PENNY):
            entry = Entry(on, half, self.categories[0], kind="refund", refund_of=expense, tags=["team"])
            record_expense(by=self.owner, entry=entry, at=NOW)

    @precondition(lambda self: self.expenses())
    @rule(which=picks)
    def delete(self, which):
        if not (expense := self.pick(which)).refunds.exists():
            delete_expense(expense=expense, by=self.owner, at=NOW)

    @precondition(lambda self: self.expenses(state="waiting"))
    @rule(count=st.integers(1, 5), refused=st.booleans())
    def decide(self, count, refused):
        picked = {expense.pk: None for expense in self.expenses(state="waiting")[:count]}
        if refused:
            refuse_expenses(picked=picked, reason="No", by=self.owner, at=NOW)
        else:
            approve_expenses(picked=picked, by=self.owner, at=NOW)

    @precondition(lambda self: self.expenses())
    @rule(count=st.integers(1, 5), pick=picks, tags=st.sampled_from([(), ("team",)]))
    def file_anew(self, count, pick, tags):
        where = self.categories[pick % 3].pk
        changes = [Change(expense.pk, expense.version, where, tags=tags) for expense in self.expenses()[:count]]
        refile(by=self.owner, changes=changes, at=NOW, action="filed anew")

    @rule(rows=st.lists(st.tuples(days, amounts), min_size=1, max_size=3), match=st.booleans())
    def bring_in(self, rows, match):
        options = {"match": "on"} if match else {}
        lines(self.owner, *[(str(on), str(-amount), "Shop", "") for on, amount in rows], account="Bank", **options)

    @rule(pick=picks)
    def move_a_category(self, pick):
        bread = ExpenseCategory.objects.get(pk=self.categories[1].pk)
        bread.parent = [self.categories[0], self.categories[2], None][pick % 3]
        save_category(category=bread, by=self.owner, at=NOW)

    @rule(which=picks, carry=st.sampled_from(list(CarryOver)), starts_on=st.sampled_from([FIRST, date(2026, 1, 31)]))
    def change_a_budget(self, which, carry, starts_on):
        values = {"carry_over": carry, "starts_on": starts_on}
        save_budget(budget=self.pick_budget(which), by=self.owner, at=NOW, values=values)

    @rule(which=picks, amount=amounts, on=days)
    def revise(self, which, amount, on):
        wanted = self.pick_budget(which)
        if wanted.schedule.holding(on):
            revise_budget(budget=wanted, amount=amount, on=on, by=self.owner, at=NOW)

    @rule(which=picks, amount=amounts, on=days)
    def move_between(self, which, amount, on):
        source, target = self.pick_budget(which), self.pick_budget(which + 1)
        if source.schedule.holding(on) and target.schedule.holding(on):
            move_money(source=source, target=target, amount=amount, on=on, by=self.owner, at=NOW, confirmed=True)

    @rule(which=picks)
    def put_away_and_take_up(self, which):
        """What is written meanwhile is not kept up; a record between the two comes by the other rules."""
        wanted = Budget.objects.order_by("pk")[which % 6]
        set_resting(budget=wanted, is_resting=wanted.is_active, by=self.owner, at=NOW)

    @invariant()
    def each_position_is_what_the_reference_says(self):
        budgets = list(Budget.objects.with_revisions())
        wanted = [(each, on) for each in budgets for on in _every_week() if each.schedule.holding(on)]
        rows = Rows()
        terms = {each.pk: rows.terms(each) for each in budgets}
        spent = {each.pk: rows.by_day(each) for each in budgets}
        for found in get_positions_on(self.business, wanted):
            pk, where = found.budget.pk, found.position
            slow = reference(terms[pk], where.period.first, spent[pk], {})
            assert (where.spent, where.carried, where.limit) == (slow["spent"], slow["carried"], slow["limit"])
        for _ in range(2):  # all that has ended is known when the next change comes
            closed.add_up(business=self.business, today=TODAY)

    @invariant()
    def the_positions_of_everything_sum_to_the_ledger(self):
        all_of_it = Budget.objects.with_revisions().get(name="All")
        found = get_positions_on(self.business, [(all_of_it, on) for on in _every_week()])
        since = all_of_it.starts_on
        posted = Expense.objects.posted().filter(spent_on__gte=since).values_list("kind", "amount")
        assert sum(each.position.spent for each in found) == sum(SIGNS[kind] * amount for kind, amount in posted)

    def entry(self, amount, on, kind, pick):
        where, card, tagged, parts = (pick // n % m for n, m in ((1, 3), (3, 3), (9, 2), (18, 2)))
        third = (amount / 3).quantize(PENNY) if parts else 0
        shares = [(self.categories[where], amount - third), (self.categories[(where + 1) % 3], third)] if third else []
        splits = [Share(*share) for share in shares]
        tags = ["team"] if tagged else []
        return Entry(on, amount, self.categories[where], kind=kind, account=self.accounts[card], tags=tags, splits=splits)

    def expenses(self, **wanted):
        return list(Expense.objects.filter(**wanted).order_by("pk"))

    def pick(self, which, **wanted):
        found = self.expenses(**wanted)
        return found[which % len(found)]

    def pick_budget(self, which):
        found = list(get_budgets(self.business)) or list(Budget.objects.with_revisions())
        return found[which % len(found)]


class Rows:
    """All that was written, read plainly."""

    def __init__(self):
        self.parents = dict(ExpenseCategory.objects.values_list("pk", "parent_id"))
        self.splits = list(Split.objects.select_related("expense").prefetch_related("expense__tags"))
        self.moves = list(BudgetMove.objects.all())

    def by_day(self, wanted):
        sums = defaultdict(D)
        for split in self.splits:
            if split.expense.state == "posted" and self._counts(split, wanted):
                sums[split.expense.spent_on] += SIGNS[split.expense.kind] * abs(split.amount)
        return sums

    def terms(self, wanted):
        moved = defaultdict(D)
        for move in self.moves:
            moved[move.moved_on] += move.amount * ((move.target_id == wanted.pk) - (move.source_id == wanted.pk))
        revisions = sorted((revision.from_on, revision.amount) for revision in wanted.revisions.all())
        return Terms(wanted.schedule, CarryOver(wanted.carry_over), [(date.min, wanted.amount), *revisions], [], moved)

    def _counts(self, split, wanted):
        if wanted.tag_id:
            return wanted.tag_id in {tag.pk for tag in split.expense.tags.all()}
        if wanted.account_id:
            return split.expense.account_id == wanted.account_id
        at = split.category_id
        while at and at != wanted.category_id:
            at = self.parents[at]
        return at == wanted.category_id


def _every_week():
    return [FIRST + timedelta(days=n) for n in range(0, (LAST - FIRST).days + 7, 7)]


@pytest.mark.django_db
def test_each_budget_stands_where_the_reference_says():
    run_state_machine_as_test(
        Budgets,
        settings=settings(max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)),
    )
