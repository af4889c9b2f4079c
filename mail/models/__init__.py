from mail.models.allowance import HourlyAllowance
from mail.models.attachment import Attachment
from mail.models.event import EventKind, MailEvent
from mail.models.outbox import OutboxMessage, OutboxQuerySet, Outcome
from mail.models.suppression import Suppression, SuppressionReason, same_address

__all__ = [
    "Attachment",
    "EventKind",
    "HourlyAllowance",
    "MailEvent",
    "OutboxMessage",
    "OutboxQuerySet",
    "Outcome",
    "Suppression",
    "SuppressionReason",
    "same_address",
]
