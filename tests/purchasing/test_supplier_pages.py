"""The pages of suppliers: by role, by hand, with everything one may type."""

from decimal import Decimal

import pytest
from django.urls import reverse

from inventory.models import Pack
from purchasing.models import Offer, Supplier
from tests.factories import BarcodeFactory, ProductFactory
from tests.factories.expenses import category
from tests.factories.purchasing import offer, supplier
from tests.people import client_of

pytestmark = pytest.mark.django_db


def test_a_supplier_is_added_and_changed(logged_in, member):
    stock = category(member, "Stock")
    given = {"name": "Bakers", "email": "a@bakers.example", "lead_days": "3", "minimum_order": "50", "category": stock.pk}

    page = logged_in.post(reverse("supplier_new"), given, follow=True)
    assert "Bakers is a supplier now" in page.text
    made = Supplier.objects.get()
    logged_in.post(reverse("supplier_edit", args=[made.pk]), given | {"name": "Bakers & Sons", "version": made.version})

    made.refresh_from_db()
    assert (made.name, made.lead_days, made.minimum_order, made.category) == ("Bakers & Sons", 3, Decimal(50), stock)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "\x00"}, "Null characters are not allowed"),
        ({"name": "Bakers"}, "There is a supplier called Bakers already"),
        ({"name": "B", "email": "nobody"}, "Enter a valid email address"),
        ({"name": "B", "lead_days": "1000"}, "Enter a whole number from 0 to 365"),
        ({"name": "B", "lead_days": "x"}, "Enter a whole number"),
        ({"name": "B", "minimum_order": "0.005"}, "at most 2 decimal places"),
        ({"name": "B", "minimum_order": "0"}, "above 0"),
        ({"name": "B", "minimum_order": "9" * 30}, "Enter an amount between"),
        ({"name": "B", "category": "77777"}, "Select a valid choice"),
    ],
)
def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(logged_in, member, given, says):
    supplier(member, "Bakers")

    page = logged_in.post(reverse("supplier_new"), {"note": "By the harbour", **given})

    assert says in page.text
    assert 'aria-invalid="true"' in page.text
    assert "By the harbour" in page.text
    assert Supplier.objects.count() == 1


@pytest.mark.parametrize("text", ["bak", "ADA", "orders@", "K-9", "ada bakers"])
def test_the_list_finds_by_any_part(logged_in, member, text):
    supplier(member, "Bakers & Sons", contact="Ada", account_number="K-9")
    supplier(member, "Millers", email="")

    page = logged_in.get(reverse("suppliers"), {"q": text})

    assert [found.name for found in page.context["page"].items] == ["Bakers & Sons"]


@pytest.mark.parametrize("text", ["\x00", "%", "_", "'", "\\", "x" * 5000, "\u0661"])
def test_any_text_may_be_searched_for(logged_in, member, text):
    sold = offer(member)

    assert logged_in.get(reverse("suppliers"), {"q": text}).status_code == 200
    assert logged_in.get(reverse("offer_new", args=[sold.supplier_id]), {"q": text}).status_code == 200
    assert logged_in.get(reverse("offer_new", args=[sold.supplier_id]), {"product": text}).status_code == 200


def test_a_product_is_found_by_its_barcode_and_offered_by_the_case(logged_in, member):
    code = BarcodeFactory(product=ProductFactory(business=member.business, name="Rye loaf"))
    Pack.objects.create(product=code.product, name="case", factor=12)
    bakers = supplier(member)

    page = logged_in.get(reverse("offer_new", args=[bakers.pk]), {"q": code.code})
    assert "Rye loaf" in page.text
    url = f"{reverse('offer_new', args=[bakers.pk])}?product={code.product_id}"
    page = logged_in.post(url, {"unit": "case", "price": "24", "code": "R-12", "minimum": "2"}, follow=True)

    assert "Rye loaf can be ordered from Bakers &amp; Sons" in page.text
    made = Offer.objects.get()
    assert (made.unit, made.price, made.code, made.minimum) == ("case", 24, "R-12", 2)


def test_another_shops_product_is_not_found(logged_in, member):
    bakers, foreign = supplier(member), ProductFactory()

    page = logged_in.post(f"{reverse('offer_new', args=[bakers.pk])}?product={foreign.pk}", {"unit": "each", "price": "1"})

    assert "Which product?" in page.text
    assert not Offer.objects.exists()


def test_a_price_of_half_a_penny_is_refused_at_its_field(logged_in, member):
    sold = offer(member)

    page = logged_in.post(reverse("offer_edit", args=[sold.pk]), {"unit": "each", "price": "0.005", "version": sold.version})

    assert "A price has at most 2 decimal places" in page.text
    assert Offer.objects.get().price == 2


def test_the_slower_of_two_loses_nothing(logged_in, member):
    sold = offer(member)
    given = {"unit": "each", "price": "3", "version": sold.version}
    logged_in.post(reverse("offer_edit", args=[sold.pk]), given)

    page = logged_in.post(reverse("offer_edit", args=[sold.pk]), given | {"price": "4"})

    assert "Somebody else changed" in page.text
    assert Offer.objects.get().price == 3


def test_what_they_sell_no_more_leaves_the_list(logged_in, member):
    sold = offer(member)

    logged_in.post(reverse("offer_end", args=[sold.pk]))

    assert sold.product.label not in logged_in.get(reverse("supplier", args=[sold.supplier_id])).text.split("messages")[0]
    assert Offer.objects.filter(is_active=False, is_preferred=False).exists()


def test_a_supplier_is_retired_and_used_again(logged_in, member):
    bakers = supplier(member)

    for shown in (0, 1):
        logged_in.post(reverse("supplier_retire", args=[bakers.pk]))
        assert len(logged_in.get(reverse("suppliers")).context["page"].items) == shown
    assert not logged_in.get(reverse("suppliers"), {"show": "retired"}).context["page"].items


def test_a_clerk_reads_and_changes_nothing(member, clerk):
    sold = offer(member)
    browser = client_of(clerk)

    page = browser.get(reverse("supplier", args=[sold.supplier_id]))
    assert sold.product.label in page.text
    assert "Add a product" not in page.text
    for name in ("supplier_edit", "offer_new"):
        assert browser.get(reverse(name, args=[sold.supplier_id])).status_code == 403
    for name in ("offer_edit", "offer_end"):
        assert browser.post(reverse(name, args=[sold.pk])).status_code == 403


def test_prices_are_hidden_with_the_costs(member, clerk):
    sold = offer(member, price="7.77")
    clerk.business.hide_costs = True
    clerk.business.save()

    assert "7.77" not in client_of(clerk).get(reverse("supplier", args=[sold.supplier_id])).text


@pytest.mark.parametrize("count", [1, 20])
def test_the_pages_cost_the_same_at_any_length(logged_in, member, django_assert_max_num_queries, count):
    bakers = supplier(member)
    for number in range(count):
        supplier(member, f"Supplier {number}")
        offer(member, bakers)

    for url in (reverse("suppliers"), reverse("supplier", args=[bakers.pk])):
        with django_assert_max_num_queries(9):
            logged_in.get(url)
