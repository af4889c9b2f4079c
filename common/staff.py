"""The built-in admin as our staff use it: what every page of it has in common."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from common.errors import DomainError


class StaffAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Never counts a whole table, never offers a table as a drop-down, says a refusal in its own words."""

    show_full_result_count = False
    list_per_page = 50
    ordering = ("-pk",)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


class _Unchangeable:
    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(_Unchangeable, StaffAdmin):
    """A ledger, or what only services write: to be read and searched. A correction is a new row, made by a service."""


class ReadOnlyInline(_Unchangeable, admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    can_delete = False
    show_change_link = True


class ChangeOnlyAdmin(StaffAdmin):
    """Rows that are born elsewhere and stay: staff may mend them, neither add nor delete."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
