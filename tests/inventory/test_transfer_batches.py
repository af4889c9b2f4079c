"""Goods that expire keep their batches on the way."""

from datetime import timedelta

import pytest

from inventory.services.batch_proof import find_wrong_batches
from inventory.services.end_transfer import close_transfer
from tests.factories import NOW
from tests.factories.stock import arrived, place, transferred
from tests.inventory.test_batches import LATER, SOON, held, receive

pytestmark = pytest.mark.django_db


def test_what_expires_first_is_sent_first_and_comes_with_its_batch(member, milk):
    receive(member, milk, 5, LATER)
    receive(member, milk, 5, SOON)
    stall, transfer = place(member), transferred(member, milk, 7)

    arrived(member, transfer, 6)
    there = held(milk, stall)
    close_transfer(transfer=transfer, by=member, at=NOW + timedelta(hours=1))

    assert there == {SOON: 5, LATER: 1}
    assert held(milk, transfer.source) == {LATER: 4}
    assert find_wrong_batches(business=member.business) == []
