"""Writes what endpoints are told, in the transaction of its cause; it leaves right after, and by the sweep if that fails."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import Member
from accounts.permissions import Action
from common.db import create_all, unit_of_work
from common.errors import DomainError
from webhooks import tasks
from webhooks.delivery import TEST
from webhooks.models import Delivery, Endpoint, EndpointState
from webhooks.payload import event


class NotOn(DomainError):
    code = "webhook_not_on"


class BeingSent(DomainError):
    code = "being_sent"


def queue(rows: Sequence[Delivery]) -> list[Delivery]:
    """Keep deliveries and send them after the commit."""
    kept = create_all(Delivery, rows)
    for row in kept:
        _hurry(row)
    return kept


def draft(*, endpoint: Endpoint, kind: str, subject: str, data: dict[str, Any], at: datetime) -> Delivery:
    """A delivery with an id of its own, not yet kept."""
    event_id = f"evt_{uuid4().hex}"
    body = json.dumps(event(event_id=event_id, kind=kind, business=endpoint.business, data=data, at=at), ensure_ascii=False)
    return Delivery(
        endpoint=endpoint,
        event_id=event_id,
        kind=kind,
        subject=subject[:255],
        body=body,
        created_at=at,
        due_at=at,
        claimed_until=at,
    )


@unit_of_work()
def send_test(*, endpoint: Endpoint, by: Member, at: datetime) -> Delivery:
    """An event that says nothing, tried once, so that its maker sees whether it arrives."""
    by.must(Action.WEBHOOKS)
    _must_be_on(endpoint)
    said = {"message": "It works: this is a test from Tillbook."}
    return queue([draft(endpoint=endpoint, kind=TEST, subject="A test", data=said, at=at)])[0]


@unit_of_work()
def redeliver(*, delivery: Delivery, by: Member, at: datetime) -> None:
    """Send an event once more, under the same id, whether it was taken or given up."""
    by.must(Action.WEBHOOKS)
    _must_be_on(delivery.endpoint)
    if not delivery.send_again(at=at):
        raise BeingSent("It is being sent at this moment.")
    _hurry(delivery)


def _must_be_on(endpoint: Endpoint) -> None:
    if endpoint.state is not EndpointState.ON:
        raise NotOn("Switch the webhook on first.")


def _hurry(delivery: Delivery) -> None:
    transaction.on_commit(lambda: tasks.deliver.delay(delivery_id=delivery.pk), robust=True)
