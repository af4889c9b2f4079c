"""Files by POST /imports/: checked first, committed on request."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from inventory.models import Product

pytestmark = pytest.mark.django_db
CSV = b"SKU,Name,Price\nA,Apple,1.20\nB,Bread,2.50\n"


def file(content=CSV, name="products.csv"):
    return SimpleUploadedFile(name, content)


def send(api, content=CSV, **values):
    headers = values.pop("headers", {})
    return api.post("/api/v1/imports/", {"kind": "products", "file": file(content)} | values, format="multipart", headers=headers)


def test_a_file_is_checked_and_nothing_is_changed(api):
    answer = send(api)

    assert answer.status_code == 201
    batch = answer.json()
    assert (batch["state"], batch["counts"], batch["errors"]) == (
        "ready",
        {"new": 2, "changed": 0, "unchanged": 0, "error": 0},
        [],
    )
    assert not Product.objects.exists()


def test_a_commit_lets_it_in_once(api):
    batch = send(api).json()

    answers = [api.post(f"/api/v1/imports/{batch['id']}/commit/", {}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].json()["state"] == "done"
    assert api.get(f"/api/v1/imports/{batch['id']}/").json()["counts"]["new"] == 2
    assert Product.objects.count() == 2


def test_errors_name_the_row_and_the_field_and_hold_all_back(api):
    batch = send(api, b"SKU,Name,Price\nA,Apple,1.20\nB,Bread,free\n").json()

    refused = api.post(f"/api/v1/imports/{batch['id']}/commit/", {})
    partial = api.post(f"/api/v1/imports/{batch['id']}/commit/", {"partial": True})

    assert [(e["row"], e["field"]) for e in batch["errors"]] == [(3, "price")]
    assert refused.status_code == 409
    assert refused.json()["code"] == "import_has_errors"
    assert partial.json()["counts"] == {"new": 1, "changed": 0, "unchanged": 0, "error": 1}
    assert Product.objects.get().sku == "A"


def test_a_mapping_says_which_column_is_which(api):
    answer = send(
        api, b"Code,Title,Cents\nA,Apple,1.20\n", mapping=json.dumps({"sku": "Code", "name": "Title", "price": "Cents"})
    )

    assert answer.json()["counts"]["new"] == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "people"}, "kind"),
        ({"mapping": "~\u00cc\u0000"}, "mapping"),
        ({"mapping": "[1]"}, "mapping"),
        ({"mapping": '{"sku": "Nothing"}'}, "mapping"),
        ({"preset": "none"}, "preset"),
        ({"file": "no file"}, "file"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "one"}], ids=["plain", "with a key"])
def test_what_makes_no_sense_is_400_at_its_field(api, values, field, headers):
    answer = send(api, headers=headers, **values)

    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    "content", [b"\x00\x01\x02", b"GIF87a\x01\x00\x01\x00", b"PK\x03\x04 no zip", b"\x1f\x8b no gzip", b"\n\n", b"SKU\n"]
)
def test_a_file_that_is_no_table_is_400(api, content):
    answer = send(api, content)

    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["field"] in {"file", "mapping"}


def test_the_same_file_under_the_same_key_is_taken_in_once(api):
    first, again = (send(api, headers={"Idempotency-Key": "one"}) for _ in range(2))
    other = send(api, CSV + b"C,Cake,3.00\n", headers={"Idempotency-Key": "one"})

    assert again.headers["Idempotent-Replay"] == "true"
    assert again.json() == first.json()
    assert other.status_code == 409
