from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from common.staff import ReadOnlyAdmin
from mail.models import Attachment, HourlyAllowance, MailEvent, OutboxMessage, Suppression

PERSONAL = {"security", "invitation"}  # they hold a link that lets its reader in


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    list_display = ("to", "kind", "subject", "business", "created_at", "attempts", "sent_at", "outcome", "last_error")
    list_filter = ("kind", "outcome", "created_at", "sent_at", "gave_up_at")
    list_select_related = ("business",)
    search_fields = ("to", "subject", "business__slug")
    fields = (
        "to", "kind", "business", "user", "subject", "content", "created_at", "due_at", "claimed_until", "attempts", "sent_at",
        "gave_up_at", "last_error", "provider_id", "outcome", "outcome_at",
    )  # fmt: skip
    readonly_fields = ("content",)
    actions = ("send_again",)

    @admin.display(description="text")
    def content(self, message: OutboxMessage) -> str:
        return "Not shown: it holds a personal link." if message.kind in PERSONAL else message.text

    @admin.action(description="Send again what was not sent", permissions=["view"])
    def send_again(self, request: HttpRequest, messages: QuerySet[OutboxMessage]) -> None:
        unsent = list(messages.filter(sent_at=None))
        for message in unsent:
            message.try_again(at=timezone.now())
            self.log_change(request, message, "Sent again by staff.")
        self.message_user(request, f"{len(unsent)} unsent messages are on their way again.")


@admin.register(MailEvent)
class MailEventAdmin(ReadOnlyAdmin):
    list_display = ("address", "kind", "detail", "happened_at", "received_at")
    list_filter = ("kind", "received_at")
    search_fields = ("address", "event_id")
    raw_id_fields = ("message",)


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    list_display = ("address", "reason", "detail", "since_at")
    list_filter = ("reason", "since_at")
    search_fields = ("address",)


@admin.register(HourlyAllowance)
class HourlyAllowanceAdmin(ReadOnlyAdmin):
    list_display = ("business", "hour", "used")
    list_select_related = ("business",)
    search_fields = ("business__slug",)


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    """Without its content."""

    list_display = ("name", "content_type", "message")
    list_select_related = ("message",)
    search_fields = ("name", "message__to")
    fields = ("message", "name", "content_type")
