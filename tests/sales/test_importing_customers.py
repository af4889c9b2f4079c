"""Customers from a file: dry run first, each row new, changed, unchanged or wrong."""

import io

import pytest
from django.urls import reverse

from sales.models import Customer
from tests.factories import CustomerFactory, MemberFactory
from tests.imports.helpers import bring_in, check, csv_file, errors

pytestmark = pytest.mark.django_db
HEAD = ("Name", "Email", "Phone", "Reference", "Country", "Note")


def row(name, reference="", **said):
    return (name, said.get("email", ""), said.get("phone", ""), reference, said.get("country", ""), said.get("note", ""))


def test_customers_come_in_and_again_change_nothing(member):
    rows = [HEAD, row("Ada  King", "A-1", email="ada@king.example", country="GB", note="By post"), row("Bo Lind")]

    batch = bring_in(member, "customers", csv_file(*rows))

    assert batch.counts == {"new": 2, "changed": 0, "unchanged": 0, "error": 0}
    ada = Customer.objects.get(reference="A-1")
    assert (ada.name, ada.email, ada.country, ada.note) == ("Ada King", "ada@king.example", "GB", "By post")
    assert Customer.objects.get(name="Bo Lind").reference == "K1"
    assert bring_in(member, "customers", csv_file(*rows)).counts["unchanged"] == 2
    assert Customer.objects.count() == 2


def test_the_reference_says_who_it_is_and_an_empty_cell_leaves_what_is_there(member):
    CustomerFactory(business=member.business, name="Ada", reference="A-1", email="ada@king.example")

    batch = bring_in(member, "customers", csv_file(HEAD, row("Ada King", "A-1", phone="1")))

    ada = Customer.objects.get()
    assert (batch.changed_rows, ada.name, ada.email, ada.phone) == (1, "Ada King", "ada@king.example", "1")


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        (row("", "A-9"), "name", "The row has no name."),
        (row("N" * 121), "name", "is longer than 120 characters."),
        (row("A", email="nonsense"), "email", "“nonsense” is not an email address."),
        (row("Two"), "reference", "2 customers have this name. Say which by the reference."),
        (row("Good"), "", "This stands in row 2 already."),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason(member, wrong, field, message):
    CustomerFactory.create_batch(2, business=member.business, name="Two")

    batch = check(member, "customers", csv_file(HEAD, row("Good"), wrong))

    ((number, at, said),) = errors(batch)
    assert (number, at, batch.new_rows) == (3, field, 1)
    assert message in said


def test_customers_of_others_are_not_known(member):
    CustomerFactory(business=MemberFactory().business, name="Ada", reference="A-1")

    assert check(member, "customers", csv_file(HEAD, row("Ada", "A-1"))).new_rows == 1


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_customers_that_went_out_come_in_again_unchanged(logged_in, member, ending):
    CustomerFactory(
        business=member.business, name="=Ada", reference="0012", email="a@b.example", phone="+44 1", country="GB", note="=now"
    )
    file = io.BytesIO(b"".join(logged_in.get(reverse("customers"), {"file": ending}).streaming_content))

    batch = bring_in(member, "customers", file)

    assert batch.counts == {"new": 0, "changed": 0, "unchanged": 1, "error": 0}, errors(batch)


@pytest.mark.parametrize("count", [1, 20])
def test_checking_costs_the_same_at_any_number(member, count, django_assert_max_num_queries):
    rows = [row(f"Customer {number}", f"C-{number}") for number in range(count)]

    with django_assert_max_num_queries(40):
        check(member, "customers", csv_file(HEAD, *rows))
