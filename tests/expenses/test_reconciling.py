import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Business
from audit.models import AuditEntry
from common.errors import DomainError
from expenses.models import Expense, ExpenseState, Reconciliation, Transfer
from expenses.queries import get_balances
from expenses.reconciling import Ticks, get_reconciled, get_standing
from expenses.services.closing import PeriodClosed
from expenses.services.reconcile import (
    AlreadyReconciled,
    BadStatement,
    DoesNotAgree,
    TickedMeanwhile,
    reconcile,
    take_back_reconciliations,
    unreconcile_expense,
    unreconcile_transfer,
)
from expenses.services.record import Entry, delete_expense, update_expense
from expenses.services.record.reconciled import Reconciled
from expenses.services.transfers import Move, update_transfer
from tests.factories import NOW
from tests.factories.expenses import TODAY, category, spend
from tests.factories.money import account, transfer

D = Decimal


@pytest.fixture
def bank(member):
    return account(member, "Bank", 100)


def agree(account, by, balance, *, expenses=(), transfers=(), all_until=None, on=TODAY, **options):
    ticks = Ticks([each.pk for each in expenses], [each.pk for each in transfers], all_until)
    return reconcile(account=account, by=by, on=on, balance=D(balance), ticks=ticks, at=NOW, **options)


def test_what_is_ticked_off_agrees_with_the_statement(member, bank):
    found, missing = spend(member, 30, account=bank).expense, spend(member, 7, account=bank).expense
    moved = transfer(member, bank, account(member, "Cash"), 20)

    agree(bank, member, 50, expenses=[found], transfers=[moved])

    found.refresh_from_db(), missing.refresh_from_db(), moved.refresh_from_db()
    assert (found.is_reconciled, missing.is_reconciled) == (True, False)
    assert (moved.is_source_reconciled, moved.is_target_reconciled) == (True, False)
    assert get_reconciled(bank) == 50
    assert json.loads(AuditEntry.objects.get(action="account reconciled").after)["balance"] == "50"


def test_as_long_as_something_is_missing_nothing_is_marked(member, bank):
    expense = spend(member, 30, account=bank).expense

    with pytest.raises(DoesNotAgree, match=r"£2\.50 less than"):
        agree(bank, member, "67.50", expenses=[expense])

    assert not Expense.objects.filter(is_reconciled=True).exists()
    assert not Reconciliation.objects.exists()


@pytest.mark.parametrize(("balance", "kind", "amount"), [("67.50", "expense", D("2.50")), ("71", "income", 1)])
def test_the_difference_becomes_an_expense_or_an_income_when_asked(balance, kind, amount, member, bank):
    expense, fees = spend(member, 30, account=bank).expense, category(member, "Fees")

    agree(bank, member, balance, expenses=[expense], difference_to=fees)

    extra = Expense.objects.exclude(pk=expense.pk).get()
    assert (extra.kind, extra.amount, extra.spent_on, extra.is_reconciled) == (kind, amount, TODAY, True)
    assert extra.splits.get().category == fees
    assert get_balances(member.business) == {bank.pk: D(balance)}


def test_the_next_statement_begins_where_the_last_one_ended(member, bank):
    early, late = (spend(member, 10, TODAY - timedelta(days=n), account=bank).expense for n in (9, 0))
    agree(bank, member, 90, expenses=[early], on=TODAY - timedelta(days=5))

    agree(bank, member, 80, expenses=[late])

    assert [row.balance for row in Reconciliation.objects.order_by("statement_on")] == [90, 80]


@pytest.mark.parametrize("days", [0, 1])
def test_of_two_for_the_same_or_an_earlier_day_the_second_is_told(days, member, bank):
    agree(bank, member, 100)

    with pytest.raises(AlreadyReconciled, match="4 March 2026"):
        agree(bank, member, 100, on=TODAY - timedelta(days=days))


def test_what_somebody_else_ticked_meanwhile_is_not_ticked_twice(member, bank):
    expense = spend(member, 30, account=bank).expense
    agree(bank, member, 70, expenses=[expense])

    with pytest.raises(TickedMeanwhile):
        agree(bank, member, 70, expenses=[expense], on=TODAY + timedelta(days=1))

    assert Reconciliation.objects.count() == 1


@pytest.mark.parametrize("change", [{"spent_on": date(2026, 3, 9)}, {"state": ExpenseState.WAITING}, {"account": None}])
def test_what_does_not_belong_on_the_statement_cannot_be_ticked(change, member, bank):
    expense = spend(member, 30, account=bank).expense
    Expense.objects.update(**change)

    with pytest.raises(TickedMeanwhile):
        agree(bank, member, 70, expenses=[expense])


def test_all_up_to_a_day_is_ticked_at_once(member, bank):
    cash = account(member, "Cash")
    for n in range(3):
        spend(member, 10, TODAY - timedelta(days=n), account=bank)
    transfer(member, cash, bank, 5, TODAY - timedelta(days=2))
    transfer(member, bank, cash, 1, TODAY - timedelta(days=2))

    agree(bank, member, 84, all_until=TODAY - timedelta(days=1))

    assert Expense.objects.filter(is_reconciled=True).count() == 2
    assert Transfer.objects.filter(source=bank, is_source_reconciled=True).count() == 1
    assert Transfer.objects.filter(target=bank, is_target_reconciled=True).count() == 1


