import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from accounts import trail
from accounts.models import ApiKey, Member
from accounts.permissions import Action
from common.db import unit_of_work

PREFIX = "tb_"
TOUCH_EVERY = timedelta(minutes=5)


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


def touch_api_key(*, key: ApiKey, at: datetime) -> None:
    """Note the use of a key, at most every few minutes and not in its first ones, so that reading costs no write."""
    if (key.last_used_at or key.created_at) < at - TOUCH_EVERY:
        unseen = Q(last_used_at=None) | Q(last_used_at__lt=at - TOUCH_EVERY)
        ApiKey.objects.filter(unseen, pk=key.pk).update(last_used_at=at)
