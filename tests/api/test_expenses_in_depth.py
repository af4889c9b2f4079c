"""Foreign amounts, refunds, input tax and filters by the API."""

from datetime import timedelta
from decimal import Decimal

import pytest

from expenses.models import Account, ExchangeRate, Expense
from expenses.services.record import Share
from tests.factories import MemberFactory
from tests.factories.expenses import TODAY, category, spend

URL = "/api/v1/expenses/"


@pytest.fixture
def groceries(owner):
    return category(owner).pk


@pytest.fixture
def record(api, groceries):
    def post(**body):
        return api.post(URL, {"spent_on": "2026-03-04", "category": groceries, **body})

    return post


@pytest.fixture
def abroad(record):
    return record(foreign_amount="20.00", foreign_currency="USD", rate="0.7913", tax="4.00").json()


def test_an_amount_follows_from_the_foreign_one(abroad):
    kept = {name: abroad[name] for name in ("amount", "foreign_amount", "foreign_currency", "rate", "rate_on", "tax")}
    assert kept == {
        "amount": "15.83",
        "foreign_amount": "20.00",
        "foreign_currency": "USD",
        "rate": "0.7913",
        "rate_on": None,
        "tax": "3.17",
    }


def test_the_answer_says_whose_day_s_rate_was_used(record, owner):
    ExchangeRate.objects.create(business=owner.business, currency="USD", on=TODAY - timedelta(days=2), rate=Decimal("0.79"))

    answer = record(foreign_amount="20", foreign_currency="USD").json()

    assert (answer["amount"], answer["rate_on"]) == ("15.80", "2026-03-02")


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "required", "amount"),
        ({"foreign_amount": "20", "foreign_currency": "USD"}, 409, "no_rate", "rate"),
        ({"foreign_amount": "20"}, 400, "required", "amount"),
        ({"amount": "5", "foreign_amount": "20"}, 400, "bad_foreign_amount", "foreign_currency"),
        ({"foreign_amount": "20", "foreign_currency": "usd", "rate": "1"}, 400, "bad_foreign_amount", "foreign_currency"),
        ({"foreign_amount": "20.001", "foreign_currency": "USD", "rate": "1"}, 400, "bad_amount", "foreign_amount"),
        ({"amount": "5", "foreign_amount": "20", "foreign_currency": "USD", "rate": "1"}, 400, "bad_foreign_amount", "rate"),
        ({"amount": "5", "refund_of": 999999, "kind": "refund"}, 400, "unknown", "refund_of"),
        ({"amount": "5", "tax": "1", "tax_rate": "20"}, 400, "bad_amount", "tax_rate"),
    ],
)
def test_what_does_not_fit_is_named_at_its_field(body, status, code, field, record):
    answer = record(**body)

    assert (answer.status_code, answer.json()["errors"][0]["code"], answer.json()["errors"][0]["field"]) == (status, code, field)
    assert not Expense.objects.exists()


@pytest.mark.parametrize(
    ("change", "amount", "foreign", "rate"),
    [
        ({"note": "Taxi"}, "15.83", "20.00", "0.7913"),
        ({"foreign_amount": "40"}, "31.65", "40.00", "0.7913"),
        ({"rate": "0.8"}, "16.00", "20.00", "0.8"),
        ({"amount": "16.10"}, "16.10", "20.00", "0.805"),
        ({"foreign_currency": ""}, "15.83", None, None),
    ],
)
def test_what_follows_from_a_changed_value_is_worked_out_anew(change, amount, foreign, rate, abroad, api):
    answer = api.patch(f"{URL}{abroad['id']}/", change).json()

    assert (answer["amount"], answer["foreign_amount"], answer["rate"]) == (amount, foreign, rate)


def test_a_changed_foreign_amount_keeps_the_tax(abroad, api):
    assert api.patch(f"{URL}{abroad['id']}/", {"foreign_amount": "40"}).json()["tax"] == "3.17"


def test_a_tax_rate_is_worked_out(record, api):
    made = record(amount="12.00", tax_rate="20").json()

    assert made["tax"] == "2.00"
    assert api.patch(f"{URL}{made['id']}/", {"tax_rate": "5"}).json()["tax"] == "0.57"


def test_a_refund_names_its_expense_and_never_exceeds_it(record, api):
    origin = record(amount="30").json()["id"]

    refund = record(amount="20", kind="refund", refund_of=origin)
    more = record(amount="10.01", kind="refund", refund_of=origin)
    loose = api.patch(f"{URL}{refund.json()['id']}/", {"refund_of": None})

    assert refund.json()["refund_of"] == origin
    assert (more.status_code, more.json()["code"]) == (409, "refund_too_large")
    assert loose.json()["refund_of"] is None


def test_another_book_s_expense_is_not_given_back(record):
    theirs = spend(MemberFactory(role="owner"), 30).expense

    answer = record(amount="5", kind="refund", refund_of=theirs.pk)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "refund_of")


def test_the_list_is_filtered_by_payee_text_state_account_and_refund(api, owner):
    food, home = category(owner), category(owner, "Home")
    cash = Account.objects.create(business=owner.business, name="Cash", opened_on=TODAY)
    origin = spend(owner, 9, payee="Fennel & Co.", note="Rye bread", account=cash).expense
    spend(owner, 4, kind="refund", refund_of=origin)
    spend(owner, 8, splits=[Share(food, Decimal(5), "Bread rolls"), Share(home, Decimal(3))])

    def amounts(query):
        return [row["amount"] for row in api.get(f"{URL}?{query}").json()["results"]]

    assert amounts("payee=Fennel %26 Co.") == ["9.00"]
    assert amounts("search=bread") == ["8.00", "9.00"]
    assert amounts("search=bread fennel") == ["9.00"]
    assert amounts(f"account={cash.pk}") == ["9.00"]
    assert amounts(f"refund_of={origin.pk}") == ["4.00"]
    assert amounts("state=waiting") == []
    assert amounts(f"category={home.pk}") == ["8.00"]
    assert api.get(f"{URL}?state=lost").status_code == 400
