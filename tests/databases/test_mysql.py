"""MySQL and MariaDB: what is one elsewhere is one there, what is two is two, and a search regards no case."""

import pytest
from django.core import checks
from django.db import connection

from common import mysql
from inventory.models import Product
from tests.factories import CustomerFactory, MemberFactory, ProductFactory

pytestmark = pytest.mark.django_db


def test_codes_that_differ_in_case_or_in_a_space_are_two():
    business = MemberFactory().business
    for sku in ("85099B", "85099b"):
        ProductFactory(business=business, sku=sku)

    assert Product.objects.filter(business=business, sku="85099b").count() == 1


@pytest.mark.parametrize("lookup", ["iexact", "icontains", "istartswith"])
def test_a_search_regards_no_case(lookup):
    customer = CustomerFactory(name="MARLOW 100 %")

    assert type(customer).objects.filter(**{f"name__{lookup}": "marlow 100 %"}).get() == customer
    assert not type(customer).objects.filter(**{f"name__{lookup}": "marlow 1_0 %"})


def test_a_database_that_tells_no_case_is_refused():
    if connection.vendor != "mysql":
        assert mysql.check_collation(None, databases=["default"]) == []
        return
    assert mysql.check_collation(None, databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT DATABASE()")
        name = cursor.fetchone()[0]
        cursor.execute(f"ALTER DATABASE `{name}` COLLATE utf8mb4_unicode_ci")
        try:
            found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
        finally:
            cursor.execute(f"ALTER DATABASE `{name}` COLLATE utf8mb4_bin")
    assert [message.id for message in found] == ["tillbook.E020"]
