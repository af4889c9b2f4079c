from django.contrib import admin

from common.models import DailyRun, IdempotentRequest
from common.staff import ReadOnlyAdmin


@admin.register(IdempotentRequest)
class IdempotentRequestAdmin(ReadOnlyAdmin):
    """Without its answer, which may hold an API key that was shown once."""

    list_display = ("key", "business", "status", "created_at")
    list_filter = ("status", "created_at")
    list_select_related = ("business",)
    search_fields = ("key", "business__slug")
    fields = ("business", "key", "fingerprint", "status", "created_at")


@admin.register(DailyRun)
class DailyRunAdmin(ReadOnlyAdmin):
    list_display = ("job", "business", "run_on")
    list_filter = ("job", "run_on")
    list_select_related = ("business",)
    search_fields = ("job", "business__slug")
