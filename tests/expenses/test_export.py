import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from ofxtools.Parser import OFXTree
from openpyxl import load_workbook

from accounts.permissions import NotAllowed
from audit.models import AuditEntry
from common import spreadsheets
from expenses.exports import sheets
from expenses.models import Expense, ExpenseCategory, ExpenseState, Split
from expenses.queries import get_balances
from expenses.services.export import BadPeriod, BookedMeanwhile, Format, export_book
from expenses.services.record import Share
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import TODAY, category, spend
from tests.factories.money import account, transfer
from tests.people import client_of

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\N{FULLWIDTH EQUALS SIGN}1"]


def export(member, form=Format.CSV, since=None, until=TODAY):
    with export_book(by=member, form=form, since=since, until=until, at=NOW).file as file:
        return file.read()


def table(member, **period):
    return list(csv.DictReader(io.StringIO(export(member, **period).decode("utf-8-sig"))))


@pytest.fixture
def book(member):
    """Two accounts, a split expense abroad, a refund, an income, a transfer, and one that waits."""
    bank, card = account(member, "Bank", 100), account(member, "Visa", kind="card")
    food, bread = category(member), category(member, "Bread", parent=category(member))
    shares = [Share(bread, Decimal(8)), Share(food, Decimal(2), "olives")]
    spend(member, 10, date(2026, 2, 1), account=card, payee="Fennel", note="Market", tags=["team", "fun"], splits=shares)
    Expense.objects.update(foreign_amount=Decimal(20), foreign_currency="USD", rate=Decimal("0.5"))
    spend(member, 3, date(2026, 2, 2), kind="refund", account=card)
    spend(member, 50, date(2026, 2, 3), kind="income", account=bank)
    transfer(member, bank, card, 7, date(2026, 2, 4), note="Pay off")
    waiting = spend(member, 99, date(2026, 2, 5), account=bank).expense
    Expense.objects.filter(pk=waiting.pk).update(state=ExpenseState.WAITING)
    return {"bank": bank, "card": card}


def test_csv_has_a_row_for_each_split_with_all_that_is_known(member, book):
    rows = table(member)

    assert [(row["Date"], row["Kind"], row["Category"], row["Amount"]) for row in rows] == [
        ("2026-02-01", "expense", "Groceries / Bread", "-8.00"),
        ("2026-02-01", "expense", "Groceries", "-2.00"),
        ("2026-02-02", "refund", "Groceries", "3.00"),
        ("2026-02-03", "income", "Groceries", "50.00"),
        ("2026-02-04", "transfer", "", "7.00"),
        ("2026-02-05", "expense", "Groceries", "-99.00"),
    ]
    first, transferred, waiting = rows[1], rows[4], rows[5]
    assert (first["Payee"], first["Account"], first["Tags"], first["Note"], first["Split note"]) == (
        "Fennel", "Visa", "fun, team", "Market", "olives",
    )  # fmt: skip
    assert (first["Foreign amount"], first["Foreign currency"], first["Rate"]) == ("20.00", "USD", "0.500000")
    assert (transferred["Account"], transferred["To account"]) == ("Bank", "Visa")
    assert (waiting["State"], first["State"]) == ("waiting", "posted")


def test_a_period_holds_its_own_days_only(member, book):
    assert {row["Date"] for row in table(member, since=date(2026, 2, 2), until=date(2026, 2, 3))} == {"2026-02-02", "2026-02-03"}


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_run_as_a_formula_and_negative_numbers_stay_numbers(member, text):
    spend(member, 5, note=text, payee="Fennel", tags=["x"])
    Expense.objects.update(note=text)

    (row,) = table(member)
    sheet = load_workbook(io.BytesIO(export(member, Format.XLSX)))["Entries"]
    cells = dict(zip(sheets.HEADER, sheet[2], strict=True))

    assert row["Note"] == f"'{text}"
    assert row["Amount"] == "-5.00"
    assert (cells["Note"].value, cells["Note"].data_type) == (text, "s")
    assert (cells["Amount"].value, cells["Amount"].data_type) == (-5, "n")


def test_xlsx_has_entries_accounts_with_their_balances_and_categories(member, book):
    workbook = load_workbook(io.BytesIO(export(member, Format.XLSX, since=date(2026, 2, 2))))

    assert workbook["Entries"].max_row == 5
    accounts = [tuple(cell.value for cell in row) for row in workbook["Accounts"].iter_rows(min_row=2)]
    assert accounts == [("Bank", "Bank", 100, 143, "GBP"), ("Visa", "Card", -10, 0, "GBP")]
    assert "Groceries / Bread" in [row[0].value for row in workbook["Categories"].iter_rows(min_row=2)]


def test_xlsx_goes_on_in_another_sheet_where_one_is_full(member, book, monkeypatch):
    monkeypatch.setattr(spreadsheets, "ROWS_A_SHEET", 4)

    workbook = load_workbook(io.BytesIO(export(member, Format.XLSX)))

    assert [workbook[name].max_row for name in ("Entries", "Entries 2")] == [5, 3]


def test_xlsx_of_nothing_and_of_odd_characters_opens(member):
    assert load_workbook(io.BytesIO(export(member, Format.XLSX)))["Entries"].max_row == 1

    spend(member, 5, payee="a\x01b", note="\N{BELL}")
    assert load_workbook(io.BytesIO(export(member, Format.XLSX)))["Entries"]["D2"].value == "ab"


