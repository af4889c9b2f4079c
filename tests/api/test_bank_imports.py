"""Bank statements and lists of expenses by POST /imports/."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from expenses.models import Account, Expense
from tests.expenses.statements import CSV, SGML, person
from tests.factories.expenses import spend
from tests.people import api_of, client_of

pytestmark = pytest.mark.django_db


def send(api, content, kind="bank", **values):
    body = {"kind": kind, "file": SimpleUploadedFile("march.ofx", content.encode())} | values
    return api.post("/api/v1/imports/", body, format="multipart")


@pytest.fixture
def me(db):
    return person()


def test_a_personal_book_imports_its_statement(me):
    api = api_of(me)
    batch = send(api, SGML).json()

    done = api.post(f"/api/v1/imports/{batch['id']}/commit/", {}).json()

    assert (batch["state"], batch["counts"]["new"], batch["notices"]) == ("ready", 3, [])
    assert (done["state"], done["counts"]["new"]) == ("done", 3)
    assert Expense.objects.count() == 3
    again = send(api, SGML).json()
    assert again["counts"] == {"new": 0, "changed": 0, "unchanged": 3, "error": 0}


def test_a_shop_imports_its_expenses(api):
    batch = send(api, "Date,Amount,Category\n2026-03-01,12.50,Rent\n", "expenses").json()

    assert batch["counts"]["new"] == 1
    assert batch["mapping"] == {"spent_on": "Date", "amount": "Amount", "category": "Category"}


def test_a_personal_book_cannot_import_products(me):
    answer = send(api_of(me), "SKU,Name,Price\nA,A,1\n", "products")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "kind")


def test_options_name_the_account(me):
    joint = Account.objects.create(business=me.business, name="Joint", opened_on=date(2026, 1, 1))
    api = api_of(me)
    batch = send(api, CSV, options=json.dumps({"account": str(joint.pk), "match": True})).json()

    api.post(f"/api/v1/imports/{batch['id']}/commit/", {})

    assert set(Expense.objects.values_list("account", flat=True)) == {joint.pk}


@pytest.mark.parametrize("options", [{"account": "999999"}, {"match": "maybe"}, {"what": True}, [1]])
def test_a_wrong_option_is_named(me, options):
    answer = send(api_of(me), CSV, options=json.dumps(options))

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "options")


def test_another_business_account_is_no_choice(me):
    theirs = Account.objects.create(business=person().business, name="Theirs", opened_on=date(2026, 1, 1))

    answer = send(api_of(me), CSV, options=json.dumps({"account": str(theirs.pk)}))

    assert answer.status_code == 400


def test_a_broken_file_is_a_400_with_its_line(me):
    answer = send(api_of(me), SGML[: SGML.index("<FITID>F2")])

    assert answer.status_code == 400
    assert "line 12" in answer.json()["errors"][0]["message"]


def test_the_page_asks_for_the_account_and_remembers_what_was_said_for_this_bank(me):
    opened = date(2026, 1, 1)
    _, two = (Account.objects.create(business=me.business, name=name, opened_on=opened) for name in ("One", "Two"))
    client = client_of(me)
    other = SGML.replace("<ACCTID>12345678", "<ACCTID>87654321")

    def columns_of(content):
        url = client.post("/imports/new/", {"kind": "bank", "file": SimpleUploadedFile("a.ofx", content.encode())}).url
        return url, client.get(url).content.decode()

    url, page = columns_of(SGML)
    assert "The one that the file names, or a new one" in page
    client.post(f"{url}check/", {"column-spent_on": "Date", "column-amount": "Amount", "option-account": two.pk})

    assert f'value="{two.pk}" selected' in columns_of(SGML)[1]
    assert f'value="{two.pk}" selected' not in columns_of(other)[1]


def test_the_columns_of_two_banks_are_remembered_apart(me):
    client = client_of(me)

    def columns_of(content):
        url = client.post("/imports/new/", {"kind": "bank", "file": SimpleUploadedFile("a.csv", content.encode())}).url
        return url, client.get(url).content.decode()

    url, _ = columns_of("Wann,Wieviel,Wer\n2026-03-01,-1,A\n")
    client.post(f"{url}check/", {"column-spent_on": "Wann", "column-amount": "Wieviel", "column-payee": "Wer"})
    url, _ = columns_of("Quando,Quanto\n2026-03-01,-1\n")
    client.post(f"{url}check/", {"column-spent_on": "Quando", "column-amount": "Quanto"})

    page = columns_of("Wann,Wieviel,Wer\n2026-04-01,-1,A\n")[1]
    assert all(f'value="{name}" selected' in page for name in ("Wann", "Wieviel", "Wer"))


def test_what_may_be_known_by_hand_is_shown_before_it_comes_in(me):
    spend(me, "12.50", date(2026, 3, 1))
    client = client_of(me)
    url = client.post("/imports/new/", {"kind": "bank", "file": SimpleUploadedFile("a.csv", CSV.encode())}).url
    client.post(f"{url}check/", {"column-spent_on": "Date", "column-amount": "Amount"})

    page = client.get(url).content.decode()

    assert "1 row to know about" in page
    assert "You recorded the same amount by hand on 1 March 2026." in page
    assert "Expenses, 2 lines" in page


BOOK = "Date,Amount,Category\n2026-03-01,12.50,Rent\n"
GOODS = "SKU,Name,Price\nA,A,1\n"
RATES = "Date,Currency,Rate\n2026-03-01,EUR,0.85\n"


@pytest.mark.parametrize(
    ("scope", "kind", "content", "status"),
    [
        ("expense", "expenses", BOOK, 201),
        ("expense", "bank", BOOK, 201),
        ("expense", "rates", RATES, 201),
        ("expense", "products", GOODS, 403),
        ("stock", "products", GOODS, 201),
        ("stock", "expenses", BOOK, 403),
        ("stock", "bank", BOOK, 403),
        ("stock", "rates", RATES, 403),
        ("sell", "products", GOODS, 403),
        ("read", "expenses", BOOK, 403),
    ],
)
def test_a_key_with_scopes_imports_what_they_name(owner, scope, kind, content, status):
    answer = send(api_of(owner, scopes=[scope]), content, kind)

    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "missing_scope"


def test_a_key_lets_in_only_what_it_could_have_sent(owner, api):
    batch = send(api, BOOK, "expenses").json()["id"]

    refused = api_of(owner, scopes=["stock"]).post(f"/api/v1/imports/{batch}/commit/", {})
    done = api_of(owner, scopes=["expense"]).post(f"/api/v1/imports/{batch}/commit/", {})

    assert (refused.status_code, refused.json()["code"]) == (403, "missing_scope")
    assert (done.status_code, Expense.objects.count()) == (200, 1)
