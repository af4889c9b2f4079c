"""Changing many products in the browser: choose, look, confirm, undo. All of it by plain forms."""

from decimal import Decimal

import pytest

from inventory.models import BulkEdit, Product
from inventory.services.catalogue import update_product
from tests.factories import NOW, CategoryFactory, MemberFactory
from tests.inventory.test_bulk_edit import MORE, change_all, now, product
from tests.people import client_of

pytestmark = pytest.mark.django_db
HERE = "/products/bulk/"
UP = {"change": "price_percent", "value": "10", "rounding": "", "preview": "1"}


def agree(client, asked, **also):
    """Preview, then confirm as the form does."""
    shown = client.get(HERE, asked).context
    return client.post(HERE, {"token": shown["token"], "key": shown["key"], **also}, follow=True)


def test_the_list_lets_a_manager_tick_and_a_clerk_not(logged_in, member, clerk):
    mug = product(member)

    assert f'name="product" value="{mug.pk}"' in logged_in.get("/products/").text
    assert 'name="product"' not in client_of(clerk).get("/products/").text
    assert client_of(clerk).get(HERE).status_code == 403


def test_each_change_asks_only_what_it_needs(logged_in, member):
    mug = product(member)

    def asks(change):
        return list(logged_in.get(HERE, {"product": mug.pk, "change": change}).context["form"].fields)

    assert asks("") == asks("nonsense") == ["change"]
    assert asks("price") == asks("reorder_point") == ["change", "value"]
    assert asks("price_margin") == ["change", "value", "rounding"]
    assert asks("category") == ["change", "to"]
    assert asks("archive") == ["change"]


def test_a_preview_shows_each_before_and_after_and_writes_nothing(logged_in, member):
    mug = product(member, "1000.00", name="Mug", cost=Decimal(400))

    page = logged_in.get(HERE, {"product": mug.pk, **UP}).text

    for said in ("Price 10 % up", "1,000.00", "1,100.00", "60.0%", "63.6%", "1 to be changed"):
        assert said in page
    assert now(mug).price == 1000


def test_confirmed_it_is_done_once_and_can_be_undone_in_one_click(logged_in, member):
    mug = product(member)
    shown = logged_in.get(HERE, {"product": mug.pk, **UP}).context
    agreed = {"token": shown["token"], "key": shown["key"]}

    first, again = (logged_in.post(HERE, agreed, follow=True) for _ in range(2))

    edit = BulkEdit.objects.get()
    assert first.redirect_chain == again.redirect_chain == [(f"/products/changes/{edit.pk}/", 302)]
    assert now(mug).price == Decimal("5.50")
    undone = logged_in.post(f"/products/changes/{edit.pk}/undo/", follow=True)
    assert "Undone: Price 10 % up." in undone.text
    assert now(mug).price == 5
    assert "Undo</button>" not in logged_in.get(f"/products/changes/{edit.pk}/").text


def test_all_that_match_the_filters_are_meant(logged_in, member):
    mugs = CategoryFactory(business=member.business)
    mug, cup, gone = product(member, category=mugs), product(member), product(member, category=mugs, is_active=False)

    shown = logged_in.get(HERE, {"all": "1", "category": mugs.pk, **UP})
    assert "Change 1 product" in shown.text
    agree(logged_in, {"all": "1", "category": mugs.pk, **UP})

    assert (now(mug).price, now(cup).price, now(gone).price) == (Decimal("5.5"), 5, 5)


def test_a_category_is_set(logged_in, member):
    mug, mugs = product(member), CategoryFactory(business=member.business, name="Mugs")

    answer = agree(logged_in, {"product": mug.pk, "change": "category", "to": mugs.pk, "preview": "1"})

    assert "Category Mugs: done." in answer.text
    assert now(mug).category == mugs


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0.005", "Enter a number with at most 2 decimal places."),
        ("-1", "Enter a number between 0 and"),
        ("", "This field is required."),
        ("1e30", "Enter a number"),
        ("9" * 40, "Enter a number between"),
    ],
)
def test_a_bad_price_is_said_at_its_field(logged_in, member, typed, said):
    mug = product(member)

    form = logged_in.get(HERE, {"product": mug.pk, "change": "price", "value": typed, "preview": "1"}).context["form"]

    assert said in form.errors["value"][0]


