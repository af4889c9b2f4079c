import pytest

from tests.factories import StockedProductFactory


@pytest.fixture
def milk(member):
    """It expires; there is none yet."""
    return StockedProductFactory(business=member.business, name="Milk", on_hand=0, tracks_batches=True)
