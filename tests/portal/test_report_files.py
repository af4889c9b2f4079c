"""Reports as files: the figures of the page, and nothing that a spreadsheet would run."""

import csv
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from portal.reports.kinds import REPORTS
from tests.factories.expenses import budget, spend
from tests.factories.money import account
from tests.factories.reports import book
from tests.people import client_of

pytestmark = pytest.mark.django_db
D = Decimal


def table(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_a_csv_holds_the_rows_and_the_sum_of_the_page(logged_in, member):
    book(member)

    response = logged_in.get("/reports/categories/?period=month&as=csv")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].endswith('-spending-by-category-2026-03-01-2026-03-31.csv"')
    assert table(response) == [
        ["Category", "Spent", "Share %", "Feb 2026", "Change %"],
        ["Groceries", "115.00", "100.9", "0.00", ""],
        ["  Directly in Groceries", "30.00", "26.3", "0.00", ""],
        ["  Bread", "85.00", "74.6", "0.00", ""],
        ["    Directly in Bread", "5.00", "4.4", "0.00", ""],
        ["    Rye", "80.00", "70.2", "0.00", ""],
        ["Old", "0.00", "0.0", "12.00", "-100.0"],
        ["Home", "-1.00", "-0.9", "77.00", "-101.3"],
        ["All spending", "114.00", "100.0", "89.00", "28.1"],
    ]


def test_a_workbook_holds_numbers(logged_in, member):
    book(member)

    response = logged_in.get("/reports/payees/?period=month&as=xlsx")

    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(response.content)).active.iter_rows()]
    assert rows[0][:2] == ["Payee", "Spent"]
    assert rows[1][:2] == ["Fennel", 80]
    assert rows[-1][:2] == ["All spending", 114]


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_each_report_comes_as_each_file(name, form, logged_in, member):
    book(member)
    budget(member, 100)

    response = logged_in.get(f"/reports/{name.replace('_', '-')}/?period=quarter&as={form}")

    assert response.status_code == 200
    assert len(response.content) > 20
    assert response["Content-Disposition"].startswith("attachment")


def test_a_paper_says_whose_what_and_when(logged_in, member):
    book(member)

    response = logged_in.get("/reports/payees/?period=last-month&as=pdf")

    said = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)
    for word in ("Spending by payee", member.business.name, "February 2026", "Fennel", "£77.00", "£89.00"):
        assert word in said


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\N{FULLWIDTH EQUALS SIGN}1", " =1"])
def test_no_name_is_run_as_a_formula(name, logged_in, member):
    spend(member, 5, payee=f"{name}")

    first = table(logged_in.get("/reports/payees/?as=csv"))[1][0]
    cell = load_workbook(io.BytesIO(logged_in.get("/reports/payees/?as=xlsx").content)).active["A2"]

    assert first == f"'{name.strip()}"
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_a_file_is_for_who_may_export(clerk):
    browser = client_of(clerk)

    assert browser.get("/reports/payees/?as=csv").status_code == 403
    assert "as=csv" not in browser.get("/reports/payees/").content.decode()


def test_a_file_nobody_knows_is_the_page(logged_in):
    assert logged_in.get("/reports/payees/?as=exe")["Content-Type"].startswith("text/html")


def test_a_file_has_all_the_rows(logged_in, member, monkeypatch):
    monkeypatch.setattr("portal.views.reports.MOST_ROWS", 1)
    for n in range(3):
        spend(member, 5, payee=f"Payee {n}")

    assert len(table(logged_in.get("/reports/payees/?as=csv"))) == 5


def test_no_heading_is_run_as_a_formula(logged_in, member):
    account(member, "=1+1", 5)

    head = table(logged_in.get("/reports/net-worth/?as=csv"))[0]
    cell = load_workbook(io.BytesIO(logged_in.get("/reports/net-worth/?as=xlsx").content)).active["D1"]

    assert head[-1] == "'=1+1"
    assert (cell.value, cell.data_type) == ("=1+1", "s")
