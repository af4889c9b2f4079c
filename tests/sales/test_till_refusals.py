"""The till's smaller refusals: each is a sentence on the page, and the basket stays."""

import pytest
from django.urls import reverse

from sales.barcode import code_39
from sales.models import Basket, Customer
from tests.factories import StockedProductFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db


def text_after(client, action, **data):
    return client.post(reverse(action), data, follow=True).text


@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "Scan a barcode, or type a name"), ("x" * 201, "That is not a code"), ("a\x00b", "not a code")]
)
def test_what_is_no_code_is_said_to_be_none(logged_in, typed, sentence):
    assert sentence in text_after(logged_in, "till_add", code=typed)


@pytest.mark.parametrize("action", ["till_hold", "till_clear", "till_discount", "till_pay", "till_line", "till_recall"])
@pytest.mark.parametrize("key", ["", "nonsense", "\x00", "k" * 500])
def test_a_key_of_no_basket_is_never_an_error(logged_in, action, key):
    answer = logged_in.post(
        reverse(action), {"key": key, "method": "cash", "total": "1", "line": 1, "quantity": 1, "discount": "1"}, follow=True
    )

    assert answer.status_code == 200
    assert set(Basket.objects.values_list("lines", flat=True)) <= {"[]"}


def test_where_nothing_is_left_the_line_says_none(logged_in, member):
    product = StockedProductFactory(business=member.business, on_hand=0)

    assert "none left" in text_after(logged_in, "till_add", product=product.pk)


def test_an_empty_basket_is_not_held(logged_in):
    assert "paid or held meanwhile" in text_after(logged_in, "till_hold", key="")


def test_a_basket_recalled_elsewhere_says_so(logged_in):
    assert "Somebody else recalled this basket" in text_after(logged_in, "till_recall", key="gone")


def test_emptying_the_basket_works_as_a_form(logged_in, member):
    product = StockedProductFactory(business=member.business)
    logged_in.post(reverse("till_add"), {"product": product.pk})

    assert "The basket is empty" in text_after(logged_in, "till_clear", key=Basket.objects.get().key)


def test_a_new_customer_without_a_name_is_asked_for_one(logged_in):
    assert "This field is required" in text_after(logged_in, "till_customer_new", name="")
    assert not Customer.objects.exists()


def test_a_product_that_is_not_for_sale_says_so(logged_in, member):
    product = StockedProductFactory(business=member.business, is_active=False)

    assert "is not for sale" in text_after(logged_in, "till_add", product=product.pk)


@pytest.mark.parametrize("name", ["till", "till_held", "till_customer", "sales", "customers"])
def test_a_visitor_is_asked_to_log_in(client, name):
    assert reverse("account_login") in client.get(reverse(name)).url


@pytest.mark.parametrize("name", ["till", "sales", "customers"])
def test_a_personal_book_has_no_shop_pages(member, name):
    member.business.kind = "personal"
    member.business.save()

    assert client_of(member).get(reverse(name)).status_code == 404


def test_the_bars_of_a_number_are_code_39():
    bars = code_39("1")

    assert [bar.width for bar in bars.bars] == [1, 1, 3, 3, 1, 3, 1, 1, 1, 3, 1, 1, 3, 3, 1]  # *, 1, *
    assert bars.width == 3 * 16
    assert code_39("A1*") is None
