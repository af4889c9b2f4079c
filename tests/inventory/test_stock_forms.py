"""Receiving, adjusting, taking and transferring on one form with lines, which works without a script."""

from decimal import Decimal

import pytest

from accounts.permissions import Role
from inventory.models import Location, MovementKind, Pack, Product, StockMovement
from tests.factories import BarcodeFactory, LocationFactory, MemberFactory, ProductFactory, StockedProductFactory, on_hand
from tests.people import client_of

pytestmark = pytest.mark.django_db

KINDS = ["receive", "adjust", "take", "transfer"]


def sent(*lines: dict[str, object], **more: object) -> dict[str, object]:
    """What the browser sends for these lines."""
    data: dict[str, object] = {"key": "k1", "how": "now", "line-TOTAL_FORMS": len(lines), "line-INITIAL_FORMS": len(lines)}
    for number, line in enumerate(lines):
        data |= {f"line-{number}-{name}": value for name, value in ({"unit": "", "unit_cost": ""} | line).items()}
    return data | more


def line(product: Product, quantity: object = 1, **more: object) -> dict[str, object]:
    return {"product": product.pk, "quantity": quantity, "unit": product.unit} | more


def place(member, name: str = "Shop floor") -> int:
    return Location.objects.get(business=member.business, name=name).pk


def save(client, kind: str, *lines: dict[str, object], **more: object):
    return client.post(f"/stock/{kind}/", sent(*lines, save="1", **more))


@pytest.fixture
def tea(member) -> Product:
    return StockedProductFactory(business=member.business, name="Green tea", sku="TEA", on_hand=10)


def test_goods_are_received_at_their_cost(logged_in, member, tea):
    jam = ProductFactory(business=member.business)

    answer = save(logged_in, "receive", line(tea, 5, unit_cost="3.00"), line(jam, 2), location=place(member), reason="Note 17")

    assert answer.url == "/stock/"
    tea.refresh_from_db()
    assert (on_hand(tea), on_hand(jam)) == (15, 2)
    assert tea.average_cost == Decimal("2.333333")
    assert StockMovement.objects.filter(reason="Note 17", kind=MovementKind.RECEIVED).count() == 2


def test_stock_is_adjusted_both_ways_and_taken(logged_in, member, tea):
    save(logged_in, "adjust", line(tea, -3), location=place(member), reason="Counted", key="a")
    save(logged_in, "adjust", line(tea, 1), location=place(member), reason="Found", key="b")
    save(logged_in, "take", line(tea, 2), location=place(member), reason="Broken", key="c")

    assert on_hand(tea) == 6
    assert set(StockMovement.objects.values_list("reason", flat=True)) == {"", "Counted", "Found", "Broken"}


def test_goods_move_between_places(logged_in, member, tea):
    stall = LocationFactory(business=member.business, name="Stall")

    save(logged_in, "transfer", line(tea, 4), location=place(member), to=stall.pk)

    assert dict(tea.levels.values_list("location__name", "on_hand")) == {"Shop floor": 6, "Stall": 4}


def test_a_transfer_needs_a_second_place(logged_in):
    assert "There is only one place" in logged_in.get("/stock/transfer/").content.decode()


def test_a_transfer_to_the_same_place_is_told_at_the_field(logged_in, member, tea):
    LocationFactory(business=member.business)

    answer = save(logged_in, "transfer", line(tea), location=place(member), to=place(member))

    assert "two different places" in " ".join(answer.context["form"].errors["to"])


def test_a_pack_is_received_as_what_is_in_it(logged_in, member, tea):
    Pack.objects.create(product=tea, name="Case", factor=12)
    assert "Case of 12" in logged_in.get("/stock/receive/", {"sku": "TEA"}).content.decode()

    save(logged_in, "receive", line(tea, 2, unit="Case", unit_cost="24.00"), location=place(member))

    assert on_hand(tea) == 34


@pytest.mark.parametrize("text", ["TEA", "501", "green t"])
def test_a_scan_or_a_part_of_the_name_adds_a_line_without_a_script(logged_in, tea, text):
    BarcodeFactory(product=tea, code="501")

    answer = logged_in.post("/stock/receive/", sent(scan=text, add="1"))

    assert [form.product_of for form in answer.context["lines"].forms] == [tea]
    assert StockMovement.objects.count() == 1


def test_the_same_scan_again_counts_up_and_keeps_what_was_typed(logged_in, member, tea):
    jam = ProductFactory(business=member.business)

    answer = logged_in.post(
        "/stock/receive/", sent(line(jam, "many"), line(tea, 3, unit_cost="1.2x"), scan="TEA", add="1", reason="Note")
    )

    rows = answer.context["draft"].rows
    assert [(row["quantity"], row["unit_cost"]) for row in rows] == [("many", ""), ("4", "1.2x")]
    assert answer.context["form"]["reason"].value() == "Note"
    assert answer.context["form"]["key"].value() == "k1"


def test_several_matches_are_offered_and_one_is_picked(logged_in, member, tea):
    ProductFactory(business=member.business, name="Black tea", sku="BLACK")

    answer = logged_in.post("/stock/receive/", sent(scan="tea", add="1"))
    assert [product.sku for product in answer.context["draft"].picks] == ["BLACK", "TEA"]

    answer = logged_in.post("/stock/receive/", sent(pick="BLACK"))
    assert [form.product_of.sku for form in answer.context["lines"].forms] == ["BLACK"]


def test_a_line_is_removed_and_the_others_stay(logged_in, member, tea):
    jam = ProductFactory(business=member.business)

    answer = logged_in.post("/stock/receive/", sent(line(tea), line(jam, 7), drop="0"))

    assert [(row["product"], row["quantity"]) for row in answer.context["draft"].rows] == [(str(jam.pk), "7")]


