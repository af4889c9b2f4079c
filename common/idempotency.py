"""Rule 8: a retry with the same key and body returns the first result and does nothing again."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from common.db import retried, unit_of_work
from common.errors import DomainError
from common.models import IdempotentRequest

KEPT_FOR = timedelta(days=14)
TRIES = 3


class IdempotencyConflict(DomainError):
    code = "idempotency_conflict"


@dataclass(frozen=True)
class Answer:
    """What the first request was told; `body` is JSON text."""

    status: int
    body: str
    replayed: bool = False


class _KeyTaken(Exception):
    pass


def fingerprint(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def run_once(*, business_id: int, key: str, body: str, at: datetime, work: Callable[[], Answer]) -> Answer:
    """Do `work` in one transaction, or replay its first answer. Two at once: one works, the other waits.

    `body` is a fingerprint of the request. Raises IdempotencyConflict for the same key with another one.
    A refused request leaves no trace, so it may be mended and sent again under its key.
    """
    if not key:
        with unit_of_work():
            return work()
    for _ in range(TRIES):
        try:
            return _first(business_id, key, body, at, work)
        except _KeyTaken:
            if stored := _replay(business_id, key, body):
                return stored
    raise IdempotencyConflict("Another request with this key is still running. Try again in a moment.")


@retried
def _first(business_id: int, key: str, body: str, at: datetime, work: Callable[[], Answer]) -> Answer:
    with unit_of_work():
        try:
            request = IdempotentRequest.objects.create(business_id=business_id, key=key, fingerprint=body, created_at=at)
        except IntegrityError as error:
            raise _KeyTaken from error
        answer = work()
        IdempotentRequest.objects.filter(pk=request.pk).update(status=answer.status, answer=answer.body)
        return answer


def _replay(business_id: int, key: str, body: str) -> Answer | None:
    with transaction.atomic():
        stored = IdempotentRequest.objects.filter(business_id=business_id, key=key).first()
    if stored is None:
        return None
    if stored.fingerprint != body:
        raise IdempotencyConflict("This idempotency key was used before with another request.")
    return Answer(stored.status, stored.answer, replayed=True)


def forget_old_requests(*, at: datetime) -> int:
    deleted, _ = IdempotentRequest.objects.filter(created_at__lt=at - KEPT_FOR).delete()
    return deleted
