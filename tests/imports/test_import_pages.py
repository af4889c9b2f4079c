"""A person's way through an import: send, choose columns, look, let it in."""

import csv
import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Kind, Member
from accounts.permissions import Role
from imports import desk
from imports.columns import BadMapping
from imports.models import ColumnMapping, ImportBatch, ImportState
from imports.registry import ImportKind, UnknownKind, kinds
from inventory.models import Product
from tests.factories import NOW, BusinessFactory, MemberFactory
from tests.imports.helpers import bring_in, check, csv_file, start
from tests.people import client_of

pytestmark = pytest.mark.django_db
HEADER = ("SKU", "Name", "Price")
GOOD = "SKU,Name,Price\nA,Ant,1.00\n"
HALF = "SKU,Name,Price\nA,Ant,1.00\nB,Bee,cheap\n"


def send(client: Client, text: str | bytes, *, kind: str = "products", name: str = "list.csv"):
    content = text.encode() if isinstance(text, str) else text
    return client.post("/imports/new/", {"kind": kind, "file": SimpleUploadedFile(name, content)})


def columns(**mapping: str) -> dict[str, str]:
    return {f"column-{name}": column for name, column in mapping.items()}


def test_first_use_says_what_an_import_is(logged_in: Client) -> None:
    page = logged_in.get("/imports/").content.decode()

    assert "Nothing imported yet" in page
    assert "/imports/new/" in page


def test_a_file_goes_from_upload_over_columns_and_check_to_the_shelf(logged_in: Client, member: Member) -> None:
    answer = send(logged_in, GOOD)
    batch = ImportBatch.objects.get()
    assert answer.url == f"/imports/{batch.pk}/"
    assert "Ant" in logged_in.get(answer.url).content.decode()

    logged_in.post(f"{answer.url}check/", columns(sku="SKU", name="Name", price="Price"))
    page = logged_in.get(answer.url).content.decode()
    assert "Checked: ready to import" in page
    assert not Product.objects.exists()

    logged_in.post(f"{answer.url}commit/")
    done = logged_in.get(answer.url).content.decode()
    assert "Imported" in done
    assert '<a class="btn btn--main" href="/products/">See what came in</a>' in done
    assert Product.objects.get().name == "Ant"


def test_the_columns_a_person_chose_are_remembered(logged_in: Client, member: Member) -> None:
    url = send(logged_in, "Ref,Label,Amount\nA,Ant,1.00\n").url
    logged_in.post(f"{url}check/", columns(sku="Ref", name="Label", price="Amount"))

    second = send(logged_in, "Ref,Label,Amount\nB,Bee,1.00\n").url

    assert ColumnMapping.objects.get().business == member.business
    assert ImportBatch.objects.get(pk=second.split("/")[-2]).mapped == {"sku": "Ref", "name": "Label", "price": "Amount"}


def test_a_missing_column_is_named_at_its_place(logged_in: Client) -> None:
    url = send(logged_in, "Ref,Label\nA,Ant\n").url

    page = logged_in.post(f"{url}check/", columns(sku="Ref", name="Label")).content.decode()

    assert "Choose the column that holds the price." in page
    assert ImportBatch.objects.get().state == ImportState.UPLOADED


def test_one_error_and_the_page_says_that_nothing_went_in(logged_in: Client) -> None:
    url = send(logged_in, HALF).url
    logged_in.post(f"{url}check/", columns(sku="SKU", name="Name", price="Price"))

    page = logged_in.get(url).content.decode()

    assert "Nothing was imported" in page
    assert "“cheap” is not a number." in page
    assert logged_in.post(f"{url}commit/").status_code == 409
    assert not Product.objects.exists()


def test_the_good_rows_go_in_on_request(logged_in: Client) -> None:
    url = send(logged_in, HALF).url
    logged_in.post(f"{url}check/", columns(sku="SKU", name="Name", price="Price"))

    logged_in.post(f"{url}commit/", {"partial": "1"})

    assert list(Product.objects.values_list("sku", flat=True)) == ["A"]
    assert "Refused rows" in logged_in.get(url).content.decode()


def test_failed_rows_come_back_with_their_columns_and_reason_and_go_in_when_mended(logged_in: Client, member: Member) -> None:
    batch = bring_in(
        member, "products", csv_file((*HEADER, "Shelf mark"), ("A", "Ant", "1", "x"), ("B", "Bee", "cheap", "y")), partial=True
    )

    answer = logged_in.get(f"/imports/{batch.pk}/failed.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows == [[*HEADER, "Shelf mark", "Why it was refused"], ["B", "Bee", "cheap", "y", "“cheap” is not a number."]]
    mended = bring_in(member, "products", io.BytesIO(text.replace("cheap,y", "2.00,y").encode()))

    assert mended.counts == {"new": 1, "changed": 0, "unchanged": 0, "error": 0}
    assert set(Product.objects.values_list("sku", flat=True)) == {"A", "B"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"\n\n", "This file is empty."),
        (b"%PDF-1.7 ...", "This is a PDF. Export the list as CSV or XLSX and send that."),
        (b"\xd0\xcf\x11\xe0 old excel", "This is an old Excel file. Save it as .xlsx or CSV and send that."),
        (b"\x00\x01\x02\x03\xff", "This is not a table. Send a CSV or XLSX file."),
        (b"PK\x03\x04 not a spreadsheet", "This is not a spreadsheet that can be read."),
        (b"\x1f\x8b\x08 cut off", "This file is damaged and cannot be read."),
        (b"SKU,Name,Price\n", "This file has column names but no rows below them."),
        (b"1,2,3\n4,5,6\n", "The first row must hold the names of the columns"),
    ],
)
def test_a_wrong_file_gets_a_sentence_at_its_field(logged_in: Client, content: bytes, sentence: str) -> None:
    page = send(logged_in, content).content.decode()

    assert sentence in page
    assert 'aria-invalid="true"' in page
    assert not ImportBatch.objects.exists()


