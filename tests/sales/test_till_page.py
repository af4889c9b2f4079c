"""The till as plain forms: everything works without a script, and paying posts once."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from sales.models import Basket, Sale
from sales.services.quote import quote
from tests.factories import BarcodeFactory, CustomerFactory, ProductFactory, StockedProductFactory, on_hand, sell
from tests.people import client_of

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def mug(member):
    mug = StockedProductFactory(business=member.business, name="Enamel mug", sku="MUG-1", price=Decimal("9.50"), on_hand=10)
    BarcodeFactory(product=mug, code="5000000000055")
    return mug


@pytest.fixture
def till(logged_in):
    """Posts to the till the way its own forms do: with the key of the basket that stands there."""

    def post(action, **data):
        basket = Basket.objects.filter(place="open").order_by("-pk").first()
        return logged_in.post(reverse(f"till_{action}"), {"key": basket.key if basket else "", **data}, follow=True)

    return post


def pay(till, **data):
    return till("pay", **{"method": "cash", "total": "9.50", **data})


@pytest.mark.parametrize("typed", ["5000000000055", "MUG-1", "mug-1", "enamel", " 5000000000055 "])
def test_adds_by_barcode_sku_or_the_only_name_that_fits(till, mug, typed):
    page = till("add", code=typed)

    assert "Enamel mug" in page.text
    assert quote(Basket.objects.get()).lines[0].product == mug


def test_a_scanner_may_leave_out_or_add_the_zero_in_front(till, mug):
    BarcodeFactory(product=mug, code="0123456789012")
    till("add", code="123456789012")
    BarcodeFactory(product=mug, code="999999999993")

    till("add", code="0999999999993")

    assert quote(Basket.objects.get()).items == 2


def test_asks_which_one_where_more_than_one_fits(till, member, mug):
    other = StockedProductFactory(business=member.business, name="Enamel plate")

    page = till("add", code="enamel")
    assert "Which one?" in page.text
    till("add", product=other.pk)

    assert [line.product for line in quote(Basket.objects.get()).lines] == [other]


def test_an_unknown_code_offers_a_new_product_to_those_who_may(till, clerk):
    assert "barcode=4006381333931" in till("add", code="4006381333931").text

    assert "barcode=AB-12" in till("add", code="AB-12").text
    assert "?name=Rye+loaf" in till("add", code="Rye loaf").text

    page = client_of(clerk).post(reverse("till_add"), {"code": "4006381333931"})
    assert "barcode=4006381333931" not in page.text
    assert "Ask a manager" in page.text


def test_a_receipt_s_number_opens_the_sale(logged_in, member, mug):
    sale = sell(member, {mug: 1})

    plain = logged_in.post(reverse("till_add"), {"code": sale.number})
    script = logged_in.post(reverse("till_add"), {"code": sale.number}, **SCRIPT)

    assert plain.url == script.headers["HX-Redirect"] == reverse("sale", args=[sale.pk])


def test_a_script_gets_only_the_parts_that_changed_and_hears_what_was_added(logged_in, mug):
    page = logged_in.post(reverse("till_add"), {"code": "MUG-1"}, **SCRIPT)

    assert "<html" not in page.text
    assert "Enamel mug</span> added" in page.text
    assert "9 left on Shop floor" in page.text


def test_every_button_of_a_line_works_as_a_form(till, mug):
    till("add", code="MUG-1")

    till("line", line=1, quantity="1", do="more")
    till("line", line=1, quantity="2", do="more")
    till("line", line=1, quantity="3", do="less")
    assert quote(Basket.objects.get()).items == 2
    till("line", line=1, quantity="2", price="9", discount="10%", do="set")
    assert quote(Basket.objects.get()).total == Decimal("16.20")
    till("line", line=1, quantity="2", do="remove")
    assert quote(Basket.objects.get()).lines == ()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("quantity", "1.5", "counted in whole numbers"),
        ("quantity", "-1", "Enter a quantity between 0 and 999,999,999"),
        ("quantity", "lots", "Enter a number"),
        ("quantity", "1e3", "Enter a number"),
        ("quantity", "9" * 31, "Enter a quantity between 0 and 999,999,999"),
        ("price", "-1", "Enter an amount between 0 and 99,999,999,999"),
        ("price", "0.005", "at most 2 decimal places"),
        ("discount", "99", "the discount is more than the line"),
        ("discount", "half", "Write an amount"),
    ],
)
def test_a_line_says_what_is_wrong_with_it_and_stays_as_it_was(till, mug, field, value, sentence):
    till("add", code="MUG-1")

    page = till("line", **{"line": 1, "quantity": "1", "do": "set", field: value})

    assert sentence in page.text
    assert 'aria-invalid="true"' in page.text
    assert quote(Basket.objects.get()).total == Decimal("9.50")


def test_a_sale_for_cash_shows_the_change_large_and_begins_the_next_basket(till, mug):
    till("add", code="MUG-1")

    page = pay(till, given="20")

    assert "£10.50" in page.text
    assert "The basket is empty" not in page.text
    assert Sale.objects.get().change == Decimal("10.50")
    assert f"/sales/{Sale.objects.get().pk}/void/" in page.text


def test_cash_without_an_amount_is_the_exact_sum(till, mug):
    till("add", code="MUG-1")

    pay(till)

    assert Sale.objects.get().payments.get().amount == Decimal("9.50")


@pytest.mark.parametrize("method", ["card", "voucher"])
def test_takes_the_exact_sum_by_other_means(till, mug, method):
    till("add", code="MUG-1")

    pay(till, method=method)

    assert Sale.objects.get().payments.get().method == method


def test_a_split_payment_keeps_each_part(till, mug):
    till("add", code="MUG-1")

    pay(till, method="split", cash="5", card="4", voucher="0.50")

    parts = Sale.objects.get().payments.order_by("-amount").values_list("method", "amount")
    assert list(parts) == [("cash", Decimal(5)), ("card", Decimal(4)), ("voucher", Decimal("0.50"))]


@pytest.mark.parametrize(
    ("payment", "sentence"),
    [
        ({"given": "5"}, "4.50 is still to pay"),
        ({"given": "9.505"}, "at most 2 decimal places"),
        ({"given": "x"}, "Enter a number"),
        ({"method": "split", "card": "20"}, "Only cash gives change"),
        ({"method": "split"}, "9.50 is still to pay"),
        ({"method": "barter"}, "Select a valid choice"),
        ({"total": "1.00", "method": "card"}, "8.50 is still to pay"),
    ],
)
def test_a_payment_that_cannot_be_says_why_and_keeps_the_basket(till, mug, payment, sentence):
    till("add", code="MUG-1")

    page = pay(till, **payment)

    assert sentence in page.text
    assert page.text.count(" autofocus") == 1
    assert not Sale.objects.exists()
    assert quote(Basket.objects.get()).items == 1


def test_too_little_stock_is_said_at_the_line_and_the_basket_is_kept(till, mug):
    till("add", code="MUG-1")
    till("line", line=1, quantity="11", do="set")

    page = pay(till, total="104.50")

    assert 'id="line-1-error"' in page.text
    assert "only 10 left" in page.text
    assert quote(Basket.objects.get()).items == 11


def test_paying_again_by_double_click_reload_or_back_shows_the_same_sale(logged_in, mug):
    logged_in.post(reverse("till_add"), {"code": "MUG-1"})
    payment = {"key": Basket.objects.get().key, "method": "cash", "total": "9.50", "given": "10"}

    pages = [logged_in.post(reverse("till_pay"), payment) for _ in range(3)]

    assert {page.url for page in pages} == {f"/till/?sold={Sale.objects.get().pk}"}
    assert on_hand(mug) == 9


def test_holding_and_recalling_works_as_plain_forms(till, logged_in, mug):
    till("add", code="MUG-1")
    key = Basket.objects.get().key
    till("hold")
    assert "The basket is empty" in logged_in.get(reverse("till")).text

    page = till("recall", key=key)

    assert "Enamel mug" in page.text


def test_a_customer_is_chosen_or_added_while_selling(till, member, mug):
    ada = CustomerFactory(business=member.business, name="Ada")
    till("add", code="MUG-1")
    till("customer_set", customer=ada.pk)
    assert Basket.objects.get().customer == ada

    till("customer_new", name="Grace")
    assert Basket.objects.get().customer.reference == "K1"

    till("customer_set", customer="")
    assert Basket.objects.get().customer is None


def test_another_shop_s_customer_and_products_are_not_found(till, logged_in, mug):
    elsewhere = CustomerFactory()
    product = ProductFactory(name="Secret")

    assert logged_in.post(reverse("till_customer_set"), {"customer": elsewhere.pk}).status_code == 404
    assert "There is no product" in till("add", product=product.pk).text
    assert "Secret" not in logged_in.get(reverse("till_search"), {"q": "secret"}).text


def test_the_discount_on_everything_is_an_amount_or_a_share(till, mug):
    till("add", code="MUG-1")

    till("discount", discount="10%")
    assert quote(Basket.objects.get()).total == Decimal("8.55")
    assert "more than the sale" in till("discount", discount="50").text
    till("discount", discount="")
    assert quote(Basket.objects.get()).total == Decimal("9.50")


def test_a_basket_paid_in_another_tab_is_not_changed_from_this_one(logged_in, till, mug):
    till("add", code="MUG-1")
    key = Basket.objects.get().key
    pay(till)

    page = logged_in.post(reverse("till_line"), {"key": key, "line": 1, "quantity": 5})

    assert "paid or held meanwhile" in page.text


def test_a_viewer_has_no_till(viewer):
    browser = client_of(viewer)

    assert browser.get(reverse("till")).status_code == 403
    assert browser.post(reverse("till_add"), {"code": "x"}).status_code == 403


def test_the_list_while_typing_names_products_to_pick(logged_in, mug):
    found = logged_in.get(reverse("till_search"), {"q": "ena"}).text

    assert re.search(r'role="option"[^>]*data-product="\d+"', found)


@pytest.mark.parametrize(("lines", "method"), [(1, "average"), (5, "average"), (1, "fifo"), (5, "fifo")])
def test_a_sale_costs_at_most_fifteen_queries(logged_in, member, mug, lines, method, django_assert_max_num_queries):
    type(member.business).objects.update(valuation=method)
    sell(member, {mug: 1})  # the year's first sale begins the series of numbers
    for product in StockedProductFactory.create_batch(lines, business=member.business, on_hand=100):
        logged_in.post(reverse("till_add"), {"product": product.pk})
    payment = {"key": Basket.objects.get().key, "method": "cash", "total": f"{lines * 5}.00", "given": "50"}

    with django_assert_max_num_queries(15 + lines - 1):  # each further shelf is one more conditional update
        answer = logged_in.post(reverse("till_pay"), payment)

    assert answer.status_code == 302


@pytest.mark.parametrize("lines", [1, 20])
def test_a_scan_costs_the_same_in_a_long_basket(logged_in, member, mug, lines, django_assert_max_num_queries):
    for product in ProductFactory.create_batch(lines, business=member.business):
        logged_in.post(reverse("till_add"), {"product": product.pk})

    with django_assert_max_num_queries(9):
        logged_in.post(reverse("till_add"), {"code": "5000000000055"}, **SCRIPT)