def test_ofx_is_read_by_ofxtools_with_the_balances_of_ours(member, book):
    spend(member, 1, payee="<Tom> & “Jerry” " + "x" * 40, note="n" * 255, account=book["bank"])
    tree = OFXTree()
    tree.parse(io.BytesIO(export(member, Format.OFX)))

    statements = {each.account.acctid.split(maxsplit=1)[1]: each for each in tree.convert().statements}

    ours = get_balances(member.business)
    assert {name: each.balance.balamt for name, each in statements.items()} == {
        "Bank": ours[book["bank"].pk],
        "Visa": ours[book["card"].pk],
    }
    moves = {name: [(each.trntype, each.trnamt) for each in statement.transactions] for name, statement in statements.items()}
    assert moves["Visa"] == [("DEBIT", -10), ("CREDIT", 3), ("XFER", 7)]
    assert moves["Bank"] == [("CREDIT", 50), ("XFER", -7), ("DEBIT", -1)]
    abroad = statements["Visa"].transactions[0]
    assert (abroad.name, abroad.memo, abroad.origcurrency.cursym) == ("Fennel", "Market - Bread, Groceries", "USD")
    assert len({each.fitid for statement in statements.values() for each in statement.transactions}) == 5


def test_ledgers_price_what_was_paid_abroad_and_tag_it(member, book):
    journal, text = export(member, Format.HLEDGER).decode(), export(member, Format.BEANCOUNT).decode()

    assert "  16.00 USD @@ 8.00 GBP\n" in journal
    assert "Fennel | Market  ; fun:, team:\n" in journal
    assert '"Fennel" "Market" #fun #team\n' in text
    assert "  Expenses:Groceries:Bread  16.00 USD @@ 8.00 GBP\n" in text
    assert "99.00" not in journal + text


def test_an_export_is_noted_with_its_days(member):
    export(member, since=date(2026, 1, 1))

    entry = AuditEntry.objects.get(action="book exported")
    assert (entry.user_id, entry.after) == (member.user_id, '{"format": "csv", "since": "2026-01-01", "until": "2026-03-04"}')


@pytest.mark.parametrize("role", ["clerk", "viewer"])
def test_only_managers_and_above_export(member, role):
    with pytest.raises(NotAllowed):
        export(MemberFactory(business=member.business, role=role))


def test_another_book_s_rows_are_in_no_export(member, book):
    stranger = MemberFactory(role="owner")

    for form in Format:
        assert b"Fennel" not in export(stranger, form)
    assert table(stranger) == []


@pytest.mark.parametrize(
    ("since", "until"), [(date(2026, 3, 2), date(2026, 3, 1)), (None, date(1900, 1, 1)), (None, date(9999, 12, 31))]
)
def test_days_that_cannot_be_are_refused(member, since, until):
    with pytest.raises(BadPeriod):
        export(member, since=since, until=until)


def test_what_is_booked_while_it_is_written_is_in_it_or_it_is_refused(member, book, monkeypatch):
    def booking(book):
        spend(member, 1, account=member.business.accounts.first())
        yield ""

    monkeypatch.setattr("expenses.services.export.csv_text", booking)

    with pytest.raises(BookedMeanwhile):
        export(member)


def many(member, count):
    """That many expenses, each a split of one category, written at once."""
    common = {"business": member.business, "spent_on": TODAY, "amount": Decimal(5)}
    what = ExpenseCategory.objects.filter(business=member.business).first()
    Expense.objects.bulk_create(
        [Expense(**common, note=f"Number {n}", created_by=member, created_at=NOW) for n in range(count)], batch_size=500
    )
    pks = Expense.objects.for_business(member.business).values_list("pk", flat=True)
    Split.objects.bulk_create([Split(**common, expense_id=pk, category=what, is_spending=True) for pk in pks], batch_size=500)


@pytest.mark.parametrize("form", list(Format))
def test_queries_grow_with_thousands_and_not_with_rows(member, form, django_assert_max_num_queries):
    many(member, 1100)

    with django_assert_max_num_queries(30):
        written = export(member, form)

    assert b"Number 1099" in written or form in {Format.XLSX, Format.OFX}


def test_the_page_hands_out_the_file(logged_in, member, book):
    response = logged_in.post("/expenses/export/", {"form": "hledger", "since": "", "until": "2026-03-04"})

    assert response["Content-Disposition"] == f'attachment; filename="{member.business.slug}-all-2026-03-04.journal"'
    assert b"Fennel" in b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [("form", "pdf", "Select a valid choice"), ("since", "soon", "valid date"), ("until", "2026-02-30", "valid date"),
     ("until", "2026-01-01", "The last day is before the first"), ("until", "9999-12-31", "before 9000")],
)  # fmt: skip
def test_bad_input_is_told_at_its_field(field, value, sentence, logged_in):
    response = logged_in.post("/expenses/export/", {"form": "csv", "since": "2026-02-01", "until": "2026-03-04", field: value})

    assert sentence in str(response.context["form"].errors[field])


def test_a_clerk_is_told_who_may(clerk):
    assert client_of(clerk).get("/expenses/export/").status_code == 403
