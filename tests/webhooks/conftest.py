from collections.abc import Iterator

import pytest

from alerts.models import AlertKind
from tests.factories import NOW
from tests.webhooks.receiver import Receiver, receiver
from webhooks.models import Delivery, Endpoint
from webhooks.outbox import draft
from webhooks.services import create_endpoint


@pytest.fixture
def program(settings) -> Iterator[Receiver]:
    """A program on this machine, to which plain http may go in these tests."""
    settings.WEBHOOK_TO_OURSELVES = True
    settings.WEBHOOK_PATIENCE = 5.0
    settings.SITE_URL = "https://till.example"
    with receiver() as listening:
        yield listening


@pytest.fixture
def endpoint(owner, program) -> Endpoint:
    """It wants to hear of all kinds."""
    return create_endpoint(by=owner, url=program.url, kinds=AlertKind.values, at=NOW)


@pytest.fixture
def event(endpoint) -> Delivery:
    """One that waits, and that no task has in hand."""
    row = draft(endpoint=endpoint, kind="alert.opened", subject="Rye loaf é", data={"subject": "Rye loaf é"}, at=NOW)
    row.save()
    return row