def test_an_unknown_code_is_told_at_the_scan_box(logged_in):
    answer = logged_in.post("/stock/receive/", sent(scan="4711", add="1"))

    assert "Nothing in stock matches “4711”." in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"quantity": "1000000000"}, "quantity", "between 0 and 999,999,999"),
        ({"quantity": "1.5"}, "quantity", "whole numbers. Enter 1 or 2."),
        ({"quantity": "some"}, "quantity", "Enter a number"),
        ({"quantity": ""}, "quantity", "required"),
        ({"quantity": "0"}, "quantity", "other than 0"),
        ({"quantity": "-1"}, "quantity", "between 0 and"),
        ({"quantity": "1e999999999"}, "quantity", "Enter a number"),
        ({"quantity": "0.0001"}, "quantity", "at most 3 decimal places"),
        ({"unit": "bushel"}, "unit", "“bushel” is not known"),
        ({"unit": "kg"}, "unit", "not known"),
        ({"unit": "u" * 41}, "unit", "at most 40 characters"),
        ({"unit_cost": "0.0000001"}, "unit_cost", "at most 6 decimal places"),
        ({"unit_cost": "-1"}, "unit_cost", "between 0 and"),
        ({"unit_cost": "free"}, "unit_cost", "Enter a number"),
        ({"product": "999999"}, "product", "no such product"),
        ({"product": "9" * 40}, "product", "less than or equal"),
        ({"product": "x"}, "product", "whole number"),
    ],
)
def test_bad_input_is_told_at_its_field_on_its_line(logged_in, member, tea, given, field, said):
    answer = save(logged_in, "receive", line(tea, 2), line(tea) | given, location=place(member), reason="Kept")

    first, second = answer.context["lines"].forms
    assert answer.status_code == 200
    assert not first.errors
    assert said in " ".join(second.errors[field])
    assert "Kept" in answer.content.decode()
    assert on_hand(tea) == 10


def test_taking_more_than_there_is_is_told_on_its_line(logged_in, member, tea):
    jam = StockedProductFactory(business=member.business, name="Jam", on_hand=2)

    answer = save(logged_in, "take", line(tea, 1), line(jam, 3), location=place(member), reason="Broken")

    first, second = answer.context["lines"].forms
    assert (first.errors, second.errors) == ({}, {"quantity": ["Jam: only 2 left."]})
    assert on_hand(tea) == 10


@pytest.mark.parametrize("kind", ["adjust", "take"])
def test_a_correction_needs_a_reason(logged_in, member, tea, kind):
    answer = save(logged_in, kind, line(tea), location=place(member), reason=" ")

    assert "Say why" in " ".join(answer.context["form"].errors["reason"])


def test_an_empty_form_is_told_what_is_missing(logged_in, member):
    assert "Add at least one product." in save(logged_in, "receive", location=place(member)).content.decode()


@pytest.mark.parametrize("total", ["", "x", "-1", "99999999999"])
def test_a_tampered_form_is_no_error(logged_in, member, total):
    answer = logged_in.post("/stock/receive/", sent(save="1", location=place(member)) | {"line-TOTAL_FORMS": total})

    assert answer.status_code == 200


def test_a_second_click_receives_nothing_again(logged_in, member, tea):
    for _ in range(2):
        assert save(logged_in, "receive", line(tea, 5), location=place(member)).status_code == 302

    assert on_hand(tea) == 15


def test_the_same_form_with_other_lines_is_refused(logged_in, member, tea):
    save(logged_in, "receive", line(tea, 5), location=place(member))

    answer = save(logged_in, "receive", line(tea, 6), location=place(member))

    assert "saved already" in answer.content.decode()
    assert on_hand(tea) == 15


def test_another_shops_products_and_places_are_unknown(logged_in, member, tea):
    other = MemberFactory()
    theirs = StockedProductFactory(business=other.business, name="Their jam", sku="JAM")

    assert not logged_in.post("/stock/receive/", sent(scan="JAM", add="1")).context["lines"].forms
    assert "no such product" in str(save(logged_in, "receive", line(theirs), location=place(member)).context["lines"].errors)
    assert "location" in save(logged_in, "receive", line(tea), location=place(other)).context["form"].errors
    assert on_hand(theirs) == 10


@pytest.mark.parametrize(
    ("role", "may"), [(Role.VIEWER, set()), (Role.CLERK, {"receive"}), (Role.MANAGER, set(KINDS)), (Role.OWNER, set(KINDS))]
)
def test_each_role_moves_what_it_may(member, role, may):
    client = client_of(MemberFactory(business=member.business, role=role))

    for kind in KINDS:
        expected = 200 if kind in may else 403
        assert client.get(f"/stock/{kind}/").status_code == expected, kind
        assert client.post(f"/stock/{kind}/", sent(save="1")).status_code == expected, kind


@pytest.mark.parametrize("count", [1, 20])
def test_the_form_costs_the_same_with_many_lines(logged_in, member, django_assert_max_num_queries, count):
    products = StockedProductFactory.create_batch(count, business=member.business)
    data = sent(*(line(product, "x") for product in products), save="1", location=place(member))
    logged_in.get("/stock/")

    with django_assert_max_num_queries(4):
        assert len(logged_in.post("/stock/receive/", data).context["lines"].errors) == count


def test_a_form_takes_a_hundred_lines_and_says_so(logged_in, tea):
    full = [line(tea, "x")] * 100

    answer = logged_in.post("/stock/receive/", sent(*full, scan="TEA", add="1"))

    assert "One form takes 100 lines." in answer.content.decode()
    assert len(answer.context["lines"].forms) == 100
