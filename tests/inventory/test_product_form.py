"""Adding and changing a product: what is wrong is said at its field, and nothing typed is lost."""

from decimal import Decimal

import pytest

from inventory.models import Category, Product
from inventory.services.catalogue import update_product
from inventory.services.entry import free_sku
from tests.factories import NOW, BarcodeFactory, CategoryFactory, MemberFactory, ProductFactory, StockedProductFactory, sell

pytestmark = pytest.mark.django_db

GOOD = {"name": "Blue mug", "price": "9.50", "tax_rate": "20", "unit": "each", "is_stocked": "on"}


def new(client, **sent):
    return client.post("/products/new/", GOOD | sent)


def errors(response, field: str) -> str:
    return " ".join(response.context["form"].errors.get(field, []))


def edited(product: Product, **sent) -> dict[str, str]:
    return (
        GOOD
        | {"name": product.name, "sku": product.sku, "price": "5.00", "tax_rate": "0", "version": str(product.version)}
        | sent
    )


def test_a_name_and_a_price_are_enough(logged_in, member):
    answer = new(logged_in)

    product = Product.objects.get()
    assert answer.url == f"/products/{product.pk}/"
    assert (product.business, product.sku, product.price) == (member.business, "BLUE-MUG", Decimal("9.50"))


def test_a_second_of_the_same_name_gets_a_sku_of_its_own(logged_in):
    new(logged_in)
    new(logged_in)

    assert set(Product.objects.values_list("sku", flat=True)) == {"BLUE-MUG", "BLUE-MUG-2"}


@pytest.mark.parametrize(
    ("name", "sku"),
    [("Tea & biscuits", "TEA-BISCUITS"), ("…", "PRODUCT"), ("x" * 200, "X" * 24), ("Café au lait", "CAFÉ-AU-LAIT")],
)
def test_a_sku_is_made_of_the_names_letters(member, name, sku):
    assert free_sku(member.business, name) == sku


def test_add_then_another_comes_back_to_an_empty_form(logged_in):
    assert new(logged_in, another="1").url == "/products/new/"


def test_a_category_named_here_is_made_with_the_product(logged_in, member):
    new(logged_in, new_category="Cups")
    new(logged_in, new_category="Cups")

    assert Category.objects.get(business=member.business).products.count() == 2


def test_the_form_shows_at_how_many_a_category_counts_as_low(logged_in, member):
    CategoryFactory(business=member.business, name="Cups", default_reorder_point=Decimal("5.000"))

    assert "Cups, low at 5" in logged_in.get("/products/new/").content.decode()


def test_each_line_is_a_barcode(logged_in):
    new(logged_in, barcodes="501\r\n\r\n 502 \r\n501")

    assert set(Product.objects.get().barcodes.values_list("code", flat=True)) == {"501", "502"}


def test_an_unknown_barcode_from_a_scan_stands_in_the_form(logged_in):
    assert "50123" in logged_in.get("/products/new/", {"barcode": "50123"}).content.decode()


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "n" * 300}, "name", "at most 200 characters"),
        ({"price": "0.005"}, "price", "at most 2 decimal places"),
        ({"price": "cheap"}, "price", "Enter a number"),
        ({"price": "-1"}, "price", "between 0 and"),
        ({"price": "1" + "0" * 12}, "price", "between 0 and"),
        ({"price": "1e999999"}, "price", "Enter a number"),
        ({"price": "NaN"}, "price", "Enter a number"),
        ({"tax_rate": "101"}, "tax_rate", "between 0 and 100"),
        ({"cost": "0.0000001"}, "cost", "at most 6 decimal places"),
        ({"reorder_point": "1000000000"}, "reorder_point", "between 0 and 999,999,999"),
        ({"reorder_point": "few"}, "reorder_point", "Enter a number"),
        ({"reorder_quantity": "0"}, "reorder_quantity", "above 0"),
        ({"unit": "bushel"}, "unit", "bushel"),
        ({"category": "999999"}, "category", "999999"),
        ({"sku": "s" * 65}, "sku", "at most 64 characters"),
        ({"barcodes": "b" * 65}, "barcodes", "at most 64 characters"),
        ({"barcodes": "\n".join(str(n) for n in range(51))}, "barcodes", "at most 50"),
        ({"new_category": "c" * 121}, "new_category", "at most 120 characters"),
    ],
)
def test_bad_input_is_told_at_its_field_and_kept(logged_in, sent, field, said):
    answer = new(logged_in, **{"barcodes": "4711"} | sent)

    assert answer.status_code == 200
    assert said in errors(answer, field)
    assert not Product.objects.exists()
    assert answer.context["form"]["barcodes"].value() == ({"barcodes": "4711"} | sent)["barcodes"]


