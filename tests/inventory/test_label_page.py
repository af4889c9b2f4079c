"""The page on which labels are chosen."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from tests.factories import CategoryFactory, ProductFactory, StockedProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea(member):
    return StockedProductFactory(business=member.business, name="Green tea", sku="TEA", on_hand=7)


def shown(client, **asked):
    return client.get(reverse("product_labels"), asked)


def printed(client, name, **asked):
    answer = shown(client, pdf="1", **asked)
    assert answer["Content-Type"] == "application/pdf", answer.context["form"].errors
    return sum(page.extract_text().count(name) for page in PdfReader(io.BytesIO(answer.content)).pages)


@pytest.mark.parametrize(("asked", "number"), [({}, 1), ({"copies": "stock"}, 7), ({"copies": "number", "number": "30"}, 30)])
def test_as_many_labels_as_asked_for(logged_in, tea, asked, number):
    assert shown(logged_in, **asked).context["number"] == number
    assert printed(logged_in, "Green tea", **asked) == number


def test_products_are_chosen_by_text_category_or_one_by_one(logged_in, member, tea):
    jam = ProductFactory(business=member.business, name="Jam", category=CategoryFactory(business=member.business))
    ProductFactory(business=member.business, name="Old jam", is_active=False)
    ProductFactory(name="Green tea of others")

    for asked in ({"q": "jam"}, {"category": jam.category_id}, {"product": jam.pk}):
        assert [label.product for label in shown(logged_in, **asked).context["labels"]] == [jam]
    assert len(shown(logged_in).context["labels"]) == 2


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ({"copies": "number"}, "number", "Enter how many"),
        ({"copies": "number", "number": "2001"}, "number", "2,000"),
        ({"copies": "number", "number": "x"}, "number", "whole number"),
        ({"first": "25"}, "first", "A sheet has 24."),
        ({"layout": "a3"}, "layout", "a3"),
        ({"q": "nothing"}, "q", "No product"),
        ({"q": "a\x00b"}, "q", "Null"),
        ({"category": "99999999"}, "category", "99999999"),
        ({"product": "9" * 30}, "product", ""),
    ],
)
def test_what_cannot_be_printed_is_told_at_its_field(logged_in, tea, asked, field, said):
    answer = shown(logged_in, pdf="1", **asked)

    assert answer.status_code == 200
    assert said in answer.context["form"].errors[field][0]


def test_too_many_labels_are_refused_before_they_are_set(logged_in, member, tea):
    ProductFactory(business=member.business)

    assert "the most at once" in shown(logged_in, pdf="1", copies="number", number="1500").context["form"].errors["copies"][0]


@pytest.mark.parametrize("number", [1, 10])
def test_labels_cost_the_same_at_any_number(logged_in, member, number, django_assert_max_num_queries):
    ProductFactory.create_batch(number, business=member.business)

    with django_assert_max_num_queries(12):
        shown(logged_in, pdf="1")
