"""Two processes with four workers each take up the same events at the same moment."""

from collections import Counter
from json import loads

import pytest
from django.utils import timezone

from alerts.models import AlertKind
from tests.webhooks.receiver import receiver
from webhooks.models import Delivery
from webhooks.outbox import draft
from webhooks.services import create_endpoint

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]
EVENTS = 20


def test_each_event_is_sent_once_however_many_workers_take_it_up(race, owner, settings, process_env):
    settings.WEBHOOK_TO_OURSELVES = True
    process_env["WEBHOOK_TO_OURSELVES"] = "1"
    with receiver() as program:
        endpoint = create_endpoint(by=owner, url=program.url, kinds=AlertKind.values, at=timezone.now())
        rows = [draft(endpoint=endpoint, kind="alert.opened", subject=str(n), data={}, at=timezone.now()) for n in range(EVENTS)]
        for row in rows:
            row.save()

        outcomes = race("deliver", 4)

        assert set(outcomes) == {("done", "")}
        assert Counter(loads(body)["id"] for body in program.bodies) == {row.event_id: 1 for row in rows}
    assert not Delivery.objects.filter(sent_at=None).exists()
