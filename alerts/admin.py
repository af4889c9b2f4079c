from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.businesses import for_each, seat
from alerts.models import Alert, AlertPreference, DigestPreference, DigestRun
from alerts.services import resolve
from audit.staff import note
from common.staff import ReadOnlyAdmin


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    list_display = ("subject", "kind", "state", "business", "raised_at", "snoozed_until", "resolved_at")
    list_filter = ("state", "kind", "raised_at")
    list_select_related = ("business",)
    search_fields = ("subject", "subject_key", "business__slug")
    actions = ("resolve",)

    @admin.action(description="Resolve", permissions=["resolve"])
    def resolve(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        def act(alert: Alert) -> None:
            resolve(alert=alert, by=seat(request, alert.business), at=timezone.now(), note="Resolved by Tillbook's staff.")
            note(request, "alert resolved", alert, business_id=alert.business_id)

        for_each(self, request, rows, act, "{count} alerts are resolved.")

    def has_resolve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("alerts.change_alert")


@admin.register(AlertPreference)
class AlertPreferenceAdmin(ReadOnlyAdmin):
    list_display = ("member_email", "business", "kind", "channel")
    list_filter = ("kind", "channel")
    list_select_related = ("member__user", "member__business")
    search_fields = ("member__user__email", "member__business__slug")

    @admin.display(description="member")
    def member_email(self, preference: AlertPreference) -> str:
        return preference.member.user.email

    @admin.display
    def business(self, preference: AlertPreference) -> str:
        return preference.member.business.name


@admin.register(DigestPreference)
class DigestPreferenceAdmin(ReadOnlyAdmin):
    list_display = ("member", "is_on", "rhythm", "hour", "weekday", "timezone")
    list_filter = ("is_on", "rhythm")
    list_select_related = ("member",)
    search_fields = ("member__user__email", "member__business__slug")


@admin.register(DigestRun)
class DigestRunAdmin(ReadOnlyAdmin):
    list_display = ("member", "rhythm", "run_on", "was_sent")
    list_filter = ("rhythm", "was_sent", "run_on")
    list_select_related = ("member",)
    search_fields = ("member__user__email", "member__business__slug")
