"""Rates by POST /imports/ with kind "rates", and the page that lists them."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from expenses.models import ExchangeRate
from tests.factories import MemberFactory
from tests.people import api_of, client_of

D = Decimal
pytestmark = pytest.mark.django_db
CSV = "Date,Currency,Rate\n2026-03-02,USD,0.7913\n02/03/2026,eur,0.8653\n"


def send(api, content=CSV, *, commit=True, **options):
    body = {"kind": "rates", "file": SimpleUploadedFile("rates.csv", content.encode())}
    if options:
        body["options"] = json.dumps(options)
    batch = api.post("/api/v1/imports/", body, format="multipart").json()
    if commit and not batch["counts"]["error"]:
        batch = api.post(f"/api/v1/imports/{batch['id']}/commit/", {}).json()
        assert batch["state"] == "done"
    return batch


def rates(business):
    rows = ExchangeRate.objects.for_business(business).order_by("on", "currency")
    return [(row.currency, row.on, row.rate) for row in rows]


def test_rates_come_in_and_the_same_file_again_changes_nothing(api, owner):
    first, second = send(api), send(api)

    assert first["counts"]["new"] == 2
    assert second["counts"] == {"new": 0, "changed": 0, "unchanged": 2, "error": 0}
    assert rates(owner.business) == [("EUR", date(2026, 3, 2), D("0.8653")), ("USD", date(2026, 3, 2), D("0.7913"))]


def test_another_rate_for_the_day_replaces_it(api, owner):
    send(api)

    again = send(api, CSV.replace("0.7913", "0.79"))

    assert (again["counts"]["changed"], again["counts"]["unchanged"]) == (1, 1)
    assert rates(owner.business)[1] == ("USD", date(2026, 3, 2), D("0.79"))


@pytest.mark.parametrize(
    ("row", "field", "sentence"),
    [
        ("2026-03-02,ZZZ,1", "currency", "is no currency"),
        ("2026-03-02,GBP,1", "currency", "your own currency"),
        ("soon,USD,1", "date", "is not a date"),
        ("1969-12-31,USD,1", "date", "after 1970"),
        ("2026-03-02,USD,0", "rate", "above 0"),
        ("2026-03-02,USD,-1", "rate", "above 0"),
        ("2026-03-02,USD,cheap", "rate", "is not a number"),
        ("2026-03-02,USD,0.0000001", "rate", "too small"),
        ("2026-03-02,USD,1\n2026-03-02,usd,2", "date", "stand in row 2 already"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_reason(row, field, sentence, api, owner):
    batch = send(api, f"Date,Currency,Rate\n{row}\n")

    assert (batch["errors"][0]["field"], sentence in batch["errors"][0]["message"]) == (field, True)
    assert rates(owner.business) == []


def test_a_personal_book_imports_rates_too():
    person = MemberFactory(role="owner", business__kind="personal")

    assert send(api_of(person))["counts"]["new"] == 2


def test_the_page_lists_them_newest_first_and_of_one_currency(api, owner, logged_in):
    send(api)
    send(api_of(MemberFactory(role="owner")), CSV.replace("USD", "CHF"))

    page = logged_in.get("/expenses/rates/").content.decode()
    dollars = logged_in.get("/expenses/rates/?currency=USD").content.decode()

    assert page.index("EUR") < page.index("0.7913")
    assert "CHF" not in page
    assert ("0.7913" in dollars, "0.8653" in dollars) == (True, False)


def test_without_any_the_page_says_how_they_come_in(logged_in, viewer):
    assert "/imports/new/?kind=rates" in logged_in.get("/expenses/rates/").content.decode()
    assert "/imports/new/" not in client_of(viewer).get("/expenses/rates/").content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_the_page_costs_the_same_at_any_length(count, owner, logged_in, django_assert_max_num_queries):
    for day in range(count):
        ExchangeRate.objects.create(business=owner.business, currency="USD", on=date(2026, 1, day + 1), rate=D("0.8"))
    logged_in.get("/expenses/rates/")

    with django_assert_max_num_queries(5):
        assert logged_in.get("/expenses/rates/").status_code == 200


def test_a_zero_byte_is_no_currency(logged_in):
    assert logged_in.get("/expenses/rates/", {"currency": "\x00"}).status_code == 200
