"""What is typed is what is seen."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Member
from common.text import seen
from inventory.models import Product
from tests.people import api_of, client_of

TURNED, THIN = "\u202e", "\u200b"
FAMILY = "\U0001f468\u200d\U0001f469"  # one emoji of two, joined


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Mug", "Mug"),
        (f"{TURNED}Mug{THIN}", "Mug"),
        ("\ufeffMug\u2069", "Mug"),
        (FAMILY, FAMILY),
        ("\u05e9\u05dc\u05d5\u05dd\u200f!", "\u05e9\u05dc\u05d5\u05dd\u200f!"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
    ],
)
def test_only_what_nobody_sees_goes(text: str, kept: str) -> None:
    assert seen(text) == kept


@pytest.mark.django_db
def test_a_name_typed_on_a_page_turns_nothing_round(logged_in: Client) -> None:
    sent = {"name": f"{TURNED}Mug", "price": "5", "tax_rate": "0", "unit": "each", "barcodes": f"12{THIN}34", "save": "1"}
    logged_in.post("/products/new/", sent)

    product = Product.objects.get()
    assert (product.name, [code.code for code in product.barcodes.all()]) == ("Mug", ["1234"])


@pytest.mark.django_db
def test_an_invitation_carries_the_name_as_it_is_seen(owner: Member) -> None:
    page = client_of(owner).get("/settings/")
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}

    client_of(owner).post("/settings/", sent | {"name": f"Corner{TURNED} shop"})

    owner.business.refresh_from_db()
    assert owner.business.name == "Corner shop"


@pytest.mark.django_db
def test_a_password_is_left_as_it_was_typed(logged_in: Client, member: Member) -> None:
    member.user.set_password(f"long{THIN}enough-42")
    member.user.save()

    page = Client().post("/accounts/login/", {"login": member.user.email, "password": f"long{THIN}enough-42"})

    assert page.status_code == 302


@pytest.mark.django_db
def test_a_program_sends_no_look_alikes_either(owner: Member) -> None:
    api = api_of(owner)
    sent = {"sku": f"MUG{THIN}", "name": f"{TURNED}Mug", "price": "5"}

    assert [api.post("/api/v1/products/", sent).status_code for _ in range(2)] == [201, 409]
    assert Product.objects.get().sku == "MUG"


@pytest.mark.django_db
def test_a_file_that_is_sent_beside_typed_text_arrives(logged_in: Client) -> None:
    file = SimpleUploadedFile("a.csv", b"SKU,Name,Price\nA,Ant,1\n")

    page = logged_in.post("/imports/new/", {"kind": "products", "file": file, "preset": THIN})

    assert page.status_code == 302
