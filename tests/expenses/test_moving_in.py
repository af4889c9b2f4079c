"""People move in from Firefly III, Actual and YNAB, or with a list of their own: accounts, categories, transfers, splits."""

from decimal import Decimal

import pytest

from expenses.importers.book import NOWHERE
from expenses.models import Account, Expense, ExpenseCategory, Split, StatementLine
from expenses.queries import get_balances
from tests.expenses.statements import moved, person, posted, send
from tests.imports.helpers import check, csv_file, errors

pytestmark = pytest.mark.django_db

FIREFLY = (
    "user_id,group_id,journal_id,created_at,updated_at,group_title,type,currency_code,amount,foreign_currency_code,foreign_amount,"
    "description,date,source_name,source_iban,source_type,destination_name,destination_iban,destination_type,reconciled,category,"
    "budget,bill,tags,notes\n"
    "1,1,1,,,,Opening balance,GBP,500.00,,,Initial,2026-01-01T00:00:00+00:00,Initial balance,,Initial balance account,"
    "Current,,Asset account,,,,,,\n"
    "1,2,2,,,,Withdrawal,GBP,-12.50,EUR,15.00,Lunch,2026-01-02T23:30:00+01:00,Current,,Asset account,Corner,,Expense account,1,"
    'Food,,,"team,away",With Ann\n'
    "1,3,3,,,,Deposit,GBP,1000.00,,,Wages,2026-01-03T00:00:00+00:00,Boss,,Revenue account,Current,,Asset account,,Salary,,,,\n"
    "1,4,4,,,,Transfer,GBP,-200.00,,,Save,2026-01-04T00:00:00+00:00,Current,,Asset account,Savings,,Asset account,,,,,,\n"
    "1,5,5,,,Big,Withdrawal,GBP,-10.00,,,Bread,2026-01-05T00:00:00+00:00,Current,,Asset account,Mart,,Expense account,,Food,,,,\n"
    "1,5,6,,,Big,Withdrawal,GBP,-20.00,,,Paint,2026-01-05T00:00:00+00:00,Current,,Asset account,Mart,,Expense account,,Home,,,,\n"
)
ACTUAL = (
    "Account,Date,Payee,Notes,Category_Group,Category,Amount,Split_Amount,Cleared\n"
    "Current,2026-01-01,Starting Balance,,Income,Starting Balances,500,0,Reconciled\n"
    "Current,2026-01-02,Corner,Lunch,Usual,Food,-12.5,0,Reconciled\n"
    "Current,2026-01-03,Boss,,Income,Income,1000,0,Cleared\n"
    "Current,2026-01-04,Savings,,,,-200,0,Not cleared\n"
    "Savings,2026-01-06,Current,,,,200,0,Not cleared\n"
    "Current,2026-01-05,Mart,(SPLIT INTO 2) big,,,0,-30,Cleared\n"
    "Current,2026-01-05,Mart,(SPLIT 1 OF 2) bread,Usual,Food,-10,0,Cleared\n"
    "Current,2026-01-05,Mart,(SPLIT 2 OF 2) paint,Usual,Home,-20,0,Cleared\n"
    "Current,2026-01-07,Mart,bring back,Usual,Home,5,0,Cleared\n"
)
YNAB = (
    '"Account","Flag","Date","Payee","Category Group/Category","Category Group","Category","Memo","Outflow","Inflow","Cleared"\n'
    '"Current","","01/01/2026","Starting Balance","Inflow: x","Inflow","Ready to Assign","",£0.00,£500.00,"Reconciled"\n'
    '"Current","","02/01/2026","Corner","Usual: Food","Usual","Food","Lunch",£12.50,£0.00,"Reconciled"\n'
    '"Current","","03/01/2026","Boss","Inflow: Ready to Assign","Inflow","Ready to Assign","","£0.00","£1,000.00","Cleared"\n'
    '"Current","","04/01/2026","Transfer : Savings","","","","",£200.00,£0.00,"Uncleared"\n'
    '"Savings","","04/01/2026","Transfer : Current","","","","",£0.00,£200.00,"Uncleared"\n'
    '"Current","","05/01/2026","Mart","Usual: Food","Usual","Food","Split (1/2) bread",£10.00,£0.00,"Cleared"\n'
    '"Current","","05/01/2026","Mart","Usual: Home","Usual","Home","Split (2/2) paint",£20.00,£0.00,"Cleared"\n'
    '"Current","","17/01/2026","Mart","Usual: Home","Usual","Home","bring back",£0.00,£5.00,"Cleared"\n'
)
BOOKS = {"firefly-iii": FIREFLY, "actual": ACTUAL, "ynab": YNAB}


@pytest.fixture
def me(db):
    return person()


def balances(by):
    names = dict(Account.objects.for_business(by.business).values_list("pk", "name"))
    return {names[pk]: amount for pk, amount in get_balances(by.business).items()}


@pytest.mark.parametrize("name", BOOKS)
def test_accounts_come_along_with_their_balances_and_a_transfer_is_one(me, name):
    batch = send(me, BOOKS[name], "expenses")

    given_back = 0 if name == "firefly-iii" else 5
    assert errors(batch) == []
    assert balances(me) == {"Current": Decimal("1257.50") + given_back, "Savings": Decimal(200)}
    assert moved(me) == [("Current", "Savings", Decimal(200))]
    assert Account.objects.get(name="Current").opening_balance == 500


