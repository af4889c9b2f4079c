from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.models import KnownDevice, User
from audit.staff import AuditedAdmin, note
from common.staff import ChangeOnlyAdmin, ReadOnlyAdmin

for model in (Authenticator, EmailAddress, Group, UserSession):
    admin.site.unregister(model)  # their own pages show secrets, or count whole tables

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


def with_content_types(permissions: Any) -> Any:
    """A choice of permissions whose labels cost one query, not one each."""
    permissions.queryset = permissions.queryset.select_related("content_type")
    return permissions


@admin.register(User)
class UserAdmin(AuditedAdmin, ChangeOnlyAdmin):
    """People sign up themselves. Nobody sets a password here; the forgotten-password page does."""

    list_display = ("email", "name", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "date_joined")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "date_joined", "last_login", "current_member", *RIGHTS)
    filter_horizontal = ("groups", "user_permissions")
    always = ("email", "date_joined", "last_login", "current_member")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return self.always if request.user.is_superuser else (*self.always, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Staff mend customers; only a superuser mends staff."""
        if obj is not None and (obj.is_staff or obj.is_superuser) and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return with_content_types(field) if db_field.name == "user_permissions" else field


@admin.register(Group)
class GroupAdmin(AuditedAdmin):
    list_display = ("name",)
    search_fields = ("name",)
    filter_horizontal = ("permissions",)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return with_content_types(field)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ("email", "user", "primary", "verified")
    list_filter = ("primary", "verified")
    list_select_related = ("user",)
    search_fields = ("email", "user__email")


class _RemovableAdmin(AuditedAdmin):
    """To be seen and, for a person who asks, removed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Authenticator)
class AuthenticatorAdmin(_RemovableAdmin):
    """A second factor, without its secret. Removing it lets in a person who lost their phone."""

    list_display = ("user", "kind", "created_at", "last_used_at")
    list_filter = ("type", "created_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = ("user", "type", "created_at", "last_used_at")

    @admin.display(description="type")
    def kind(self, authenticator: Authenticator) -> str:
        return str(authenticator.get_type_display())


@admin.register(UserSession)
class UserSessionAdmin(_RemovableAdmin):
    """Where somebody is signed in, without the key that proves it. Removing it signs them out."""

    list_display = ("user", "created_at", "last_seen_at", "ip", "user_agent")
    list_filter = ("created_at",)
    list_select_related = ("user",)
    search_fields = ("user__email", "ip")
    fields = ("user", "created_at", "last_seen_at", "ip", "user_agent")

    def delete_model(self, request: HttpRequest, obj: UserSession) -> None:
        note(request, "session ended", obj, business_id=None)
        obj.end()


@admin.register(KnownDevice)
class KnownDeviceAdmin(ReadOnlyAdmin):
    """From where somebody has logged in, without what their browser keeps."""

    list_display = ("user", "browser", "network", "first_seen_at", "last_seen_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = ("user", "browser", "network", "first_seen_at", "last_seen_at")
