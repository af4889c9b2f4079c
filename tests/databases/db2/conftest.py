import pytest
from django.db import connections

from tests.databases.db2.offline import ALIAS, plugged_in

BOTH = ["ours", pytest.param("stock", marks=pytest.mark.xfail(strict=True, reason="a fault of ibm_db_django 1.6.0.0"))]


@pytest.fixture(params=BOTH)
def db2(request, django_db_blocker):
    """Our backend, and beside it the stock one, on which the test must fail."""
    with django_db_blocker.unblock():
        yield plugged_in(request.param)
        del connections[ALIAS]


@pytest.fixture
def ours(django_db_blocker):
    """Our backend alone: for what the stock one does as well, or has not at all."""
    with django_db_blocker.unblock():
        yield plugged_in("ours")
        del connections[ALIAS]
