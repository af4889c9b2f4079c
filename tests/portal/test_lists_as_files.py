"""Each list as CSV and XLSX: all its rows, narrowed as on the page, harmless in a spreadsheet, for who may export."""

import csv
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from audit.models import AuditEntry
from inventory.models import Location
from inventory.services.row_edit import edit_in_list
from inventory.services.stocktake import start_stocktake
from inventory.services.watch import check_product
from tests.factories import (
    NOW,
    BarcodeFactory,
    CategoryFactory,
    CustomerFactory,
    MemberFactory,
    ProductFactory,
    StockedProductFactory,
    sell,
)
from tests.factories.purchasing import order, supplier
from tests.imports.helpers import bring_in
from tests.people import client_of

pytestmark = pytest.mark.django_db
LISTS = ("products", "stock", "movements", "sales", "customers")
MORE = ("categories", "locations", "suppliers", "purchase_orders", "stock_counts", "alerts", "product_changes")


@pytest.fixture
def tea(member):
    tea = StockedProductFactory(business=member.business, name="=1+1 tea", sku="TEA", on_hand=7)
    for code in ("5012345678900", "96385074"):
        BarcodeFactory(product=tea, code=code)
    sell(member, {tea: 2})
    CustomerFactory(business=member.business, name="Ann")
    CustomerFactory(name="Of others")
    ProductFactory(name="Of others")
    return tea


def as_csv(client, name, **asked):
    answer = client.get(reverse(name), {"file": "csv", **asked})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def as_xlsx(client, name, **asked):
    answer = client.get(reverse(name), {"file": "xlsx", **asked})
    return list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True))


@pytest.mark.parametrize("name", LISTS)
def test_both_files_hold_the_same_rows_and_those_of_nobody_else(logged_in, tea, name):
    head, *rows = as_xlsx(logged_in, name)
    listed = as_csv(logged_in, name)

    assert list(listed[0]) == list(head)
    assert len(listed) == len(rows) > 0
    assert "Of others" not in str(listed)


@pytest.mark.parametrize("name", MORE)
def test_every_other_list_is_a_file_too_and_holds_nothing_of_others(logged_in, member, name):
    for who in (MemberFactory(role="owner"), member):
        mine = "Ours" if who == member else "Theirs"
        mug = StockedProductFactory(business=who.business, name=f"{mine} mug", sku=mine, on_hand=0, reorder_point=1)
        CategoryFactory(business=who.business, name=f"{mine} things")
        order(who, (mug, 3), of=supplier(who, f"{mine} mill"))
        start_stocktake(by=who, at=NOW, note=mine)
        check_product(product=mug, at=NOW)
        edit_in_list(product=mug, by=who, values={"name": f"{mine} cup"}, version=mug.version, at=NOW)
        Location.objects.filter(business=who.business).update(name=f"{mine} floor")

    head, *rows = as_xlsx(logged_in, name)

    assert len(rows) == 1
    assert "Ours" in str(rows)
    assert "Theirs" not in str(rows)
    assert list(as_csv(logged_in, name)[0]) == list(head)
    assert "file=xlsx" in logged_in.get(reverse(name)).text


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_still_has_its_heads(logged_in, name):
    assert as_csv(logged_in, name) == []
    assert len(as_xlsx(logged_in, name)) == 1


def test_a_name_that_begins_like_a_formula_is_text(logged_in, tea):
    assert as_csv(logged_in, "products")[0]["Name"] == "'=1+1 tea"
    row = dict(zip(*as_xlsx(logged_in, "products"), strict=True))
    assert (row["Name"], row["On hand"], row["Barcode"]) == ("=1+1 tea", 5, "5012345678900 96385074")


def test_a_file_is_narrowed_as_its_page(logged_in, member, tea):
    StockedProductFactory(business=member.business, name="Jam", sku="JAM")

    assert [row["SKU"] for row in as_csv(logged_in, "products", q="jam")] == ["JAM"]
    assert {row["SKU"] for row in as_csv(logged_in, "movements", product=tea.pk, kind="sold")} == {"TEA"}
    assert [row["Name"] for row in as_csv(logged_in, "customers", q="nobody")] == []


def test_moments_are_those_of_the_shops_clock(logged_in, member, tea):
    member.business.timezone = "Asia/Tokyo"
    member.business.save()

    assert as_csv(logged_in, "sales")[0]["When"] == "2026-03-04 19:00:00"


def test_who_may_not_export_is_told_and_sees_no_link(clerk, tea):
    client = client_of(clerk)

    assert client.get(reverse("sales"), {"file": "csv"}).status_code == 403
    assert "file=csv" not in client.get(reverse("sales")).text


def test_the_page_leads_to_the_files_with_its_filters(logged_in, tea):
    assert "?q=tea&amp;file=csv" in logged_in.get(reverse("products"), {"q": "tea"}).text


def test_the_trail_says_who_took_what(logged_in, member, tea):
    as_csv(logged_in, "customers")

    assert AuditEntry.objects.get(action="list exported").user == member.user


def test_another_ending_is_the_page(logged_in, tea):
    assert logged_in.get(reverse("products"), {"file": "exe"})["Content-Type"].startswith("text/html")


def test_products_that_went_out_come_in_again_unchanged(logged_in, member, tea):
    ProductFactory(business=member.business, name="Jam", sku="JAM", unit="kg", tax_rate="5")
    answer = logged_in.get(reverse("products"), {"file": "xlsx"})
    file = io.BytesIO(b"".join(answer.streaming_content))

    batch = bring_in(member, "products", file, name="products.xlsx")

    assert (batch.new_rows, batch.changed_rows, batch.error_rows, batch.unchanged_rows) == (0, 0, 0, 2)


@pytest.mark.parametrize("number", [1, 20])
@pytest.mark.parametrize("name", LISTS)
def test_a_file_costs_the_same_at_any_number(logged_in, member, name, number, django_assert_max_num_queries):
    for product in StockedProductFactory.create_batch(number, business=member.business):
        sell(member, {product: 1})
    CustomerFactory.create_batch(number, business=member.business)

    with django_assert_max_num_queries(14):
        as_csv(logged_in, name)