def test_a_taken_sku_and_barcode_are_told_at_their_fields(logged_in, member):
    BarcodeFactory(product=ProductFactory(business=member.business, sku="MUG", name="Old mug"), code="501")

    assert "in use already" in errors(new(logged_in, sku="MUG"), "sku")
    assert "belongs to Old mug" in errors(new(logged_in, barcodes="501"), "barcodes")


def test_a_refused_product_leaves_no_category_behind(logged_in, member):
    ProductFactory(business=member.business, sku="MUG")

    new(logged_in, sku="MUG", new_category="Cups")

    assert not Category.objects.exists()


def test_a_change_is_saved(logged_in, member):
    product = ProductFactory(business=member.business)

    logged_in.post(f"/products/{product.pk}/edit/", edited(product, price="6.00", reorder_point="3"))

    product.refresh_from_db()
    assert (product.price, product.reorder_point, product.version) == (Decimal(6), Decimal(3), 2)


def test_the_slower_person_is_told_who_was_faster_and_loses_nothing(logged_in, member, owner):
    product = ProductFactory(business=member.business)
    sent = edited(product, name="My name for it")
    product.refresh_from_db()
    update_product(product=product, by=owner, values={"price": Decimal("7.00"), "name": "Theirs"}, at=NOW)

    answer = logged_in.post(f"/products/{product.pk}/edit/", sent)

    page = answer.content.decode()
    assert f"{owner.user.name} was faster, at 10:00." in page
    assert "<li>Price: 5.00 became 7.00</li>" in page
    assert "became Theirs</li>" in page
    assert "My name for it" in page
    product.refresh_from_db()
    assert product.price == Decimal("7.00")

    again = {name: field.value() for name, field in ((f.name, f) for f in answer.context["form"])}
    logged_in.post(f"/products/{product.pk}/edit/", {name: value for name, value in again.items() if value is not None})

    product.refresh_from_db()
    assert (product.name, product.price) == ("My name for it", Decimal("5.00"))


def test_the_unit_stays_once_stock_has_moved(logged_in, member):
    product = StockedProductFactory(business=member.business)

    answer = logged_in.post(f"/products/{product.pk}/edit/", edited(product, unit="kg"))

    assert "once stock has moved" in errors(answer, "unit")


def test_an_unused_product_is_deleted_and_a_used_one_archived(logged_in, member):
    unused, used = ProductFactory(business=member.business), StockedProductFactory(business=member.business)
    sell(member, {used: 1})

    assert "never received or sold" in logged_in.get(f"/products/{unused.pk}/remove/").content.decode()
    logged_in.post(f"/products/{unused.pk}/remove/")
    logged_in.post(f"/products/{used.pk}/remove/")

    assert list(Product.objects.values_list("pk", "is_active")) == [(used.pk, False)]
    assert "Archived." in logged_in.get(f"/products/{used.pk}/").content.decode()


def test_an_archived_product_can_be_sold_again(logged_in, member):
    product = ProductFactory(business=member.business, is_active=False)

    logged_in.post(f"/products/{product.pk}/restore/")

    product.refresh_from_db()
    assert product.is_active


def test_another_shops_category_cannot_be_chosen(logged_in):
    theirs = CategoryFactory(business=MemberFactory().business)

    answer = new(logged_in, category=str(theirs.pk))

    assert errors(answer, "category")
    assert not Product.objects.exists()


def test_a_faster_person_without_a_trace_is_still_told_of(logged_in, member):
    product = ProductFactory(business=member.business)
    sent = edited(product)
    Product.objects.filter(pk=product.pk).update(version=5)

    assert "Somebody was faster." in logged_in.post(f"/products/{product.pk}/edit/", sent).content.decode()
