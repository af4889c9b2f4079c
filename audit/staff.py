"""What our staff do in the admin is audited under their own names."""

from typing import Any

from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from audit import services as audit
from common.staff import StaffAdmin


def note(request: HttpRequest, action: str, subject: models.Model, *, business_id: int | None, **details: Any) -> None:
    """Write down that this member of staff did `action` just now."""
    at = timezone.now()
    audit.record(
        action=action, subject=subject, at=at, business_id=business_id, user_id=request.user.pk, via=audit.STAFF, **details
    )


class AuditedAdmin(StaffAdmin):
    """For rows whose change is not a service's affair: each save and each deletion leaves an audit entry."""

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: Any) -> None:
        super().save_model(request, obj, form, change)
        names = [name for name in form.changed_data if name in form.cleaned_data]
        before = {name: str(form.initial.get(name, "")) for name in names} if change else None
        after = {name: str(form.cleaned_data[name]) for name in names}
        verb = "changed" if change else "added"
        note(request, f"{self.opts.verbose_name} {verb}", obj, business_id=_business(obj), before=before, after=after)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        note(request, f"{self.opts.verbose_name} deleted", obj, business_id=_business(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_model(request, row)


def _business(row: Any) -> int | None:
    return getattr(row, "business_id", None)
