"""Counting in the browser: blind for who counts, compared by who may approve, and a press of a button counts once."""

import pytest
from django.urls import reverse

from inventory.models import Stocktake, StocktakeCount
from inventory.services.stocktake import Counted, add_counts, start_stocktake
from inventory.shelves import ProductRef
from tests.factories import NOW, StockedProductFactory, on_hand
from tests.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea(member):
    return StockedProductFactory(business=member.business, name="Green tea", sku="TEA", on_hand=10)


@pytest.fixture
def stocktake(member):
    return start_stocktake(by=member, at=NOW)


def page(stocktake, name="stock_count"):
    return reverse(name, args=[stocktake.pk])


def scan(client, stocktake, text, quantity="1", key="k1", **more):
    return client.post(page(stocktake), {"scan": text, "quantity": quantity, "key": key} | more)


def test_a_count_is_started_and_found_in_the_list(logged_in, member):
    place = member.business.locations.get()
    answer = logged_in.post(reverse("stock_counts"), {"location": place.pk, "category": "", "note": "Year's end"})

    started = Stocktake.objects.get()
    assert answer.url == page(started)
    assert "Year&#x27;s end" in logged_in.get(reverse("stock_counts")).text


def test_a_second_count_of_the_place_is_refused_at_its_field(logged_in, member, stocktake):
    answer = logged_in.post(reverse("stock_counts"), {"location": stocktake.location_id, "category": "", "note": ""})

    assert "is being counted already" in answer.context["form"].errors["location"][0]


def test_a_scan_counts_and_says_so(logged_in, tea, stocktake):
    assert "Green tea: 3 counted." in scan(logged_in, stocktake, "TEA", "3").text
    assert "Green tea: 5 counted." in scan(logged_in, stocktake, "TEA", "2", key="k2").text


def test_a_second_press_of_the_button_counts_once(logged_in, tea, stocktake):
    for _ in range(2):
        scan(logged_in, stocktake, "TEA", "3")

    assert stocktake.lines.get().counted == 3


def test_several_matches_are_offered_and_the_quantity_stays(logged_in, member, tea, stocktake):
    StockedProductFactory(business=member.business, name="Black tea", sku="BLACK")

    answer = scan(logged_in, stocktake, "tea", "4")
    assert [product.sku for product in answer.context["picks"]] == ["BLACK", "TEA"]
    assert answer.context["form"]["quantity"].value() == "4"
    scan(logged_in, stocktake, "tea", "4", pick="BLACK")

    assert StocktakeCount.objects.get().line.product.sku == "BLACK"


@pytest.mark.parametrize(
    ("text", "quantity", "field", "said"),
    [
        ("", "1", "scan", "Scan a barcode"),
        ("nothing", "1", "scan", "Nothing in stock matches"),
        ("TEA", "-1", "quantity", "between 0 and"),
        ("TEA", "x", "quantity", "Enter a number"),
        ("TEA", "1e30", "quantity", "Enter a number"),
        ("TEA", "9" * 30, "quantity", "between 0 and"),
        ("TEA", "1.5", "quantity", "whole numbers"),
        ("a\x00b", "1", "scan", ""),
    ],
)
def test_what_cannot_be_counted_is_told_at_its_field(logged_in, tea, stocktake, text, quantity, field, said):
    answer = scan(logged_in, stocktake, text, quantity)

    assert answer.status_code == 200
    assert said in answer.context["form"].errors[field][0]
    assert not StocktakeCount.objects.exists()


def test_who_counts_is_not_told_what_the_books_say(member, clerk, stocktake):
    StockedProductFactory(business=member.business, sku="TEA", on_hand=7193)
    client = client_of(clerk)

    assert "7193" not in scan(client, stocktake, "TEA", "3").text
    assert client.get(page(stocktake, "stock_count_compare")).status_code == 403
    assert client.post(page(stocktake, "stock_count_compare"), {"approve": "1"}).status_code == 403


def test_compare_recount_and_approve(logged_in, member, tea, stocktake):
    jam = StockedProductFactory(business=member.business, name="Jam", on_hand=4)
    scan(logged_in, stocktake, "TEA", "8")
    compare = page(stocktake, "stock_count_compare")
    shown = logged_in.get(compare)
    assert [(row.expected, row.variance) for row in shown.context["rows"]] == [(10, -2)]
    assert [shelf.product for shelf in shown.context["uncounted"]] == [jam]

    logged_in.post(compare, {"recount": "1", "product": [str(tea.pk), "x", "9" * 40]})
    assert "To be counted again" in logged_in.get(page(stocktake)).text
    scan(logged_in, stocktake, "TEA", "9", key="k2")
    logged_in.post(compare, {"approve": "1", "missing_are_none": "on"})

    assert (on_hand(tea), on_hand(jam)) == (9, 0)
    assert "This result never changes" in logged_in.get(page(stocktake)).text
    assert logged_in.get(compare).url == page(stocktake)


def test_nothing_ticked_and_nothing_counted_are_told(logged_in, stocktake):
    compare = page(stocktake, "stock_count_compare")

    assert "Tick what is to be counted again" in logged_in.post(compare, {"recount": "1"}, follow=True).text
    assert "Nothing was counted yet" in logged_in.post(compare, {"approve": "1"}, follow=True).text


def test_a_cancelled_count_says_that_nothing_changed(logged_in, tea, stocktake):
    scan(logged_in, stocktake, "TEA", "8")
    answer = logged_in.post(page(stocktake, "stock_count_compare"), {"cancel": "1"}, follow=True)

    assert "Nothing was changed" in answer.text
    assert on_hand(tea) == 10
    assert scan(logged_in, stocktake, "TEA", "1", key="k9").context["form"].non_field_errors() == [
        "This count has ended. Start another one."
    ]


@pytest.mark.parametrize("number", [1, 12])
def test_the_pages_cost_the_same_at_any_number(logged_in, member, stocktake, number, django_assert_max_num_queries):
    products = StockedProductFactory.create_batch(number, business=member.business)
    counts = [Counted(ProductRef(product=product.pk), 9) for product in products]
    add_counts(stocktake=stocktake, by=member, counts=counts, at=NOW)

    for name in ("stock_count", "stock_count_compare"):
        with django_assert_max_num_queries(16):
            logged_in.get(page(stocktake, name))
    with django_assert_max_num_queries(16):
        logged_in.get(reverse("stock_counts"))
