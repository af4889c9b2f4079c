"""Products edited in the list: a row at a time, with and without a script, and nobody's work is lost."""

from decimal import Decimal

import pytest

from inventory.models import BulkEdit, Product
from inventory.services.catalogue import update_product
from tests.factories import NOW, CategoryFactory, MemberFactory
from tests.inventory.test_bulk_edit import now, product
from tests.people import client_of

pytestmark = pytest.mark.django_db
HERE = "/products/grid/"
HTMX = {"HX-Request": "true"}


def typed(product: Product, **values) -> dict[str, str]:
    given = {"name": product.name, "sku": product.sku, "category": "", "reorder_point": "", "price": "5.00", "version": "1"}
    return {"product": str(product.pk), "next": "", **given, **values}


def row_of(answer):
    return answer.context["row"]


def test_a_row_is_saved_and_the_page_comes_back_at_the_next_one(logged_in, member):
    mugs = CategoryFactory(business=member.business)
    mug, cup = product(member, name="A mug"), product(member, name="B cup")
    values = typed(mug, name="A beaker", category=str(mugs.pk), reorder_point="3", price="6,50", next=str(cup.pk))

    answer = logged_in.post(f"{HERE}?q=a", values)

    assert answer.url == f"{HERE}?q=a&focus={cup.pk}#row-{cup.pk}"
    assert (now(mug).name, mug.category, mug.reorder_point, mug.price) == ("A beaker", mugs, 3, Decimal("6.50"))


def test_with_a_script_the_answer_is_the_row_with_a_word_to_undo_it(logged_in, member):
    mug = product(member, name="Mug")

    answer = logged_in.post(HERE, typed(mug, price="6.00"), headers=HTMX)

    assert "<html" not in answer.text
    assert 'value="6.00"' in answer.text
    edit = BulkEdit.objects.get()
    assert "Changed Mug: price." in answer.text
    assert f'action="/products/changes/{edit.pk}/undo/"' in answer.text
    logged_in.post(f"/products/changes/{edit.pk}/undo/")
    assert now(mug).price == 5


def test_what_is_as_it_was_is_saved_without_a_word(logged_in, member):
    mug = product(member)

    answer = logged_in.post(HERE, typed(mug), headers=HTMX)

    assert not answer.context["messages"]
    assert not BulkEdit.objects.exists()
    assert now(mug).version == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_who_is_slower_sees_the_others_value_and_loses_nothing(logged_in, member, owner, headers):
    mug = product(member, name="Mug")
    update_product(product=mug, by=owner, values={"price": Decimal("7.00"), "reorder_point": Decimal(2)}, at=NOW)

    answer = logged_in.post(HERE, typed(mug, name="My name", price="6.00"), headers=headers)

    for said in ("was faster", "now 7.00", "now 2", "now Mug", 'value="My name"', 'value="6.00"'):
        assert said in answer.text
    assert now(mug).price == 7
    logged_in.post(HERE, typed(mug, name="My name", price="6.00", version="2"))
    assert (now(mug).name, mug.price, mug.reorder_point) == ("My name", 6, None)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("price", "0.005", "at most 2 decimal places"),
        ("price", "-1", "between 0 and"),
        ("price", "1e9", "Enter a number"),
        ("name", "", "required"),
        ("name", "a\x00", "Null characters"),
        ("sku", "TAKEN", "TAKEN is in use already"),
        ("category", "99999", "Select a valid choice"),
        ("reorder_point", "x", "Enter a number"),
        ("version", "x", ""),
    ],
)
def test_an_error_stands_at_its_field_and_nothing_typed_is_lost(logged_in, member, name, value, said):
    mug = product(member)
    product(member, sku="TAKEN")

    row = row_of(logged_in.post(HERE, typed(mug, **{name: value}), headers=HTMX))

    assert said in row.form.errors[name][0]
    assert row.form[name].value() == value
    assert logged_in.post(HERE, typed(mug, **{name: value})).status_code == 200
    assert not BulkEdit.objects.exists()


def test_another_shops_product_and_category_are_not_there(logged_in):
    stranger = MemberFactory()
    theirs = product(stranger)

    assert logged_in.post(HERE, typed(theirs)).status_code == 404
    for pk in ("", "x", "9" * 40):
        assert logged_in.post(HERE, {"product": pk}).status_code == 404


def test_a_clerk_may_not(clerk):
    assert client_of(clerk).get(HERE).status_code == 403


def test_the_grid_keeps_the_filters_of_the_list(logged_in, member):
    product(member, name="Mug", search_text="mug")
    product(member, name="Cup", search_text="cup")

    page = logged_in.get(HERE, {"q": "mug"})

    assert [row.product.name for row in page.context["rows"]] == ["Mug"]
    assert "Nothing matches" in logged_in.get(HERE, {"q": "teapot"}).text


@pytest.mark.parametrize("count", [1, 20])
def test_the_grid_costs_the_same_at_any_number(logged_in, member, count, django_assert_max_num_queries):
    for _ in range(count):
        product(member, category=CategoryFactory(business=member.business))

    with django_assert_max_num_queries(8):
        logged_in.get(HERE)