def test_who_was_changed_since_the_preview_is_named_and_the_rest_goes_in(logged_in, member):
    mug, cup = product(member, name="Mug"), product(member, name="Cup")
    shown = logged_in.get(HERE, {"product": [mug.pk, cup.pk], **UP}).context
    update_product(product=mug, by=member, values={"price": Decimal("9.00")}, at=NOW)
    agreed = {"token": shown["token"], "key": shown["key"]}

    refused = logged_in.post(HERE, agreed | {"whole": "1"}, follow=True)
    assert "Nothing was changed, since not all can be. Mug: Somebody changed it" in refused.text
    assert refused.redirect_chain[0][0].startswith(f"{HERE}?product={mug.pk}")
    done = logged_in.post(HERE, agreed, follow=True)

    assert "Somebody changed it since the preview." in done.text
    assert (now(mug).price, now(cup).price) == (9, Decimal("5.5"))


def test_a_refused_product_is_listed_first_with_its_reason(logged_in, member):
    dear, cheap = product(member, "9.00", name="A dear"), product(member, "1.00", name="B cheap")
    asked = {"product": [dear.pk, cheap.pk], "change": "price_amount", "value": "-2", "preview": "1"}

    shown = logged_in.get(HERE, asked)

    assert [row.product.name for row, _, _ in shown.context["rows"]] == ["B cheap", "A dear"]
    assert "Its price would be below 0." in shown.text
    assert "Change the good ones only" in shown.text


@pytest.mark.parametrize("token", ["", "nonsense", "\x00"])
def test_what_nobody_was_shown_is_not_done(logged_in, member, token):
    product(member)

    answer = logged_in.post(HERE, {"token": token, "key": "k"}, follow=True)

    assert "That preview is no longer good." in answer.text
    assert not BulkEdit.objects.exists()


def test_what_another_business_was_shown_is_not_done(logged_in, member):
    stranger = MemberFactory(role="owner")
    theirs = product(stranger)
    shown = client_of(stranger).get(HERE, {"product": theirs.pk, **UP}).context

    answer = logged_in.post(HERE, {"token": shown["token"], "key": "k"}, follow=True)

    assert "no longer good" in answer.text
    assert logged_in.get(HERE, {"product": theirs.pk, **UP}).context["count"] == 0


@pytest.mark.parametrize("ids", [["x"], ["9" * 40], ["-1"], ["\x00"], []])
def test_ids_that_are_none_are_no_products(logged_in, ids):
    assert "No product is ticked" in logged_in.get(HERE, {"product": ids, **UP}).text


def test_the_list_of_changes_and_its_file(logged_in, member):
    product(member)
    change_all(member, MORE)

    assert "Price 10 % up" in logged_in.get("/products/changes/").text
    text = b"".join(logged_in.get("/products/changes/", {"file": "csv"}).streaming_content).decode()
    assert "Price 10 % up,Many at once,1,0" in text


def test_an_empty_list_of_changes_says_so(logged_in):
    assert "Nothing was changed yet" in logged_in.get("/products/changes/").text


@pytest.mark.parametrize("count", [1, 20])
def test_a_preview_costs_the_same_at_any_number(logged_in, member, count, django_assert_max_num_queries):
    ids = [product(member).pk for _ in range(count)]
    Product.objects.filter(pk=ids[0]).update(category=CategoryFactory(business=member.business))

    with django_assert_max_num_queries(12):
        logged_in.get(HERE, {"product": ids, **UP})
