"""What people are told for their safety: at once, at any hour, whatever they chose, and only by email."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum

from django.db import transaction

from accounts.models import ApiKey, KnownDevice, Member, User
from accounts.permissions import Role
from common.visitors import network_in_words
from mail.outbox import queue_email

logger = logging.getLogger(__name__)


class KeyOccasion(Enum):
    """What happened to an API key, as a subject line says it."""

    MADE = "was made"
    FIRST_USE = "was used for the first time"
    BACK = "is in use again, from a new address"


@contextmanager
def in_nobodys_way() -> Iterator[None]:
    """Whatever goes wrong here is logged and undone; the log-in or request that it watches goes on."""
    try:
        with transaction.atomic():
            yield
    except Exception:
        logger.exception("Somebody could not be told of a matter of security.")


def tell_of_sign_in(*, user: User, device: KnownDevice, at: datetime) -> None:
    """To the person themselves. The time is that of the business they work in."""
    member = user.current_member
    context = {
        "user": user,
        "browser": device.browser,
        "place": network_in_words(device.network),
        "at": at,
        "business": member.business if member else None,
    }
    queue_email(kind="new_sign_in", to=user.email, context=context, at=at, user_id=user.pk)


def tell_of_key(*, key: ApiKey, occasion: KeyOccasion, at: datetime, network: str = "") -> None:
    """To every owner of the key's business."""
    owners = Member.objects.filter(business_id=key.business_id, role=Role.OWNER).active().select_related("user", "business")
    for owner in owners.order_by("pk"):
        context = {
            "key": key,
            "maker": key.member.user,
            "occasion": occasion.value,
            "place": network_in_words(network) if network else "",
            "at": at,
            "business": owner.business,
        }
        queue_email(
            kind="key_use", to=owner.user.email, context=context, at=at, business_id=key.business_id, user_id=owner.user_id
        )
