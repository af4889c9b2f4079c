"""What becomes of the lines of a statement, and what does not come in twice."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Business
from audit.models import AuditEntry
from expenses.importers.book import TO_BE_FILED
from expenses.models import Account, BudgetCrossing, Expense, ExpenseKind, FilingRule, Payee, Split
from expenses.queries import get_balances
from expenses.services.record import delete_expense
from imports.models import ImportState
from tests.expenses.statements import CSV, SGML, lines, person, posted, send
from tests.factories import NOW
from tests.factories.expenses import budget, category, spend
from tests.imports.helpers import check, csv_file, errors, notices

pytestmark = pytest.mark.django_db
COFFEE = ("2026-03-01", "-3.20", "Café", "Flat white")


@pytest.fixture
def me(db):
    return person()


def account(by, name="Current", **values):
    return Account.objects.create(business=by.business, name=name, opened_on=date(2026, 1, 1), **values)


def test_an_overlapping_file_adds_only_what_is_new(me):
    lines(me, COFFEE, ("2026-03-02", "-10", "Shop", ""))

    again = lines(me, ("2026-03-02", "-10", "Shop", ""), ("2026-03-03", "-10", "Shop", ""))

    assert (again.new_rows, again.unchanged_rows) == (1, 1)
    assert [line[0] for line in posted(me)] == ["2026-03-01", "2026-03-02", "2026-03-03"]


def test_a_second_coffee_at_the_same_price_survives_and_a_third_in_a_later_file_too(me):
    assert lines(me, COFFEE, COFFEE).new_rows == 2

    again = lines(me, COFFEE, COFFEE, COFFEE)

    assert (again.new_rows, again.unchanged_rows) == (1, 2)
    assert len(posted(me)) == 3


def test_the_same_id_twice_in_one_file_is_posted_once(me):
    twice = SGML.replace("<FITID>F3", "<FITID>F1")

    batch = send(me, twice.encode("cp1252"))

    assert (batch.new_rows, batch.unchanged_rows) == (2, 1)
    assert notices(batch) == [(4, "This transaction stands in the file twice; it is taken once.")]
    assert len(posted(me)) == 2


def test_the_same_id_twice_is_posted_once_across_chunks_also_in_the_dry_run(me, monkeypatch):
    monkeypatch.setattr("imports.services.documents.CHUNK_DOCUMENTS", 1)

    batch = send(me, SGML.replace("<FITID>F3", "<FITID>F1").encode("cp1252"), partial=True)

    assert (batch.new_rows, batch.unchanged_rows) == (2, 1)


def test_what_was_deleted_stays_deleted(me):
    lines(me, COFFEE)
    delete_expense(expense=Expense.objects.get(), by=me, at=NOW)

    again = lines(me, COFFEE)

    assert again.unchanged_rows == 1
    assert posted(me) == []


def test_the_same_line_on_another_account_is_another(me):
    one, two = account(me, "One"), account(me, "Two")

    for each in (one, two):
        lines(me, COFFEE, account=str(each.pk))

    assert set(Expense.objects.values_list("account", flat=True)) == {one.pk, two.pk}


def test_balances_agree_with_the_statement(me):
    send(me, SGML.encode("cp1252"))

    assert list(get_balances(me.business).values()) == [Decimal("1309.00")]


def test_a_file_goes_to_the_chosen_account_before_the_one_it_names(me):
    mine = account(me, "12345678"), account(me, "Joint")

    send(me, SGML.encode("cp1252"), account=str(mine[1].pk))

    assert set(Expense.objects.values_list("account__name", flat=True)) == {"Joint"}


def test_a_file_that_names_no_account_goes_to_the_only_one_unless_a_new_one_is_asked_for(me):
    account(me, "Current")
    account(me, "Purse", kind="cash")

    lines(me, COFFEE)
    lines(me, ("2026-03-05", "-1", "B", ""), account="new")

    assert list(Expense.objects.order_by("pk").values_list("account__name", flat=True)) == ["Current", "Bank account"]


def test_lines_of_two_accounts_in_one_file_are_refused_by_name(me):
    batch = check(me, "bank", csv_file(("Date", "Amount", "IBAN"), ("2026-03-01", "-1", "A"), ("2026-03-01", "-1", "B")))

    assert errors(batch) == [(3, "account", "This line is of account B, the first of A. Import one account at a time.")]


def test_a_minus_is_an_expense_and_a_plus_an_income(me):
    lines(me, ("2026-03-01", "-3.20", "A", ""), ("2026-03-02", "3.20", "B", ""))

    assert list(Split.objects.order_by("pk").values_list("amount", "is_spending", "expense__kind")) == [
        (Decimal("3.20"), True, ExpenseKind.EXPENSE),
        (Decimal("3.20"), False, ExpenseKind.INCOME),
    ]


@pytest.mark.parametrize(
    ("word", "amount", "kind", "signed"),
    [
        ("refund", "5", "refund", 5),
        ("DEBIT", "5", "expense", -5),
        ("Credit", "5", "income", 5),
        ("CONTACTLESS", "-5", "expense", -5),
        ("", "(5.00)", "expense", -5),
        ("", "5.00-", "expense", -5),
        ("", "£5", "income", 5),
    ],
)
def test_the_type_and_every_kind_of_minus_are_heeded(me, word, amount, kind, signed):
    send(me, f"Date,Amount,Payee,Type\n2026-03-01,{amount},A,{word}\n")

    assert Expense.objects.get().kind == kind
    assert posted(me)[0][1] == signed


def test_a_line_is_filed_by_its_column_else_a_rule_else_as_the_last_time_else_to_be_filed(me):
    food, fun = category(me, "Food"), category(me, "Fun")
    Payee.objects.create(business=me.business, name="Cinema", category=fun)
    rule = {"payee_contains": "shop", "category": food, "set_payee": "Corner shop", "add_tags": "daily"}
    FilingRule.objects.create(business=me.business, name="r", created_at=NOW, **rule)

    send(
        me,
        "Date,Amount,Payee,Category\n2026-03-01,-1,SHOP 12,\n2026-03-02,-1,Cinema,\n2026-03-03,-1,Nobody,\n"
        "2026-03-04,-1,SHOP 12,Home > Garden\n2026-03-05,-1,,food\n",
    )

    rows = Split.objects.order_by("spent_on").values_list("category__name", "expense__payee__name", "expense__tags__name")
    assert list(rows) == [
        ("Food", "Corner shop", "daily"),
        ("Fun", "Cinema", None),
        (TO_BE_FILED, "Nobody", None),
        ("Garden", "SHOP 12", None),
        ("Food", None, None),
    ]


def test_what_is_reconciled_in_the_file_is_reconciled(me):
    send(me, "Date,Amount,Payee,Reconciled\n2026-03-01,-1,A,yes\n2026-03-02,-1,B,no\n")

    assert list(Expense.objects.order_by("pk").values_list("is_reconciled", flat=True)) == [True, False]


def test_rows_of_a_closed_period_are_errors_but_not_those_that_are_in_already(me):
    lines(me, COFFEE)
    Business.objects.filter(pk=me.business_id).update(closed_until=date(2026, 3, 1))

    batch = check(me, "bank", csv_file(("Date", "Amount", "Payee", "Note"), COFFEE, ("2026-03-01", "-1", "B", "")))

    assert batch.unchanged_rows == 1
    assert [(row, field) for row, field, _ in errors(batch)] == [(3, "spent_on")]
    assert "The books are closed up to 1 March 2026." in errors(batch)[0][2]


def test_another_currency_and_too_many_places_are_refused(me):
    batch = check(me, "bank", csv_file(("Date", "Amount", "Currency"), ("2026-03-01", "-1", "USD"), ("2026-03-01", "-1.001", "")))

    assert errors(batch) == [
        (2, "currency", "This line is in USD; this book is kept in GBP."),
        (3, "amount", "An amount in GBP has at most 2 decimal places."),
    ]


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (("01/02/2026", "13/02/2026"), date(2026, 2, 1)),
        (("01/02/2026", "02/13/2026"), date(2026, 1, 2)),
        (("01/02/2026", "02/02/2026"), date(2026, 2, 1)),  # as in the country
        (("1 Feb 2026", "2026-02-02"), date(2026, 2, 1)),
        (("01.02.26", "20260202"), date(2026, 2, 1)),
    ],
)
def test_the_order_of_day_and_month_is_seen_from_all_dates_together(me, dates, first):
    lines(me, *((day, "-1", "A", "") for day in dates))

    assert Expense.objects.order_by("pk").first().spent_on == first


def test_budgets_are_checked_once_at_the_end_and_one_entry_is_audited(me):
    budget(me, 5, name="All")

    lines(me, (NOW.date(), "-3", "A", ""), (NOW.date(), "-3", "B", ""))

    assert BudgetCrossing.objects.count() == 2  # 80 and 100 %
    assert not AuditEntry.objects.filter(action="expense added").exists()
    assert AuditEntry.objects.filter(action="import done").count() == 1


def test_nothing_of_another_business_is_met(me):
    stranger = person()
    spend(stranger, "3.20", date(2026, 3, 1))
    theirs = account(stranger, "Theirs")
    lines(stranger, COFFEE)

    batch = lines(me, COFFEE, account=str(theirs.pk), match=True)

    assert batch.new_rows == 1
    assert Expense.objects.get(business=me.business).account.business == me.business


def test_one_refused_line_holds_all_back(me):
    batch = check(me, "bank", csv_file(("Date", "Amount"), ("2026-03-01", "-1"), ("2026-03-01", "much")))

    assert batch.state == ImportState.READY
    assert batch.error_rows == 1
    assert posted(me) == []


def test_a_chunk_costs_the_same_at_any_length(me, django_assert_max_num_queries):
    lines(me, COFFEE)

    with django_assert_max_num_queries(80):
        lines(me, *((f"2026-03-{day:02}", "-1", f"P{day}", "") for day in range(1, 29)))


def test_bytes_of_windows_are_read(me):
    send(me, CSV.encode("cp1252"))

    assert posted(me)[0][2] == "Corner Café & Co"
