import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts import trail
from accounts.models import ApiKey, Member
from accounts.permissions import Action
from accounts.services.security import KeyOccasion, in_nobodys_way, tell_of_key
from common.db import unit_of_work
from common.visitors import network_of

PREFIX = "tb_"
TOUCH_EVERY = timedelta(minutes=5)
SILENCE = timedelta(days=30)  # after which use from elsewhere is told


def hashed(secret: str) -> str:
    """SHA-256, which is enough for a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


@unit_of_work()
def create_api_key(*, by: Member, name: str, role: str, at: datetime, scopes: Sequence[str] = ()) -> tuple[ApiKey, str]:
    """A new key and its secret, which is shown this once and never stored."""
    by.must(Action.API_KEYS)
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        business_id=by.business_id,
        member=by,
        name=name,
        role=role,
        scopes=" ".join(sorted(scopes)),
        prefix=secret[:10],
        key_hash=hashed(secret),
        created_at=at,
    )
    trail.record(
        "API key made",
        key,
        by=by,
        at=at,
        after={"role": role, "scopes": key.scopes},
    )
    tell_of_key(key=key, occasion=KeyOccasion.MADE, at=at)
    return key, secret


@unit_of_work()
def revoke_api_key(*, key: ApiKey, by: Member, at: datetime) -> None:
    by.must(Action.API_KEYS)
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at):
        trail.record(
            "API key revoked",
            key,
            by=by,
            at=at,
        )


def find_api_key(*, secret: str) -> ApiKey | None:
    """The usable key of this secret with its member and business, in one query."""
    keys = ApiKey.objects.usable().select_related("member__business", "member__user")
    return keys.filter(key_hash=hashed(secret)).first()


def touch_api_key(*, key: ApiKey, address: str, at: datetime) -> None:
    """Note the use of a key, at most every few minutes, so that reading costs no write.

    Owners hear of its first use, and of use from another corner of the network after a month of silence.
    """
    if key.last_used_at is None or key.last_used_at < at - TOUCH_EVERY:
        with in_nobodys_way():
            _note_use(key, network_of(address), at)


def _note_use(key: ApiKey, network: str, at: datetime) -> None:
    before = key.last_used_at
    if not ApiKey.objects.filter(pk=key.pk, last_used_at=before).update(last_used_at=at, last_network=network):
        return  # another request noted it
    if before is None:
        tell_of_key(key=key, occasion=KeyOccasion.FIRST_USE, at=at, network=network)
    elif before < at - SILENCE and network != key.last_network:
        tell_of_key(key=key, occasion=KeyOccasion.BACK, at=at, network=network)
