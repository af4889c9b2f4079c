"""The pages of orders: drafted, sent and received by hand and by scan, with everything one may type."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.services.businesses import update_business
from mail.models import OutboxMessage
from purchasing.models import OrderState, PurchaseLine, PurchaseOrder, Receipt
from tests.factories import NOW, BarcodeFactory, ProductFactory, StockedProductFactory, on_hand
from tests.factories.purchasing import offer, order, receive, sent, supplier
from tests.people import client_of

pytestmark = pytest.mark.django_db
PAGES = ("purchase_order", "purchase_order_edit", "purchase_order_receive", "purchase_order_pdf")


def url(name, thing):
    return reverse(name, args=[thing.pk])


def lines(*rows, **head):
    """What the page of a draft sends: (product, quantity, unit, price) for each line."""
    sent_ = {"line-TOTAL_FORMS": len(rows), "line-INITIAL_FORMS": 0, "expected_on": "", "category": "", "note": "", **head}
    for number, row in enumerate(rows):
        given = zip(("product", "quantity", "unit", "price"), row, strict=True)
        sent_ |= {f"line-{number}-{name}": value for name, value in given}
    return sent_


def counted(page, **values):
    """What the page of a receipt sends: its fields as they stand, and what is typed over them."""
    form = page.context["form"]
    names = [bound.name for bound in form]
    return {name: form[name].value() or "" for name in names} | values


def test_an_order_is_drafted_filled_by_scan_saved_and_sent(logged_in, member):
    code = BarcodeFactory(product=ProductFactory(business=member.business, name="Rye loaf"))
    bakers = offer(member, product=code.product, price="1.80").supplier

    page = logged_in.post(reverse("purchase_order_new"), {"supplier": bakers.pk}, follow=True)
    draft = PurchaseOrder.objects.get()
    edit = url("purchase_order_edit", draft)
    page = logged_in.post(edit, lines(scan=code.code, add="1"))
    assert "Rye loaf" in page.text
    row = page.context["draft"].rows[0]
    assert row == {"product": str(code.product_id), "quantity": "1", "unit": "each", "price": "1.80"}
    page = logged_in.post(edit, lines(tuple(row.values()), scan=code.code, add="1"))
    row = page.context["draft"].rows[0]
    assert row["quantity"] == "2"
    logged_in.post(edit, lines(tuple(row.values()), save="1", version=1))
    page = logged_in.post(url("purchase_order_send", draft), {"email": bakers.email, "version": 2}, follow=True)

    assert "PO-1 is on its way to orders@bakers.example" in page.text
    draft.refresh_from_db()
    assert (draft.state, str(draft.total)) == (OrderState.SENT, "3.6000")
    assert OutboxMessage.objects.count() == 1


def test_what_is_low_fills_the_order_in_packs_less_what_is_on_its_way(logged_in, member):
    low = StockedProductFactory(business=member.business, on_hand=3, reorder_point=5, reorder_quantity=20)
    fine = StockedProductFactory(business=member.business, on_hand=30, reorder_point=5)
    awaited = StockedProductFactory(business=member.business, on_hand=3, reorder_point=5)
    low.packs.create(name="case", factor=12)
    bakers = supplier(member)
    offer(member, bakers, low, unit="case", price="9.00")
    offer(member, bakers, fine)
    offer(member, bakers, awaited)
    sent(member, (awaited, 10), of=bakers)
    draft = order(member, (fine, 1), of=bakers)

    page = logged_in.post(url("purchase_order_edit", draft), lines(fill="1"))

    assert page.context["draft"].rows == [{"product": str(low.pk), "quantity": "2", "unit": "case", "price": "9.00"}]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("P", "0", "each", "1"), "Enter a quantity above 0"),
        (("P", "1.5", "each", "1"), "whole numbers"),
        (("P", "1000000000", "each", "1"), "Enter a quantity between"),
        (("P", "1", "crate", "1"), "is not known for it"),
        (("P", "1", "each", "0.005"), "A price has at most 2 decimal places"),
        (("P", "1", "each", "9" * 30), "Enter a price between"),
        (("P", "1", "each", ""), "nobody knows its price"),
        (("77777", "1", "each", "1"), "There is no such product"),
        (("x", "1", "each", "1"), "There is no such product"),
        (("P", "1", "\x00", "1"), "Null characters are not allowed"),
        (("P", "\u0661\u0662", "each", "1"), None),
    ],
)
def test_a_refusal_stands_on_its_line_and_nothing_typed_is_lost(logged_in, member, row, says):
    product = ProductFactory(business=member.business)
    draft = order(member)
    row = tuple(str(product.pk) if value == "P" else value for value in row)

    page = logged_in.post(url("purchase_order_edit", draft), lines(row, note="By the back door", save="1"), follow=True)

    assert page.status_code == 200
    if says:
        assert says in page.text
        assert "By the back door" in page.text
        assert PurchaseLine.objects.get().quantity == 10


@pytest.mark.parametrize("button", [{"add": "1", "scan": "\x00"}, {"pick": "x" * 5000}, {"drop": "77"}, {"add": "1"}, {}])
def test_any_button_with_any_text_answers(logged_in, member, button):
    draft = order(member)

    assert logged_in.post(url("purchase_order_edit", draft), lines(**button)).status_code == 200
    assert logged_in.post(url("purchase_order_edit", draft), {**button, "line-TOTAL_FORMS": "9" * 9}).status_code == 200
    assert logged_in.post(url("purchase_order_edit", draft), button).status_code == 200


def test_less_than_they_take_orders_from_is_asked_about(logged_in, member):
    draft = order(member, of=supplier(member, minimum_order=Decimal(50)))
    given = {"email": "", "version": draft.version}

    page = logged_in.post(url("purchase_order_send", draft), given)
    assert "takes orders from £50.00 on" in page.text
    logged_in.post(url("purchase_order_send", draft), given | {"confirmed": "on"})

    assert PurchaseOrder.objects.get().state == OrderState.SENT


def test_a_clean_order_is_received_in_two_clicks(logged_in, member):
    done = sent(member)

    page = logged_in.get(url("purchase_order_receive", done))
    page = logged_in.post(url("purchase_order_receive", done), counted(page, save="1"), follow=True)

    assert "What came of PO-1 is on the shelf" in page.text
    assert PurchaseOrder.objects.get().state == OrderState.RECEIVED


def test_the_same_page_sent_twice_receives_once(logged_in, member):
    done = sent(member)
    form = counted(logged_in.get(url("purchase_order_receive", done)), save="1")

    for _ in range(2):
        logged_in.post(url("purchase_order_receive", done), form)

    assert Receipt.objects.count() == 1


def test_each_scan_counts_one_more(logged_in, member):
    codes = [BarcodeFactory(product=ProductFactory(business=member.business)) for _ in range(2)]
    done = sent(member, *[(code.product, 5) for code in codes])
    line = done.lines.get(product=codes[0].product)
    page = logged_in.get(url("purchase_order_receive", done) + "?count")
    assert page.context["form"][f"line-{line.pk}"].value() is None

    for _ in range(3):
        page = logged_in.post(url("purchase_order_receive", done), counted(page, scan=codes[0].code, add="1"))
    assert f"{line.description}: 3" in page.text
    logged_in.post(url("purchase_order_receive", done), counted(page, save="1"))

    assert (on_hand(codes[0].product), on_hand(codes[1].product)) == (3, 0)


@pytest.mark.parametrize(
    ("scan", "says"),
    [
        ("", "Scan a barcode"),
        ("\x00", "Scan a barcode"),
        ("zebra", "Nothing in stock matches “zebra”"),
        ("STRANGER", "is not on PO-1"),
    ],
)
def test_a_scan_that_means_no_line_says_so(logged_in, member, scan, says):
    ProductFactory(business=member.business, sku="STRANGER")
    done = sent(member)
    page = logged_in.get(url("purchase_order_receive", done))

    page = logged_in.post(url("purchase_order_receive", done), counted(page, scan=scan, add="1"))

    assert says in page.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("11", "At most 10 more can be received"),
        ("1.5", "whole numbers"),
        ("1000000000", "Enter a quantity between"),
        ("x", "Enter a number"),
        ("", "Say what came"),
    ],
)
def test_what_cannot_have_come_is_refused_at_its_line(logged_in, member, typed, says):
    done = sent(member)
    line = done.lines.get()
    page = logged_in.get(url("purchase_order_receive", done))

    page = logged_in.post(url("purchase_order_receive", done), counted(page, **{f"line-{line.pk}": typed}, save="1", note="N-1"))

    assert says in page.text
    assert "N-1" in page.text
    assert not Receipt.objects.exists()


def test_whoever_was_slower_sees_who_was_faster(logged_in, member, clerk):
    done = sent(member)
    form = counted(logged_in.get(url("purchase_order_receive", done)), save="1")
    receive(clerk, done, 4)

    page = logged_in.post(url("purchase_order_receive", done), form)

    assert f"{clerk.user.name} received goods of PO-1" in page.text
    assert on_hand(done.lines.get().product) == 4


def test_a_cancelled_order_opens_no_receipt(logged_in, member):
    done = sent(member)
    logged_in.post(url("purchase_order_cancel", done), {"reason": "Out of season"})

    page = logged_in.get(url("purchase_order_receive", done), follow=True)

    assert "PO-1 is cancelled: nothing of it can be received" in page.text


def test_an_order_is_closed_with_its_reason(logged_in, member):
    done = sent(member)
    receive(member, done, 4)

    page = logged_in.post(url("purchase_order_close", done), {"reason": "Sold out there"}, follow=True)

    assert "Sold out there" in page.text
    assert PurchaseOrder.objects.get().state == OrderState.CLOSED


def test_a_clerk_receives_but_neither_orders_nor_sees_prices_that_are_hidden(member, owner, clerk):
    update_business(business=owner.business, by=owner, values={"hide_costs": True}, at=NOW)
    clerk.business.hide_costs = True
    done = sent(member, price="7.77")
    browser = client_of(clerk)

    for name in ("purchase_order", "purchase_order_receive"):
        page = browser.get(url(name, done))
        assert page.status_code == 200
        assert "7.77" not in page.text
        assert "77.70" not in page.text
    assert "77.70" not in browser.get(reverse("purchase_orders")).text
    for name in ("purchase_order_edit", "purchase_order_pdf"):
        assert browser.get(url(name, done)).status_code == 403
    for name in ("purchase_order_send", "purchase_order_cancel", "purchase_order_close", "purchase_order_mail"):
        assert browser.post(url(name, done)).status_code == 403


def test_the_list_is_narrowed_by_state_and_text(logged_in, member):
    draft, done = order(member), sent(member)

    for given, found in [
        ({"state": "sent"}, [done]),
        ({"state": "open"}, [done, draft]),
        ({"q": "po-1"}, [draft]),
        ({"q": "bak"}, [done, draft]),
        ({"q": "\x00"}, [done, draft]),
        ({"state": "zebra"}, [done, draft]),
    ]:
        assert logged_in.get(reverse("purchase_orders"), given).context["page"].items == found


@pytest.mark.parametrize("count", [1, 20])
def test_the_pages_cost_the_same_at_any_length(logged_in, member, django_assert_max_num_queries, count):
    products = ProductFactory.create_batch(count, business=member.business)
    for _ in range(count - 1):
        order(member)
    draft = order(member, *[(product, 5) for product in products])
    done = sent(member, *[(product, 5) for product in products])
    receive(member, done, *[1] * count)

    for page, most in [
        (reverse("purchase_orders"), 8),
        (url("purchase_order", done), 13),
        (url("purchase_order_receive", done), 11),
        (url("purchase_order_edit", draft), 13),
    ]:
        with django_assert_max_num_queries(most):
            logged_in.get(page)


@pytest.mark.parametrize("name", ["purchase_order_edit", "purchase_order_receive"])
def test_a_scanner_that_ends_with_enter_presses_the_first_button(logged_in, member, name):
    thing = order(member) if name.endswith("edit") else sent(member)

    form = logged_in.get(url(name, thing)).text.split('method="post" id="')[1]

    assert form.index('name="add"') == form.index('name="', form.index("<button"))
