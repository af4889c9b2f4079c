"""Screens of transfers: sent by form, received by scan, cancelled, closed; refusals stand at their field, and nothing is lost."""

import pytest

from inventory.models import Location, StockTransfer, TransferState
from tests.factories import BarcodeFactory, LocationFactory, StockedProductFactory
from tests.factories.stock import arrived, at, place, transferred
from tests.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea(member):
    return StockedProductFactory(business=member.business, name="Green tea", sku="TEA", on_hand=10)


@pytest.fixture
def shop(member):
    return Location.objects.get(business=member.business, is_default=True)


def url(transfer, page=""):
    return f"/stock/transfers/{transfer.pk}/{page}"


def send(client, shop, to, tea, quantity="3", **more):
    lines = {"line-TOTAL_FORMS": 1, "line-INITIAL_FORMS": 1, "line-0-product": tea.pk, "line-0-unit": "each"}
    head = {"key": "k1", "location": shop.pk, "to": to.pk, "how": "send", "reason": "By van", "save": "1"}
    return client.post("/stock/transfer/", {**lines, "line-0-quantity": quantity, **head, **more})


def receive(client, transfer, quantity, **more):
    line = transfer.lines.get()
    data = {"key": "k1", "version": transfer.version, f"line-{line.pk}": quantity, "note": "", "save": "1"}
    return client.post(url(transfer, "receive/"), data | more)


def test_the_form_sends_what_is_received_later(logged_in, member, shop, tea):
    stall = place(member)

    answer = send(logged_in, shop, stall, tea)

    transfer = StockTransfer.objects.get()
    assert answer.url == "/stock/transfers/"
    assert (transfer.note, transfer.source, transfer.target, transfer.lines.get().sent) == ("By van", shop, stall, 3)
    assert (at(tea, shop), at(tea, stall)) == (7, 0)
    page = logged_in.get("/stock/transfers/").content.decode()
    assert "Green tea is on its way." in page
    assert "TR-1" in page
    assert "In transit" in page


def test_two_clicks_send_once(logged_in, member, shop, tea):
    for _ in range(2):
        send(logged_in, shop, place(member), tea)

    assert StockTransfer.objects.count() == 1


