from django.contrib import admin

from common.staff import ReadOnlyAdmin
from webhooks.models import Delivery, Endpoint


@admin.register(Endpoint)
class EndpointAdmin(ReadOnlyAdmin):
    """Without what its secret is made of."""

    list_display = ("url", "business", "kinds", "created_at", "paused_at", "switched_off_at", "failing_since")
    list_select_related = ("business",)
    search_fields = ("url", "business__slug")
    fields = ("business", "url", "kinds", "created_at", "paused_at", "switched_off_at", "failing_since", "resting_until")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = (
        "kind",
        "subject",
        "endpoint",
        "created_at",
        "attempts",
        "sent_at",
        "gave_up_at",
        "response_code",
        "last_error",
    )
    list_filter = ("kind", "created_at", "sent_at", "gave_up_at")
    list_select_related = ("endpoint",)
    search_fields = ("event_id", "endpoint__url", "endpoint__business__slug")
