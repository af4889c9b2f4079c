"""Finding anything by a few letters: within one's business, one's role and a bounded number of queries."""

import pytest

from accounts.models import Kind
from accounts.permissions import Role
from tests.factories import BusinessFactory, CustomerFactory, MemberFactory, ProductFactory, StockedProductFactory, sell
from tests.factories.purchasing import sent
from tests.people import client_of

pytestmark = pytest.mark.django_db


def labels(client, text: str) -> list[str]:
    groups = client.get("/search/", {"q": text}).context["groups"]
    return [hit.label for group in groups for hit in group.hits]


def test_finds_products_by_parts_of_their_words(logged_in, member):
    ProductFactory(business=member.business, name="Rye loaf 600 g", sku="RYE-600")

    assert labels(logged_in, "loaf ry") == ["Rye loaf 600 g"]
    assert labels(logged_in, "rye-6") == ["Rye loaf 600 g"]


def test_finds_customers_by_name_and_reference(logged_in, member):
    CustomerFactory(business=member.business, name="Ana Lovelace", reference="K77")

    assert labels(logged_in, "lovel") == ["Ana Lovelace"]
    assert labels(logged_in, "k77") == ["Ana Lovelace"]


def test_finds_a_receipt_by_the_beginning_of_its_number(logged_in, owner):
    product = StockedProductFactory(business=owner.business)
    sale = sell(owner, {product: 1})

    assert sale.number in labels(logged_in, sale.number[:-1])


def test_finds_pages_and_actions_by_other_words_for_them(logged_in):
    assert "Receive goods" in labels(logged_in, "delivery")
    assert labels(logged_in, "passkey") == ["Your account"]


def test_shows_nothing_of_another_business(logged_in):
    stranger = MemberFactory(role=Role.OWNER)
    product = StockedProductFactory(business=stranger.business, name="Secret tea")
    CustomerFactory(business=stranger.business, name="Secret person")
    sale = sell(stranger, {product: 1})

    assert labels(logged_in, "secret") == []
    assert labels(logged_in, sale.number) == []


def test_offers_no_more_than_the_role_may_do(viewer):
    everything = labels(client_of(viewer), "")

    assert "Products" in everything
    for forbidden in ["Till", "Sell something", "Adjust stock", "Team", "API keys", "Audit log", "Email"]:
        assert forbidden not in everything


def test_a_personal_book_finds_no_shop():
    member = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role=Role.OWNER)

    assert labels(client_of(member), "sell") == []
    assert "Expenses" in labels(client_of(member), "")


def test_without_script_it_is_a_page_and_for_the_palette_only_the_list(logged_in):
    page, part = logged_in.get("/search/?q=x"), logged_in.get("/search/?q=x", headers={"HX-Request": "true"})

    assert "<h1>" in page.content.decode()
    assert "<h1>" not in part.content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_costs_seven_queries_however_much_there_is(logged_in, owner, count, django_assert_num_queries):
    for number in range(count):
        ProductFactory(business=owner.business, name=f"Tea 20 {number}")
        CustomerFactory(business=owner.business, name=f"Tea 20 {number}")
    logged_in.get("/menu/")

    with django_assert_num_queries(7):
        logged_in.get("/search/", {"q": "tea 20"}, headers={"HX-Request": "true"})


def test_finds_suppliers_and_orders(logged_in, member):
    sent(member)

    assert labels(logged_in, "bakers") == ["Bakers & Sons"]
    assert labels(logged_in, "po-1") == ["PO-1"]
