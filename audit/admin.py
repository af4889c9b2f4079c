from django.contrib import admin
from django.contrib.admin.models import LogEntry

from audit.models import AuditEntry
from common.staff import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "business", "user", "via", "action", "subject", "document")
    list_filter = ("at", "subject_type")
    list_select_related = ("business", "user")
    search_fields = ("action", "subject", "document", "user__email", "business__slug")


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """Django's own notes of what staff did here."""

    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag", "change_message")
    list_filter = ("action_flag", "action_time")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "change_message", "user__email")
