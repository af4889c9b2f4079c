import pytest

from accounts.models import Member
from imports import desk
from imports.models import ImportBatch, ImportState
from imports.services import start
from inventory.models import Product
from tests.factories import NOW
from tests.imports.helpers import check, csv_file

pytestmark = pytest.mark.django_db


def test_a_second_check_that_stopped_is_resumed_as_a_check(member: Member) -> None:
    batch = check(member, "products", csv_file(("SKU", "Name", "Price"), ("P1", "Thing", "1.00")))
    start.begin_check(batch=batch, by=member, at=NOW)
    ImportBatch.objects.update(state=ImportState.FAILED)

    desk.resume(batch=batch, by=member, at=NOW)

    batch.refresh_from_db()
    assert batch.state == ImportState.READY
    assert not Product.objects.exists()
