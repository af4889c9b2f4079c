from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import ApiKey, Business, Invitation, Member, Plan, User
from accounts.services.businesses import SETTINGS, update_business
from accounts.services.keys import revoke_api_key
from accounts.services.plans import change_plan
from accounts.services.staff import staff_seat
from accounts.services.team import change_role, remove_member, revoke_invitation
from common.errors import DomainError
from common.staff import ChangeOnlyAdmin, ReadOnlyAdmin

Rows = QuerySet[Any]


def seat(request: HttpRequest, business: Business) -> Member:
    """The person behind this request, in a customer's business."""
    assert isinstance(request.user, User)  # noqa: S101  (the admin lets nobody else in)
    return staff_seat(user=request.user, business=business)


def for_each(page: "admin.ModelAdmin[Any]", request: HttpRequest, rows: Rows, act: Callable[[Any], object], done: str) -> None:
    """Do `act` to each chosen row; say how many went well, and each refusal in its own words."""
    count = 0
    for row in rows:
        try:
            act(row)
            count += 1
        except DomainError as refusal:
            page.message_user(request, f"{row}: {refusal.message}", messages.ERROR)
    if count:
        page.message_user(request, done.format(count=count))


@admin.register(Business)
class BusinessAdmin(ChangeOnlyAdmin):
    list_display = ("name", "slug", "kind", "plan", "currency", "timezone", "has_sample_data", "created_at")
    list_filter = ("kind", "plan", "has_sample_data", "created_at")
    search_fields = ("name", "slug")
    fields = ("slug", "kind", "plan", *SETTINGS, "has_sample_data", "version", "created_at")
    readonly_fields = ("slug", "kind", "plan", "has_sample_data", "version", "created_at")
    actions = ["start_premium", "end_premium"]  # apps above add theirs

    def save_model(self, request: HttpRequest, obj: Business, form: "ModelForm[Business]", change: Any) -> None:
        business = Business.objects.get(pk=obj.pk)
        values = {name: form.cleaned_data[name] for name in SETTINGS}
        update_business(business=business, by=seat(request, business), values=values, at=timezone.now())

    @admin.action(description="Start the premium plan", permissions=["change"])
    def start_premium(self, request: HttpRequest, rows: Rows) -> None:
        self._plan(request, rows, Plan.PREMIUM)

    @admin.action(description="End the premium plan", permissions=["change"])
    def end_premium(self, request: HttpRequest, rows: Rows) -> None:
        self._plan(request, rows, Plan.FREE)

    def _plan(self, request: HttpRequest, rows: Rows, plan: Plan) -> None:
        def act(business: Business) -> None:
            change_plan(business=business, plan=plan, by=seat(request, business), at=timezone.now())

        for_each(self, request, rows, act, f"{{count}} businesses are on the {plan.label.lower()} plan.")


@admin.register(Member)
class MemberAdmin(ChangeOnlyAdmin):
    list_display = ("user", "business", "role", "is_active", "joined_at")
    list_filter = ("role", "is_active", "joined_at")
    list_select_related = ("user", "business")
    search_fields = ("user__email", "user__name", "business__slug")
    fields = ("business", "user", "role", "is_active", "joined_at")
    readonly_fields = ("business", "user", "is_active", "joined_at")
    actions = ("deactivate",)

    def save_model(self, request: HttpRequest, obj: Member, form: "ModelForm[Member]", change: Any) -> None:
        member = Member.objects.select_related("business").get(pk=obj.pk)
        change_role(member=member, role=obj.role, by=seat(request, member.business), at=timezone.now())

    @admin.action(description="Close these seats", permissions=["change"])
    def deactivate(self, request: HttpRequest, rows: Rows) -> None:
        def act(member: Member) -> None:
            remove_member(member=member, by=seat(request, member.business), at=timezone.now())

        for_each(self, request, rows.filter(is_active=True), act, "{count} seats are closed.")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Without the hash of its link."""

    list_display = ("email", "business", "role", "created_at", "expires_at", "accepted_at", "revoked_at")
    list_filter = ("role", "created_at", "accepted_at", "revoked_at")
    list_select_related = ("business",)
    search_fields = ("email", "business__slug")
    fields = ("business", "email", "role", "invited_by", "created_at", "expires_at", "accepted_at", "revoked_at")
    actions = ("withdraw",)

    @admin.action(description="Withdraw", permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, rows: Rows) -> None:
        def act(invitation: Invitation) -> None:
            revoke_invitation(invitation=invitation, by=seat(request, invitation.business), at=timezone.now())

        for_each(self, request, rows, act, "{count} invitations are withdrawn.")

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_invitation")


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Without its hash."""

    list_display = ("name", "prefix", "business", "role", "created_at", "last_used_at", "revoked_at")
    list_filter = ("role", "created_at", "revoked_at")
    list_select_related = ("business",)
    search_fields = ("name", "prefix", "business__slug")
    fields = ("business", "member", "name", "role", "scopes", "prefix", "created_at", "last_used_at", "revoked_at")
    actions = ("revoke",)

    @admin.action(description="Revoke", permissions=["revoke"])
    def revoke(self, request: HttpRequest, rows: Rows) -> None:
        def act(key: ApiKey) -> None:
            revoke_api_key(key=key, by=seat(request, key.business), at=timezone.now())

        for_each(self, request, rows, act, "{count} keys are revoked.")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_apikey")
