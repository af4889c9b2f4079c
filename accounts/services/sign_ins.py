"""From where a person logs in: the first time from somewhere new, they are told."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import FORGOTTEN_AFTER, KnownDevice, User
from accounts.services.keys import hashed
from accounts.services.security import tell_of_sign_in
from common.db import unit_of_work

LONGEST_TOKEN = 64
SEEN_EVERY = timedelta(days=1)


@dataclass(frozen=True)
class Visitor:
    """Who logs in: the token that their browser kept from us, if any, its name, and its corner of the network."""

    token: str
    browser: str
    network: str

    @property
    def is_remembered(self) -> bool:
        return 0 < len(self.token) <= LONGEST_TOKEN


@unit_of_work()
def note_sign_in(*, user: User, visitor: Visitor, is_first: bool, at: datetime) -> str:
    """Know this browser from now on, and tell the person unless they were seen in it or near it, or never logged in before.

    The token that it is to keep comes back.
    """
    token = visitor.token if visitor.is_remembered else secrets.token_urlsafe(32)
    alike = KnownDevice.objects.filter(user=user).alike(
        token_hash=hashed(token), browser=visitor.browser, network=visitor.network
    )
    known = {device.token_hash: device for device in alike}
    mine = known.get(hashed(token))
    if mine:
        _seen_again(mine, visitor, at)
        return token
    device, is_new = KnownDevice.objects.get_or_create(
        user=user,
        token_hash=hashed(token),
        defaults={"browser": visitor.browser, "network": visitor.network, "first_seen_at": at, "last_seen_at": at},
    )
    if is_new and not known and not is_first:
        tell_of_sign_in(user=user, device=device, at=at)
    return token


@unit_of_work()
def disown(*, user: User, token: str) -> int:
    """Know no browser of this person any more but the one that they are in now."""
    others = KnownDevice.objects.filter(user=user).exclude(token_hash=hashed(token))
    return others.delete()[0]


@unit_of_work()
def forget_old_devices(*, at: datetime) -> int:
    return KnownDevice.objects.unseen_since(at - FORGOTTEN_AFTER).delete()[0]


def _seen_again(device: KnownDevice, visitor: Visitor, at: datetime) -> None:
    has_moved = (device.browser, device.network) != (visitor.browser, visitor.network)
    if has_moved or device.last_seen_at <= at - SEEN_EVERY:
        KnownDevice.objects.filter(pk=device.pk).update(browser=visitor.browser, network=visitor.network, last_seen_at=at)