def test_progress_is_shown_and_polled_and_the_page_comes_anew_at_the_end(logged_in: Client, member: Member) -> None:
    batch = start(member, "products", csv_file(HEADER, ("A", "Ant", "1")))
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.COMMITTING, done_rows=0, claimed_until=timezone.now())

    page = logged_in.get(f"/imports/{batch.pk}/").content.decode()
    part = logged_in.get(f"/imports/{batch.pk}/", headers={"HX-Request": "true"}).content.decode()
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.DONE)
    last = logged_in.get(f"/imports/{batch.pk}/", headers={"HX-Request": "true"})

    assert 'hx-trigger="every 2s"' in page
    assert "0 of 1 rows" in part
    assert "<html" not in part
    assert last.headers["HX-Refresh"] == "true"


def test_a_cancelled_import_changes_nothing(logged_in: Client, member: Member) -> None:
    batch = check(member, "products", csv_file(HEADER, ("A", "Ant", "1")))

    logged_in.post(f"/imports/{batch.pk}/cancel/")

    batch.refresh_from_db()
    assert batch.state == ImportState.CANCELLED
    assert logged_in.post(f"/imports/{batch.pk}/commit/").status_code == 409
    assert not Product.objects.exists()


@pytest.mark.parametrize("page", ["", "failed.csv", "check/", "commit/", "cancel/", "resume/"])
def test_another_shops_import_is_not_found(logged_in: Client, page: str) -> None:
    stranger = MemberFactory(role=Role.OWNER)
    batch = check(stranger, "products", csv_file(HEADER, ("A", "Ant", "1")))
    ask = logged_in.get if page in {"", "failed.csv"} else logged_in.post

    assert ask(f"/imports/{batch.pk}/{page}").status_code == 404


@pytest.mark.parametrize("role", [Role.CLERK, Role.VIEWER])
def test_only_managers_and_owners_import(member: Member, role: Role) -> None:
    client = client_of(MemberFactory(business=member.business, role=role))

    assert client.get("/imports/").status_code == 403
    assert send(client, GOOD).status_code == 403


def test_a_personal_book_has_no_shop_imports() -> None:
    book = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role=Role.OWNER)

    client = client_of(book)

    assert client.get("/imports/").status_code == 200
    page = client.get("/imports/new/").content.decode()
    for kind in ("products", "stock", "sales"):
        assert f'value="{kind}"' not in page
    assert "Select a valid choice" in send(client, GOOD).content.decode()
    with pytest.raises(UnknownKind):
        start(book, "products", csv_file(HEADER, ("A", "Ant", "1")))


def test_an_example_file_names_all_columns(logged_in: Client) -> None:
    text = b"".join(logged_in.get("/imports/example/stock.csv").streaming_content).decode("utf-8-sig")

    assert text == "SKU,Barcode,Quantity,Unit cost,Unit,Place\r\n"


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_at_any_length(
    logged_in: Client, member: Member, django_assert_max_num_queries, count: int
) -> None:
    for _ in range(count):
        start(member, "products", csv_file(HEADER, ("A", "Ant", "1")))
    logged_in.get("/imports/")

    with django_assert_max_num_queries(5):
        logged_in.get("/imports/")


def test_many_refused_rows_are_summed_up_by_their_reason(logged_in: Client, member: Member) -> None:
    batch = check(member, "products", csv_file(HEADER, *((f"P{n}", "", "1") for n in range(11))))

    page = logged_in.get(f"/imports/{batch.pk}/").content.decode()

    assert "11 rows</dd>" in page


def test_a_preset_that_does_not_fit_is_said_at_its_field(logged_in: Client) -> None:
    content = SimpleUploadedFile("list.csv", GOOD.encode())

    page = logged_in.post("/imports/new/", {"kind": "products", "preset": "online-retail", "file": content}).content.decode()

    assert "There is no mapping “online-retail” for products." in page


def test_the_copy_of_the_file_goes_when_the_import_is_over(
    logged_in: Client, member: Member, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        done = bring_in(member, "products", csv_file(HEADER, ("A", "Ant", "1")))
        cancelled = check(member, "products", csv_file(HEADER, ("B", "Bee", "1")))
        assert default_storage.exists(cancelled.file)
        logged_in.post(f"/imports/{cancelled.pk}/cancel/")

    assert not default_storage.exists(done.file)
    assert not default_storage.exists(cancelled.file)
    assert logged_in.get(f"/imports/{done.pk}/").status_code == 200


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_each_import_leads_to_a_page_that_shows_what_came_in(logged_in: Client, kind: ImportKind) -> None:
    assert logged_in.get(reverse(kind.leads_to)).status_code == 200


def test_what_cannot_be_begun_leaves_no_file_behind(member, monkeypatch):
    def fail(**_):
        raise OSError

    before = stored(member)
    monkeypatch.setattr("imports.services.start.columns.guessed", fail)
    with pytest.raises(OSError, match=r"^$"):
        start(member, "products", csv_file(("SKU", "Name", "Price"), ("A", "Apple", 1)))

    assert stored(member) == before


def test_what_a_program_sends_and_cannot_be_checked_leaves_no_file_behind(member):
    before = stored(member)
    with pytest.raises(BadMapping):
        desk.take_in(by=member, kind="products", source=csv_file(("Foo", "Bar"), (1, 2)), filename="a.csv", at=NOW)

    assert stored(member) == before
    assert not ImportBatch.objects.exists()


def stored(member):
    folder = f"imports/{member.business_id}"
    return sorted(default_storage.listdir(folder)[1]) if default_storage.exists(folder) else []
