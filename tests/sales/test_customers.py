"""Customers are kept by name, found by any part of it, and every change of them is on record."""

import pytest
from django.urls import reverse

from accounts.permissions import NotAllowed
from audit.models import AuditEntry
from sales.models import Customer
from sales.services.customers import NamelessCustomer, ReferenceTaken, create_customer, update_customer
from tests.factories import NOW, CustomerFactory, StockedProductFactory, sell

pytestmark = pytest.mark.django_db


def test_without_a_reference_they_get_the_next_number_that_is_free(member):
    CustomerFactory(business=member.business, reference="K2")

    made = [create_customer(by=member, values={"name": name}, at=NOW).reference for name in ("Ada", "Grace")]

    assert made == ["K1", "K3"]


def test_a_reference_is_given_once_in_a_shop(member):
    CustomerFactory(reference="77")
    create_customer(by=member, values={"name": "Ada", "reference": "77"}, at=NOW)

    with pytest.raises(ReferenceTaken):
        create_customer(by=member, values={"name": "Grace", "reference": "77"}, at=NOW)


def test_needs_a_name(member):
    with pytest.raises(NamelessCustomer):
        create_customer(by=member, values={"name": "  "}, at=NOW)


def test_a_change_is_recorded_with_before_and_after_and_nothing_else_changes(member):
    ada = CustomerFactory(business=member.business, name="Ada", phone="1")

    update_customer(customer=ada, by=member, values={"phone": "2"}, at=NOW)

    entry = AuditEntry.objects.get(action="customer changed")
    assert (entry.before, entry.after) == ('{"phone": "1"}', '{"phone": "2"}')
    assert Customer.objects.get().name == "Ada"


def test_saving_without_a_change_records_nothing(member):
    ada = CustomerFactory(business=member.business)

    update_customer(customer=ada, by=member, values={"name": ada.name, "reference": ""}, at=NOW)

    assert not AuditEntry.objects.exists()


def test_a_viewer_changes_no_customer(viewer):
    with pytest.raises(NotAllowed):
        create_customer(by=viewer, values={"name": "Ada"}, at=NOW)
    with pytest.raises(NotAllowed):
        update_customer(customer=CustomerFactory(business=viewer.business), by=viewer, values={"name": "Eve"}, at=NOW)


def test_the_form_adds_and_changes_and_shows_refusals_at_their_field(logged_in, member):
    CustomerFactory(business=member.business, reference="7")

    page = logged_in.post(reverse("customer_new"), {"name": "Ada", "reference": "7"})
    assert "Another customer has the reference 7" in page.text
    assert 'aria-invalid="true"' in page.text

    logged_in.post(reverse("customer_new"), {"name": "Ada", "reference": "8"})
    ada = Customer.objects.get(name="Ada")
    logged_in.post(reverse("customer_edit", args=[ada.pk]), {"name": "Ada Byron", "reference": "8", "email": "ada@mail.example"})
    ada.refresh_from_db()
    assert (ada.name, ada.email) == ("Ada Byron", "ada@mail.example")


@pytest.mark.parametrize("text", ["byron", "ADA@", "0123", "K-9", "ada byron"])
def test_the_list_finds_by_any_part(logged_in, member, text):
    CustomerFactory(business=member.business, name="Ada Byron", email="ada@mail.example", phone="0123 4", reference="K-9")
    CustomerFactory(business=member.business, name="Grace")

    page = logged_in.get(reverse("customers"), {"q": text})

    assert [customer.name for customer in page.context["page"].items] == ["Ada Byron"]


def test_the_page_of_a_customer_shows_only_what_they_bought(logged_in, member):
    ada = CustomerFactory(business=member.business)
    product = StockedProductFactory(business=member.business, on_hand=50)
    hers = sell(member, {product: 1}, customer=ada)
    sell(member, {product: 1})

    page = logged_in.get(reverse("customer", args=[ada.pk]))

    assert list(page.context["page"].items) == [hers]
    assert page.context["totals"].total == 5


@pytest.mark.parametrize("name", ["customers", "till_search", "till_customer"])
@pytest.mark.parametrize("text", ["\x00", "%", "_", "'", "\\", "x" * 5000])
def test_any_text_may_be_searched_for(logged_in, member, name, text):
    CustomerFactory(business=member.business)

    assert logged_in.get(reverse(name), {"q": text}).status_code == 200