def test_the_page_s_figures_are_those_that_are_checked(member, bank, django_assert_max_num_queries):
    cash = account(member, "Cash")
    old, found, missing = (spend(member, 10 + n, TODAY - timedelta(days=9 - n), account=bank).expense for n in range(3))
    moved = transfer(member, cash, bank, 5)
    agree(bank, member, 90, expenses=[old], on=TODAY - timedelta(days=9))

    with django_assert_max_num_queries(9):
        standing = get_standing(bank, TODAY, D(84), Ticks([found.pk], [moved.pk]))

    assert (standing.reconciled, standing.ticked, standing.difference) == (90, -6, 0)
    assert [line.expense or line.transfer for line in standing.lines] == [found, missing, moved]
    assert get_standing(bank, TODAY, D(84), Ticks(all_until=TODAY)).difference == 12
    assert get_standing(bank, TODAY, D(84), Ticks(all_until=TODAY)).lines == []


@pytest.mark.parametrize(
    ("field", "entry"),
    [
        ("amount", {"amount": D(31)}),
        ("spent_on", {"spent_on": TODAY - timedelta(days=1)}),
        ("kind", {"kind": "refund"}),
        ("account", {"account": None}),
    ],
)
def test_a_reconciled_expense_stays_where_it_counts(field, entry, member, bank):
    expense = spend(member, 30, account=bank).expense
    agree(bank, member, 70, expenses=[expense])
    same = Entry(TODAY, D(30), category(member, "Home"), account=bank, note="Paper")

    with pytest.raises(Reconciled) as refusal:
        update_expense(expense=expense, by=member, entry=replace(same, **entry), at=NOW)
    with pytest.raises(Reconciled):
        delete_expense(expense=expense, by=member, at=NOW)
    update_expense(expense=expense, by=member, entry=same, at=NOW)

    kept = Expense.objects.get()
    assert refusal.value.field == field
    assert (kept.note, kept.is_reconciled, kept.splits.get().category.name) == ("Paper", True, "Home")


def test_an_expense_that_was_read_before_it_was_changed_and_reconciled_is_not_written_over(member, bank):
    read = spend(member, 30, account=bank).expense
    update_expense(expense=Expense.objects.get(), by=member, entry=Entry(TODAY, D(40), category(member), account=bank), at=NOW)
    agree(bank, member, 60, expenses=[read])

    with pytest.raises(Reconciled):
        update_expense(expense=read, by=member, entry=Entry(TODAY, D(30), category(member), account=bank), at=NOW)


def test_a_manager_un_reconciles_on_record(member, clerk, bank):
    expense, moved = spend(member, 30, account=bank).expense, transfer(member, bank, account(member, "Cash"), 20)
    agree(bank, member, 50, expenses=[expense], transfers=[moved])

    with pytest.raises(DomainError, match="managers"):
        unreconcile_expense(expense=expense, by=clerk, at=NOW)
    for _ in range(2):
        unreconcile_expense(expense=expense, by=member, at=NOW, reason="Wrong month")
        unreconcile_transfer(transfer=moved, by=member, at=NOW)

    update_transfer(transfer=moved, by=member, move=Move(moved.source, moved.target, D(21), TODAY), at=NOW)
    delete_expense(expense=expense, by=member, at=NOW)
    assert AuditEntry.objects.get(action="expense un-reconciled").reason == "Wrong month"
    assert AuditEntry.objects.filter(action="transfer un-reconciled").count() == 1


def test_reconciling_begins_anew_when_it_is_taken_back(member, bank):
    cash = account(member, "Cash")
    expense, out, back = spend(member, 30, account=bank).expense, transfer(member, bank, cash, 9), transfer(member, cash, bank, 9)
    agree(bank, member, 70, expenses=[expense], transfers=[out, back])

    for _ in range(2):
        take_back_reconciliations(account=bank, by=member, at=NOW)

    assert not Reconciliation.objects.exists()
    assert get_reconciled(bank) == 100
    assert json.loads(AuditEntry.objects.get(action="reconciliations taken back").before) == {"2026-03-04": "70.0000"}


@pytest.mark.parametrize("balance", ["0.005", "1e12", "NaN"])
def test_a_balance_that_cannot_be_is_refused(balance, member, bank):
    with pytest.raises(BadStatement) as refusal:
        agree(bank, member, balance)

    assert refusal.value.field == "balance"


def test_a_clerk_reconciles_nothing(clerk, bank):
    with pytest.raises(DomainError, match="change accounts"):
        agree(bank, clerk, 100)


def test_the_closed_period_keeps_its_transfers_and_its_reconciling(member, bank):
    cash = account(member, "Cash")
    moved, expense = transfer(member, bank, cash, 20), spend(member, 30, account=bank).expense
    agree(bank, member, 50, transfers=[moved], expenses=[expense])
    Business.objects.update(closed_until=TODAY)
    later = TODAY + timedelta(days=1)

    for refused in (
        lambda: transfer(member, bank, cash, 1),
        lambda: update_transfer(transfer=moved, by=member, move=Move(bank, cash, D(20), later), at=NOW),
        lambda: unreconcile_transfer(transfer=moved, by=member, at=NOW),
        lambda: unreconcile_expense(expense=expense, by=member, at=NOW),
        lambda: take_back_reconciliations(account=bank, by=member, at=NOW),
        lambda: agree(cash, member, 20, transfers=[moved]),
    ):
        with pytest.raises(PeriodClosed):
            refused()

    assert transfer(member, bank, cash, 1, later).amount == 1