@pytest.mark.parametrize(
    ("quantity", "more", "sentence"),
    [
        ("11", {}, "Green tea: only 10 left."),
        ("1000000000", {}, "Enter a quantity between 0 and 999,999,999."),
        ("1" + "0" * 30, {}, "Enter a quantity between 0 and 999,999,999."),
        ("", {}, "This field is required."),
        ("0", {}, "enter a quantity other than 0"),
        ("1", {"line-0-unit": "crate"}, "crate"),
        ("1", {"how": "owl"}, "Select a valid choice."),
        ("1", {"location": "999"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_sent_is_said_and_nothing_is_lost(logged_in, member, shop, tea, quantity, more, sentence):
    page = send(logged_in, shop, place(member), tea, quantity, **more)

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "By van" in page.content.decode()
    assert not StockTransfer.objects.exists()


def test_the_same_place_and_what_is_no_longer_sold_are_refused(logged_in, member, shop, tea):
    place(member)
    same = send(logged_in, shop, shop, tea)
    tea.is_active = False
    tea.save()
    archived = send(logged_in, shop, place(member), tea, key="k2")

    assert same.context["form"].errors["to"] == ["Choose two different places."]
    assert "Green tea is no longer sold. Restore it first to send it." in archived.content.decode()


def test_it_is_received_in_parts(clerk, member, tea):
    transfer, client = transferred(member, tea, 5), client_of(clerk)

    offered = client.get(url(transfer, "receive/"))
    answer = receive(client, transfer, "2")

    line = transfer.lines.get()
    assert offered.context["form"][f"line-{line.pk}"].value() == "5"
    assert answer.url == url(transfer)
    assert at(tea, transfer.target) == 2
    shown = client.get(url(transfer)).content.decode()
    assert "Part received" in shown
    assert "What came" in shown


def test_a_scan_counts_one_more_and_a_stranger_is_told(logged_in, member, tea):
    BarcodeFactory(product=tea, business=member.business, code="501")
    StockedProductFactory(business=member.business, name="Jam", sku="JAM")
    transfer = transferred(member, tea, 5)
    name, page = f"line-{transfer.lines.get().pk}", url(transfer, "receive/")

    once = logged_in.post(page, {"add": "1", "scan": "501", name: "", "note": "Half"})
    twice = logged_in.post(page, {"add": "1", "scan": "TEA", name: "1"})
    told = [
        logged_in.post(page, {"add": "1", "scan": text, name: "1"}).context["scan_error"] for text in ("JAM", "owl", "", "\x00")
    ]

    assert once.context["form"][name].value() == "1"
    assert once.context["form"]["note"].value() == "Half"
    assert twice.context["form"][name].value() == "2"
    assert told == [
        "Nothing of Jam is still to come of TR-1.",
        "Nothing in stock matches “owl”.",
        "Scan a barcode, or type a name or SKU.",
        "Scan a barcode, or type a name or SKU.",
    ]


@pytest.mark.parametrize(
    ("quantity", "sentence"),
    [
        ("6", "Green tea: 5 were sent and 0 have come. At most 5 more can be received."),
        ("1000000000", "Enter a quantity between 0 and 999,999,999."),
        ("1" + "0" * 30, "Enter a quantity between 0 and 999,999,999."),
        ("0.5", "Green tea is counted in whole numbers. Enter 0 or 1."),
        ("owl", "Enter a number, for example 12.50."),
    ],
)
def test_too_many_or_no_number_is_said_at_the_line(logged_in, member, tea, quantity, sentence):
    transfer = transferred(member, tea, 5)

    page = receive(logged_in, transfer, quantity)

    assert page.context["form"].errors == {f"line-{transfer.lines.get().pk}": [sentence]}
    assert at(tea, transfer.target) == 0


def test_nothing_said_to_have_come_is_told(logged_in, member, tea):
    page = receive(logged_in, transferred(member, tea, 5), "")

    assert page.context["form"].non_field_errors() == ["Say what came: at least one line with a quantity above 0."]


def test_who_was_slower_sees_who_was_faster(logged_in, member, tea):
    transfer = transferred(member, tea, 5)
    arrived(member, transfer, 5)

    page = receive(logged_in, transfer, "5")

    assert "received goods of TR-1 at 10:00" in page.content.decode()
    assert at(tea, transfer.target) == 5


def test_cancelled_meanwhile_it_is_said(logged_in, member, tea):
    transfer = transferred(member, tea, 5)
    logged_in.post(url(transfer, "cancel/"), {"reason": "No van"})

    page = receive(logged_in, transfer, "5")

    assert "TR-1 is cancelled and cannot be received." in page.content.decode()
    assert logged_in.get(url(transfer, "receive/")).url == url(transfer)


def test_it_is_closed_with_a_reason_where_it_is_written_off(logged_in, member, shop, tea):
    transfer = transferred(member, tea, 5)
    arrived(member, transfer, 3)

    silent = logged_in.post(url(transfer, "close/"), {"rest": "write_off", "reason": ""})
    answer = logged_in.post(url(transfer, "close/"), {"rest": "write_off", "reason": "Broken"})

    assert silent.context["close"].errors == {"reason": ["Say what became of what did not come."]}
    assert answer.url == url(transfer)
    transfer.refresh_from_db()
    assert (transfer.state, transfer.lines.get().written_off, at(tea, shop)) == (TransferState.CLOSED, 2, 5)
    assert "TR-1 is closed. What did not come is written off." in logged_in.get(url(transfer)).content.decode()


def test_a_late_cancel_is_told_on_the_page(logged_in, member, tea):
    transfer = transferred(member, tea, 5)
    arrived(member, transfer, 3)

    page = logged_in.post(url(transfer, "cancel/"), {}, follow=True)

    assert "TR-1 is part received and cannot be cancelled." in page.content.decode()
    assert logged_in.post(url(transfer, "close/"), {"rest": "put_back"}).url == url(transfer)


def test_a_clerk_is_offered_to_receive_and_no_more(clerk, viewer, member, tea):
    transfer, client = transferred(member, tea, 5), client_of(clerk)

    page = client.get(url(transfer)).content.decode()

    assert url(transfer, "receive/") in page
    assert url(transfer, "close/") not in page
    assert client.post(url(transfer, "close/"), {"rest": "put_back"}).status_code == 403
    assert client.post(url(transfer, "cancel/"), {}).status_code == 403
    assert client_of(viewer).get(url(transfer, "receive/")).status_code == 403
    assert "New transfer" not in client.get("/stock/transfers/").content.decode()


def test_the_list_is_filtered_and_written_as_a_file(logged_in, member, tea):
    first, other = transferred(member, tea, 2, note="Morning"), LocationFactory(business=member.business, name="Van")
    transferred(member, tea, 1, other)
    arrived(member, first)

    def numbers(query):
        return [transfer.number for transfer in logged_in.get(f"/stock/transfers/?{query}").context["page"].items]

    assert numbers("") == ["TR-2", "TR-1"]
    assert numbers("state=open") == ["TR-2"]
    assert numbers("state=received") == numbers("q=morn") == numbers(f"location={place(member).pk}") == ["TR-1"]
    assert numbers("location=owl&q=tr-1&state=owl") == ["TR-1"]
    lines = b"".join(logged_in.get("/stock/transfers/?file=csv&state=open").streaming_content).decode().splitlines()
    assert lines[0].startswith("\ufeffTransfer,From,To,State") or lines[0].startswith("Transfer,From,To,State")
    assert [line.split(",")[:4] for line in lines[1:]] == [["TR-2", "Shop floor", "Van", "In transit"]]


def test_stock_and_product_show_what_is_in_transit(logged_in, member, tea):
    transferred(member, tea, 3)

    stock, product = logged_in.get("/stock/"), logged_in.get(f"/products/{tea.pk}/").content.decode()

    assert {(level.location.name, level.in_transit) for level in stock.context["page"].items} == {("Shop floor", 0), ("Stall", 3)}
    assert "3 in transit" in stock.content.decode()
    assert "3 incoming, of which 3 in transit" in product
    assert "In transit, TR-1" in product
    assert [row.balance for row in logged_in.get(f"/products/{tea.pk}/").context["timeline"]] == [10, 7, 10]
    assert "In transit" not in logged_in.get("/locations/").content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_the_pages_cost_the_same_at_any_length(logged_in, member, tea, count, django_assert_max_num_queries):
    for _ in range(count):
        transfer = transferred(member, StockedProductFactory(business=member.business, on_hand=1))
    logged_in.get("/stock/transfers/")

    with django_assert_max_num_queries(5):
        assert len(logged_in.get("/stock/transfers/").context["page"].items) == count
    with django_assert_max_num_queries(6):
        logged_in.get(url(transfer))
