"""Whose screens and whose rows: roles meet their limit, other shops' rows are not there, a personal book has none of it."""

import pytest

from accounts.models import Kind
from accounts.permissions import Role
from inventory.models import Pack
from tests.factories import BusinessFactory, CategoryFactory, LocationFactory, MemberFactory, StockedProductFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db

LOOKING = ["/products/", "/products/{product}/", "/categories/", "/locations/", "/stock/", "/stock/movements/"]
CHANGING = [
    "/products/new/",
    "/products/{product}/edit/",
    "/products/{product}/variants/",
    "/products/{product}/remove/",
    "/categories/{category}/",
    "/locations/{location}/",
]
POSTED = ["/products/{product}/restore/", "/products/{product}/packs/", "/products/{product}/packs/{pack}/remove/"]


def rows_of(member) -> dict[str, int]:
    product = StockedProductFactory(business=member.business)
    return {
        "product": product.pk,
        "pack": Pack.objects.create(product=product, name="Case", factor=6).pk,
        "category": CategoryFactory(business=member.business).pk,
        "location": LocationFactory(business=member.business).pk,
    }


@pytest.mark.parametrize("role", Role.values)
def test_everybody_looks_and_managers_change(member, role):
    client, rows = client_of(MemberFactory(business=member.business, role=role)), rows_of(member)
    may = role in {Role.MANAGER, Role.OWNER}

    for address in LOOKING:
        assert client.get(address.format(**rows)).status_code == 200, address
    for address in CHANGING:
        assert client.get(address.format(**rows)).status_code == (200 if may else 403), address
        assert may or client.post(address.format(**rows)).status_code == 403, address
    for address in POSTED:
        assert may or client.post(address.format(**rows)).status_code == 403, address


def test_another_shops_rows_are_not_found_anywhere(logged_in):
    rows = rows_of(MemberFactory())

    for address in [*LOOKING, *CHANGING, *POSTED]:
        if "{" in address:
            assert logged_in.post(address.format(**rows)).status_code in {404, 405}, address
            assert logged_in.get(address.format(**rows)).status_code in {404, 405}, address
    assert logged_in.get("/products/{product}/".format(**rows)).status_code == 404


def test_another_products_pack_is_not_found_under_mine(logged_in, member):
    mine, theirs = rows_of(member), rows_of(MemberFactory())

    assert logged_in.post(f"/products/{mine['product']}/packs/{theirs['pack']}/remove/").status_code == 404


def test_a_personal_book_has_no_shop():
    client = client_of(MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role=Role.OWNER))

    for address in [*LOOKING, *CHANGING, "/stock/receive/"]:
        assert client.get(address.format(product=1, category=1, location=1, pack=1)).status_code == 404, address


def test_a_visitor_is_asked_to_log_in(client):
    for address in [*LOOKING, *CHANGING, "/stock/take/", "/alerts/", "/"]:
        assert "/accounts/login/" in client.get(address.format(product=1, category=1, location=1)).url, address


@pytest.mark.parametrize("pk", ["0", "9" * 30])
def test_a_number_that_no_row_has_is_not_found(logged_in, pk):
    for address in ["/products/{pk}/", "/products/{pk}/edit/", "/categories/{pk}/", "/locations/{pk}/"]:
        assert logged_in.get(address.format(pk=pk)).status_code == 404
