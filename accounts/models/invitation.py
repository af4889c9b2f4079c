from datetime import datetime
from typing import Self

from django.db import models

from accounts.models.business import Business
from accounts.models.member import Member
from accounts.permissions import Role


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def open(self, *, at: datetime) -> Self:
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)


class Invitation(models.Model):
    """A seat offered by email; the link's token is stored as its SHA-256 only."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"
