"""Categories and locations from a file, known by their names."""

import io

import pytest
from django.urls import reverse

from inventory.models import Category, Location
from tests.factories import CategoryFactory, LocationFactory
from tests.imports.helpers import bring_in, check, csv_file, errors

pytestmark = pytest.mark.django_db


def test_categories_come_in_and_again_change_nothing(member):
    rows = [("Name", "Reorder point"), ("Mugs", "3"), ("Teas", "")]

    assert bring_in(member, "categories", csv_file(*rows)).new_rows == 2
    assert list(Category.objects.values_list("name", "default_reorder_point")) == [("Mugs", 3), ("Teas", None)]
    assert bring_in(member, "categories", csv_file(*rows)).unchanged_rows == 2
    assert bring_in(member, "categories", csv_file(rows[0], ("mugs", "4"))).changed_rows == 1
    assert Category.objects.get(name="mugs").default_reorder_point == 4


def test_locations_come_in_and_again_change_nothing(member):
    rows = [("Location", "Active"), ("Cellar", "yes"), ("Attic", "no")]

    assert bring_in(member, "locations", csv_file(*rows)).new_rows == 2
    assert not Location.objects.get(name="Attic").is_active
    assert bring_in(member, "locations", csv_file(*rows)).unchanged_rows == 2


@pytest.mark.parametrize(
    ("kind", "head", "row", "field", "message"),
    [
        ("categories", ("Name", "Low at"), ("", "3"), "name", "The row has no name."),
        ("categories", ("Name", "Low at"), ("A", "x"), "default_reorder_point", "“x” is not a number."),
        ("categories", ("Name", "Low at"), ("A", "-1"), "default_reorder_point", "Enter 0 to"),
        ("categories", ("Name", "Low at"), ("A", "0.0001"), "default_reorder_point", "at most 3 decimal places"),
        ("locations", ("Name", "Active"), ("Shop floor", "no"), "is_active", "Shop floor is where sales come from"),
        ("locations", ("Name", "Active"), ("A", "perhaps"), "is_active", "neither yes nor no"),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason(member, kind, head, row, field, message):
    ((_, at, said),) = errors(check(member, kind, csv_file(head, row)))

    assert at == field
    assert message in said


def test_where_goods_lie_that_are_under_way_is_no_place_to_be_changed(member):
    LocationFactory(business=member.business, name="Under way", kind="transit")

    ((_, at, said),) = errors(check(member, "locations", csv_file(("Name", "Active"), ("Under way", "no"))))

    assert (at, said) == ("name", "Under way is where goods lie that are under way.")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_went_out_comes_in_again_unchanged(logged_in, member, ending):
    CategoryFactory(business=member.business, name="=Mugs", default_reorder_point=2)
    LocationFactory(business=member.business, name="-Cellar", is_active=False)
    for kind, number in (("categories", 1), ("locations", 2)):
        answer = logged_in.get(reverse(kind), {"file": ending})

        batch = bring_in(member, kind, io.BytesIO(b"".join(answer.streaming_content)))

        assert batch.counts == {"new": 0, "changed": 0, "unchanged": number, "error": 0}
