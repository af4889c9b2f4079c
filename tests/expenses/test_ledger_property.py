"""Whatever is done, in whatever order: the books say what a slow and obvious reference in plain Python says."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import Business
from common.errors import DomainError
from expenses.ledger import get_ledger
from expenses.models import Account, Expense, Transfer
from expenses.queries import get_balances, get_history, get_net_worth
from expenses.reconciling import Ticks, get_reconciled
from expenses.services.approval import approve_expenses
from expenses.services.reconcile import reconcile, unreconcile_expense, unreconcile_transfer
from expenses.services.record import Entry, Share, delete_expense, record_expense, update_expense
from expenses.services.transfers import Move, delete_transfer, record_transfer, update_transfer
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import TODAY, budget, category
from tests.factories.money import OPENED, account
from tests.factories.reference import SIGNS, Moved, Paid, Reference

D = Decimal
LAST = TODAY + timedelta(days=60)
PENNY = D("0.01")
days = st.dates(OPENED, LAST)
amounts = st.integers(1, 100_000).map(lambda pence: pence * PENNY)
kinds = st.sampled_from(sorted(SIGNS))
picks = st.integers(0, 10_000)


class Books(RuleBasedStateMachine):
    """The services on one side, the reference on the other."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.owner = MemberFactory(role="owner")
        Business.objects.update(clerks_need_approval=True)
        self.owner.business.refresh_from_db()
        self.business = self.owner.business
        self.clerk = MemberFactory(business=self.business, role="clerk")
        self.food, self.home = category(self.owner), category(self.owner, "Home")
        self.limit = budget(self.owner, 10**9)
        self.reference = Reference()

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize(first=amounts, second=amounts)
    def open_two(self, first, second):
        self.open("Bank", first)
        self.open("Card", -second)

    @precondition(lambda self: len(self.reference.openings) < 4)
    @rule(opening=amounts)
    def open_another(self, opening):
        self.open(f"Account {len(self.reference.openings)}", opening)

    @rule(kind=kinds, amount=amounts, on=days, where=picks, by_clerk=st.booleans())
    def record(self, kind, amount, on, where, by_clerk):
        paid = Paid(kind, amount, on, self.some_account(where), waits=by_clerk)
        done = record_expense(by=self.clerk if by_clerk else self.owner, entry=self.entry(paid), at=NOW)
        self.reference.paid[done.expense.pk] = paid

    @precondition(lambda self: any(paid.waits for paid in self.reference.paid.values()))
    @rule(which=picks)
    def approve(self, which):
        pk, paid = one_of({pk: paid for pk, paid in self.reference.paid.items() if paid.waits}, which)
        approve_expenses(picked={pk: None}, by=self.owner, at=NOW)
        self.reference.paid[pk] = replace(paid, waits=False)

    @precondition(lambda self: self.reference.paid)
    @rule(which=picks, kind=kinds, amount=amounts, on=days, where=picks)
    def edit(self, which, kind, amount, on, where):
        pk, paid = one_of(self.reference.paid, which)
        self.change(pk, replace(paid, kind=kind, amount=amount, on=on, account=self.some_account(where)))

    @precondition(lambda self: self.reference.paid)
    @rule(which=picks, where=picks)
    def put_on_another_account(self, which, where):
        pk, paid = one_of(self.reference.paid, which)
        self.change(pk, replace(paid, account=self.some_account(where)))

    @precondition(lambda self: self.reference.paid)
    @rule(which=picks)
    def delete(self, which):
        pk, paid = one_of(self.reference.paid, which)
        expense = Expense.objects.get(pk=pk)
        if paid.agreed:
            with pytest.raises(DomainError):
                delete_expense(expense=expense, by=self.owner, at=NOW)
        else:
            delete_expense(expense=expense, by=self.owner, at=NOW)
            del self.reference.paid[pk]

    @rule(which=picks, amount=amounts, on=days)
    def transfer(self, which, amount, on):
        moved = Moved(*self.two_different(which), amount, on)
        self.reference.moved[record_transfer(by=self.owner, move=move(moved), at=NOW).pk] = moved

    @precondition(lambda self: self.reference.moved)
    @rule(which=picks, sides=picks, amount=amounts, on=days)
    def edit_transfer(self, which, sides, amount, on):
        pk, moved = one_of(self.reference.moved, which)
        new = Moved(*self.two_different(sides), amount, on, moved.agreed)
        transfer = Transfer.objects.get(pk=pk)
        if moved.agreed and new != moved:
            with pytest.raises(DomainError):
                update_transfer(transfer=transfer, by=self.owner, move=move(new), at=NOW)
        else:
            update_transfer(transfer=transfer, by=self.owner, move=move(new), at=NOW)
            self.reference.moved[pk] = new

    @precondition(lambda self: any(not moved.agreed for moved in self.reference.moved.values()))
    @rule(which=picks)
    def delete_transfer(self, which):
        pk, _ = one_of({pk: moved for pk, moved in self.reference.moved.items() if not moved.agreed}, which)
        delete_transfer(transfer=Transfer.objects.get(pk=pk), by=self.owner, at=NOW)
        del self.reference.moved[pk]

    @rule(where=picks, on=days)
    def reconcile(self, where, on):
        """Tick all up to a day, against a statement that says what the reference says."""
        reference, pk = self.reference, sorted(self.reference.openings)[where % len(self.reference.openings)]
        balance = reference.balance(pk, counts=lambda thing: thing.on <= on or thing.agrees_on(pk))
        call = {"account": Account.objects.get(pk=pk), "by": self.owner, "on": on, "ticks": Ticks(all_until=on), "at": NOW}
        if on <= reference.agreed_on.get(pk, date.min):
            with pytest.raises(DomainError):
                reconcile(balance=balance, **call)
            return
        with pytest.raises(DomainError):
            reconcile(balance=balance + PENNY, **call)
        reconcile(balance=balance, **call)
        reference.agree(pk, on)

    @precondition(lambda self: any(paid.agreed for paid in self.reference.paid.values()))
    @rule(which=picks)
    def let_an_expense_go(self, which):
        pk, paid = one_of({pk: paid for pk, paid in self.reference.paid.items() if paid.agreed}, which)
        unreconcile_expense(expense=Expense.objects.get(pk=pk), by=self.owner, at=NOW)
        self.reference.paid[pk] = replace(paid, agreed=False)

    @precondition(lambda self: any(moved.agreed for moved in self.reference.moved.values()))
    @rule(which=picks)
    def let_a_transfer_go(self, which):
        pk, moved = one_of({pk: moved for pk, moved in self.reference.moved.items() if moved.agreed}, which)
        unreconcile_transfer(transfer=Transfer.objects.get(pk=pk), by=self.owner, at=NOW)
        self.reference.moved[pk] = replace(moved, agreed=frozenset())

    @invariant()
    def balances_are_those_of_the_reference(self):
        assert get_balances(self.business) == {pk: self.reference.balance(pk) for pk in self.reference.openings}
        assert get_net_worth(self.business, TODAY) == sum(self.reference.balance(pk, TODAY) for pk in self.reference.openings)

    @invariant()
    def all_accounts_hold_what_came_in_less_what_went_out(self):
        total = self.reference.total
        wanted = sum(self.reference.openings.values()) + total("income") + total("refund") - total("expense")
        assert sum(get_balances(self.business).values()) == wanted

    @invariant()
    def the_positions_of_a_budget_for_everything_sum_to_the_ledger(self):
        assert sum(each.spent for each in get_history(self.limit, LAST)) == self.reference.spent()

    @invariant()
    def each_ledger_ends_at_the_balance_and_begins_at_the_opening(self):
        for pk, opening in self.reference.openings.items():
            lines = whole_ledger(Account.objects.get(pk=pk))
            assert lines[0].balance == self.reference.balance(pk)
            assert sum(line.amount for line in lines) == lines[0].balance
            assert [line.amount for line in lines if not (line.expense or line.transfer)] == [opening]
            assert all(newer.balance - newer.amount == older.balance for newer, older in pairwise(lines))

    @invariant()
    def what_agreed_is_what_the_reference_says(self):
        for pk in self.reference.openings:
            wanted = self.reference.balance(pk, counts=lambda thing, pk=pk: thing.agrees_on(pk))
            assert get_reconciled(Account.objects.get(pk=pk)) == wanted

    def open(self, name, opening):
        self.reference.openings[account(self.owner, name, opening).pk] = opening

    def change(self, pk, new):
        paid, expense, entry = self.reference.paid[pk], Expense.objects.get(pk=pk), self.entry(new)
        if paid.agreed and new != paid:
            with pytest.raises(DomainError):
                update_expense(expense=expense, by=self.owner, entry=entry, at=NOW)
        else:
            update_expense(expense=expense, by=self.owner, entry=entry, at=NOW)
            self.reference.paid[pk] = new

    def entry(self, paid):
        """A third of it goes to the other category, where there is enough to part."""
        third = (paid.amount / 3).quantize(PENNY)
        parts = [Share(self.food, paid.amount - third), Share(self.home, third)] if third else []
        where = Account.objects.get(pk=paid.account) if paid.account else None
        return Entry(paid.on, paid.amount, self.food, kind=paid.kind, account=where, splits=parts)

    def some_account(self, pick):
        """None now and then."""
        known = [*sorted(self.reference.openings), None]
        return known[pick % len(known)]

    def two_different(self, pick):
        known = sorted(self.reference.openings)
        source = known[pick % len(known)]
        return source, [pk for pk in known if pk != source][pick // len(known) % (len(known) - 1)]


def one_of(things, pick):
    pk = sorted(things)[pick % len(things)]
    return pk, things[pk]


def move(moved):
    source, target = (Account.objects.get(pk=pk) for pk in (moved.source, moved.target))
    return Move(source, target, moved.amount, moved.on)


def whole_ledger(account):
    page = get_ledger(account, size=4)
    lines = page.lines
    while page.older:
        page = get_ledger(account, size=4, older_than=page.older)
        lines = lines + page.lines
    return lines


@pytest.mark.django_db
def test_the_books_say_what_the_reference_says():
    run_state_machine_as_test(
        Books,
        settings=settings(max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)),
    )
