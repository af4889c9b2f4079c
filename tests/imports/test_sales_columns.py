"""How a list of past sales is understood: its headings, and its dates."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Business, Member
from sales.models import Sale
from tests.imports.helpers import bring_in, check, csv_file

pytestmark = pytest.mark.django_db
HEADER = ("Receipt number", "Date", "SKU", "Product name", "Quantity", "Unit price")


def test_the_order_of_day_and_month_is_seen_from_all_rows_and_may_be_chosen(member: Member) -> None:
    days = [("R1", "01/02/2026", "MUG", "Mug", 1, "1"), ("R2", "01/31/2026", "MUG", "Mug", 1, "1")]
    seen = check(member, "sales", csv_file(HEADER, *days))
    unclear = check(member, "sales", csv_file(HEADER, days[0]))

    assert (seen.chosen["month_first"], seen.counts["error"]) == (True, 0)
    assert unclear.chosen["month_first"] is False

    bring_in(member, "sales", csv_file(HEADER, days[0]), month_first=True)
    assert Sale.objects.get().sold_on == date(2026, 1, 2)


def test_where_no_date_tells_the_country_does(member: Member) -> None:
    Business.objects.update(country="US")
    member.business.refresh_from_db()

    bring_in(member, "sales", csv_file(HEADER, ("R1", "01/02/2026", "MUG", "Mug", 1, "1")))

    assert Sale.objects.get().sold_on == date(2026, 1, 2)


def test_german_headings_are_known(member: Member) -> None:
    heads = ("Belegnummer", "Datum", "Artikelnummer", "Bezeichnung", "Menge", "Preis")

    bring_in(member, "sales", csv_file(heads, ("R1", "2.1.2026", "MUG", "Becher", 1, "1")))

    assert Sale.objects.get().lines.get().description == "Becher"


@pytest.mark.parametrize(("heads", "is_told"), [("SKU#Name#Price", True), ("SKU;Name;Price", False)])
def test_a_file_whose_columns_are_not_told_apart_says_so(logged_in: Client, heads: str, is_told: bool) -> None:
    sent = {"kind": "products", "file": SimpleUploadedFile("list.csv", f"{heads}\n{heads}\n".encode())}

    page = logged_in.post("/imports/new/", sent, follow=True).content.decode()

    assert ("Each row is one column" in page) is is_told
