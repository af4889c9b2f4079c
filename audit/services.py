import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from audit.models import AuditEntry

BATCH = 500
Values = Mapping[str, Any]
STAFF = "admin"  # what our own people come through


class Actor(Protocol):
    """Who did it: a member, as the layer above has them."""

    business_id: int
    user_id: int
    via: str


def record(
    *,
    action: str,
    subject: models.Model,
    at: datetime,
    business_id: int | None,
    user_id: int | None,
    via: str = "",
    before: Values | None = None,
    after: Values | None = None,
    reason: str = "",
    document: str = "",
) -> None:
    """Write one audit entry, in the caller's transaction. `before` and `after` hold only what changed."""
    AuditEntry.objects.create(
        business_id=business_id,
        user_id=user_id,
        via=via,
        at=at,
        action=action,
        subject_type=subject._meta.model_name or "",
        subject_id=str(subject.pk),
        subject=str(subject)[:255],
        before=_text(before),
        after=_text(after),
        reason=reason[:255],
        document=document[:80],
    )


def record_changes(
    *,
    action: str,
    changed: Sequence[tuple[models.Model, Values, Values]],
    by: "Actor",
    at: datetime,
    reason: str = "",
    document: str = "",
) -> None:
    """Write one audit entry for each of many things that one act changed: the thing, what was and what is."""
    entries = [
        AuditEntry(
            business_id=by.business_id,
            user_id=by.user_id,
            via=by.via,
            at=at,
            action=action,
            subject_type=subject._meta.model_name or "",
            subject_id=str(subject.pk),
            subject=str(subject)[:255],
            before=_text(before),
            after=_text(after),
            reason=reason[:255],
            document=document[:80],
        )
        for subject, before, after in changed
    ]
    AuditEntry.objects.bulk_create(entries, batch_size=BATCH)


def changes(before: Values, after: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """What differs between two states of the same thing, as (before, after)."""
    changed = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in changed}, {name: after[name] for name in changed}


def _text(values: Values | None) -> str:
    return json.dumps(values, cls=DjangoJSONEncoder) if values else ""
