"""The page of one product: its figures, its movements with their balance, its packs and variants."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Business
from alerts.models import AlertKind
from alerts.services import Finding, raise_alerts
from inventory.models import Location, Pack, Product, StockMovement
from inventory.services.catalogue import update_product
from inventory.services.stock import StockLine, receive_stock, take_stock, transfer_stock
from inventory.shelves import ProductRef
from tests.factories import NOW, LocationFactory, ProductFactory, StockedProductFactory, sell
from tests.people import client_of

pytestmark = pytest.mark.django_db


def page(client, product, **query):
    return client.get(f"/products/{product.pk}/", query)


def line(product, quantity) -> list[StockLine]:
    return [StockLine(ProductRef(product=product.pk), Decimal(quantity))]


def test_states_of_quantity_are_summed_over_places(logged_in, member):
    product = StockedProductFactory(business=member.business, on_hand=10)
    stall = LocationFactory(business=member.business, name="Stall")
    transfer_stock(by=member, lines=line(product, 4), from_id=None, to_id=stall.pk, at=NOW)

    standing = page(logged_in, product).context["standing"]

    assert standing.on_hand == standing.available == 10
    assert {level.location.name: level.on_hand for level in standing.levels} == {"Shop floor": 6, "Stall": 4}


def test_each_movement_shows_what_was_left_after_it(logged_in, member):
    product = StockedProductFactory(business=member.business, on_hand=10)
    sell(member, {product: 3}, at=NOW + timedelta(minutes=1))
    take_stock(by=member, lines=line(product, 2), reason="Broken", at=NOW + timedelta(minutes=2))

    rows = page(logged_in, product).context["timeline"]

    assert [(row.movement.quantity, row.balance) for row in rows] == [(-2, 5), (-3, 7), (10, 10)]


def test_the_balance_goes_on_rightly_on_later_pages(logged_in, member):
    product = StockedProductFactory(business=member.business, on_hand=1)
    for minute in range(1, 60):
        receive_stock(by=member, lines=line(product, "1"), at=NOW + timedelta(minutes=minute))

    balances: list[Decimal] = []
    address = f"/products/{product.pk}/"
    while address.startswith("/"):
        context = logged_in.get(address).context
        balances += [row.balance for row in context["timeline"]]
        address = f"/products/{product.pk}/{context['page'].next_url}" if context["page"].next_url else ""

    assert balances == [Decimal(n) for n in range(60, 0, -1)]


def test_price_history_comes_from_the_audit(logged_in, member, owner):
    product = ProductFactory(business=member.business, price=Decimal("5.00"))
    update_product(product=product, by=owner, values={"price": Decimal("6.00")}, at=NOW)
    update_product(product=product, by=owner, values={"name": "New name"}, at=NOW + timedelta(hours=1))

    prices = page(logged_in, product).context["prices"]

    assert [(change.price, change.before, change.by) for change in prices] == [(6, 5, owner.user.name)]


def test_its_open_alerts_stand_on_top(logged_in, member):
    product = ProductFactory(business=member.business)
    finding = Finding(AlertKind.LOW_STOCK, product.subject_key, product.label, "2 left, reorder point 5.")
    raise_alerts(business=member.business, findings=[finding], at=NOW, tell=False)

    assert "2 left, reorder point 5." in page(logged_in, product).content.decode()


def test_costs_are_hidden_from_who_may_not_see_them(viewer):
    Business.objects.filter(pk=viewer.business_id).update(hide_costs=True)
    product = StockedProductFactory(business=viewer.business, price=Decimal("9.00"), on_hand=3, on_hand__at="1.23")

    text = page(client_of(viewer), product).content.decode()

    for secret in ["Margin", "1.23", "3.69", "average"]:
        assert secret not in text, secret


@pytest.mark.parametrize("count", [1, 20])
def test_the_page_costs_the_same_at_any_length(logged_in, member, django_assert_max_num_queries, count):
    product = StockedProductFactory(business=member.business, on_hand=100)
    for n in range(count):
        sell(member, {product: 1})
        LocationFactory(business=member.business)
        Pack.objects.create(product=product, name=f"Pack {n}", factor=2)
    page(logged_in, product)

    with django_assert_max_num_queries(15):
        assert page(logged_in, product).status_code == 200


def test_a_pack_is_added_and_removed(logged_in, member):
    product = ProductFactory(business=member.business)

    logged_in.post(f"/products/{product.pk}/packs/", {"name": "Case", "factor": "12"})
    pack = product.packs.get()
    assert (pack.name, pack.factor) == ("Case", 12)

    logged_in.post(f"/products/{product.pk}/packs/{pack.pk}/remove/")
    assert not product.packs.exists()


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"name": "Case", "factor": "0"}, "factor", "above 0"),
        ({"name": "Case", "factor": "1.5"}, "factor", "whole numbers"),
        ({"name": "Case", "factor": "a dozen"}, "factor", "Enter a number"),
        ({"name": "Case", "factor": "1000000000"}, "factor", "between 0 and 999,999,999"),
        ({"name": "kg", "factor": "2"}, "name", "is a unit already"),
        ({"name": "Box", "factor": "2"}, "name", "a pack called Box already"),
        ({"name": "n" * 41, "factor": "2"}, "name", "at most 40 characters"),
    ],
)
def test_a_bad_pack_is_told_at_its_field(logged_in, member, sent, field, said):
    product = ProductFactory(business=member.business)
    Pack.objects.create(product=product, name="Box", factor=6)

    answer = logged_in.post(f"/products/{product.pk}/packs/", sent)

    assert answer.status_code == 200
    assert said in " ".join(answer.context["pack_form"].errors[field])
    assert product.packs.count() == 1


def test_variants_are_previewed_and_then_made(logged_in, member):
    parent = ProductFactory(business=member.business, name="Shirt", sku="SHIRT")
    sent = {"name_1": "Colour", "values_1": "Red, Blue", "name_2": "Size", "values_2": "S, M"}

    preview = logged_in.post(f"/products/{parent.pk}/variants/", sent | {"preview": "1"})
    assert preview.context["preview"] == ["Red, S", "Red, M", "Blue, S", "Blue, M"]
    assert Product.objects.count() == 1

    logged_in.post(f"/products/{parent.pk}/variants/", sent | {"save": "1"})
    assert set(parent.variants.values_list("variant", flat=True)) == {"Red, S", "Red, M", "Blue, S", "Blue, M"}
    assert "4 variants" in page(logged_in, parent).content.decode()


@pytest.mark.parametrize("values", ["Light blue, Light red", "Red, Red"], ids=["alike", "twice"])
def test_variants_with_names_alike_get_skus_of_their_own(logged_in, member, values):
    parent = ProductFactory(business=member.business, sku="S" * 60)

    answer = logged_in.post(f"/products/{parent.pk}/variants/", {"name_1": "Colour", "values_1": values, "save": "1"})

    assert answer.status_code == 302
    assert parent.variants.count() == len(set(values.split(", ")))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name_1": "Colour", "values_1": ""}, "required"),
        ({"name_1": "Colour", "values_1": " , "}, "between 1 and 200"),
        ({"name_1": "Colour", "values_1": ",".join(str(n) for n in range(201))}, "between 1 and 200"),
        ({"name_1": "Colour", "values_1": "Red", "name_2": "colour", "values_2": "Blue"}, "same name"),
        ({"name_1": "Colour", "values_1": "Red", "name_2": "Size"}, "at least one value"),
        ({"name_1": "Colour", "values_1": "x" * 81}, "at most 80 characters"),
    ],
)
def test_bad_options_are_told_and_make_nothing(logged_in, member, sent, said):
    parent = ProductFactory(business=member.business)

    answer = logged_in.post(f"/products/{parent.pk}/variants/", sent | {"save": "1"})

    assert answer.status_code == 200
    assert said in str(answer.context["form"].errors)
    assert not parent.variants.exists()


def test_a_product_with_stock_gets_no_variants(logged_in, member):
    product = StockedProductFactory(business=member.business)

    answer = logged_in.post(f"/products/{product.pk}/variants/", {"name_1": "Colour", "values_1": "Red", "save": "1"})

    assert "stock of its own" in answer.content.decode()
    assert StockMovement.objects.count() == 1
    assert Location.objects.count() == 1


def test_a_product_that_never_came_is_none_and_not_fine_and_its_code_survives_the_link(logged_in, member):
    product = ProductFactory(business=member.business, sku="A&B+C", is_stocked=True)

    page = logged_in.get(f"/products/{product.pk}/").content.decode()

    assert '<span class="badge">None</span>' in page
    assert "Fine" not in page
    assert page.count("/stock/receive/?sku=A%26B%2BC") == 2
