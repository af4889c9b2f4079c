from collections.abc import Sequence
from datetime import datetime

from django.db import models

from accounts.models import Member
from audit import services as audit


def record(
    action: str,
    subject: models.Model,
    *,
    by: Member,
    at: datetime,
    before: audit.Values | None = None,
    after: audit.Values | None = None,
    reason: str = "",
    document: str = "",
) -> None:
    """Write an audit entry of what a member, or a program in their name, did in their business."""
    audit.record(
        action=action,
        subject=subject,
        at=at,
        business_id=by.business_id,
        user_id=by.user_id,
        via=by.via,
        before=before,
        after=after,
        reason=reason,
        document=document,
    )


def record_all(
    action: str, subjects: Sequence[tuple[models.Model, audit.Values]], *, by: Member, at: datetime, reason: str = ""
) -> None:
    """Write an audit entry for each of many things that a member did at once: one statement, however many."""
    audit.record_changes(
        action=action, changed=[(subject, {}, after) for subject, after in subjects], by=by, at=at, reason=reason
    )