@pytest.mark.parametrize("name", BOOKS)
def test_the_parts_of_a_payment_are_one_expense_in_their_categories(me, name):
    send(me, BOOKS[name], "expenses")

    mart = Expense.objects.get(payee__name="Mart", kind="expense")
    assert mart.amount == 30
    splits = list(mart.splits.order_by("pk").values_list("category__name", "amount", "note"))
    notes = ("Bread", "Paint") if name == "firefly-iii" else ("bread", "paint")
    assert splits == [("Food", Decimal(10), notes[0]), ("Home", Decimal(20), notes[1])]


@pytest.mark.parametrize("name", BOOKS)
def test_again_it_changes_nothing(me, name):
    send(me, BOOKS[name], "expenses")
    before = balances(me), posted(me)

    again = send(me, BOOKS[name], "expenses")

    assert (again.new_rows, again.changed_rows, again.error_rows) == (0, 0, 0)
    assert (balances(me), posted(me)) == before


@pytest.mark.parametrize("name", BOOKS)
def test_a_file_may_be_named_by_its_program(me, name):
    assert send(me, BOOKS[name], "expenses", preset=name).error_rows == 0


@pytest.mark.parametrize("name", ["actual", "ynab"])
def test_money_back_in_a_category_of_spending_is_a_refund(me, name):
    send(me, BOOKS[name], "expenses")

    assert Expense.objects.get(amount=5).kind == "refund"
    assert Split.objects.get(expense__amount=5).amount == -5
    assert Expense.objects.get(amount=1000).kind == "income"


def test_categories_lie_in_their_groups(me):
    send(me, ACTUAL, "expenses")

    food = ExpenseCategory.objects.get(name="Food", business=me.business)
    assert food.parent.name == "Usual"


def test_firefly_keeps_tags_notes_the_foreign_amount_and_its_day(me):
    send(me, FIREFLY, "expenses")

    lunch = Expense.objects.get(payee__name="Corner")
    assert (str(lunch.spent_on), lunch.note, lunch.is_reconciled) == ("2026-01-02", "Lunch – With Ann", True)
    assert (lunch.foreign_amount, lunch.foreign_currency, lunch.rate) == (15, "EUR", Decimal("0.833333"))
    assert sorted(lunch.tags.values_list("name", flat=True)) == ["away", "team"]


def test_a_transfer_in_two_files_is_one(me):
    head, *rows = ACTUAL.splitlines(keepends=True)

    send(
        me,
        head + rows[3] + "Savings,2026-01-01,Starting Balance,,,Starting Balances,1,0,\n",
        "expenses",
    )
    send(me, head + rows[4], "expenses")

    assert moved(me) == [("Current", "Savings", Decimal(200))]
    assert StatementLine.objects.filter(transfer=None).count() == 1


def test_a_list_without_signs_is_of_expenses_unless_a_row_says_otherwise(me):
    batch = send(me, "Date,Amount,Category,Type\n2026-03-01,12.50,Food,\n2026-03-02,5,Work,income\n", "expenses")

    assert batch.chosen["unsigned"] is True
    assert [line[1] for line in posted(me)] == [Decimal("-12.50"), Decimal(5)]


def test_signs_are_taken_as_they_are_when_one_is_there(me):
    send(me, "Date,Amount,Category\n2026-03-01,-12.50,Food\n2026-03-02,5,Work\n", "expenses")

    assert [line[1] for line in posted(me)] == [Decimal("-12.50"), Decimal(5)]


def test_an_expense_without_an_account_has_none_and_still_does_not_come_in_twice(me):
    text = "Date,Amount,Category\n2026-03-01,12.50,Food\n2026-03-01,12.50,Food\n"

    batches = [send(me, text, "expenses") for _ in range(2)]

    assert [batch.new_rows for batch in batches] == [2, 0]
    assert set(Expense.objects.values_list("account", flat=True)) == {None}
    assert not Account.objects.get(name=NOWHERE).is_active
    assert balances(me) == {NOWHERE: 0}


def test_tax_tags_and_accounts_of_a_list_are_kept(me):
    send(me, "Date,Amount,Category,Account,Tags,VAT\n2026-03-01,12.00,Food,Visa card,a; b,2.00\n", "expenses")

    expense = Expense.objects.get()
    assert (expense.tax, expense.account.name, expense.account.kind) == (2, "Visa card", "card")


def test_tax_above_the_amount_is_refused(me):
    batch = check(me, "expenses", csv_file(("Date", "Amount", "VAT"), ("2026-03-01", "1", "2")))

    assert [(row, field) for row, field, _ in errors(batch)] == [(2, "tax")]


def test_a_payee_that_bears_the_name_of_nobody_elses_account_is_a_payee(me):
    send(me, ACTUAL.replace("Savings,2026-01-06,Current,,,,200,0,Not cleared\n", ""), "expenses")

    assert moved(me) == []
    assert ("2026-01-04", Decimal(-200), "Savings", "") in posted(me)


def test_what_an_account_began_with_does_not_begin_twice(me):
    send(me, ACTUAL, "expenses")
    send(me, ACTUAL.replace("Lunch", "Dinner"), "expenses")

    assert Account.objects.get(name="Current").opening_balance == 500
