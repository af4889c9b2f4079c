from typing import Self

from django.db import models

from accounts.models.business import Business
from accounts.models.member import Member
from accounts.permissions import Role


class Scope(models.TextChoices):
    READ = "read", "Read"
    SELL = "sell", "Sell"
    STOCK = "stock", "Stock"
    EXPENSE = "expense", "Expenses"
    ADMIN = "admin", "Settings"


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def usable(self) -> Self:
        return self.filter(revoked_at=None, member__is_active=True, member__user__is_active=True)


class ApiKey(models.Model):
    """A program's way in: acts for the member who made it, with a role and scopes of its own."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="api_keys")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=10, choices=Role)
    scopes = models.CharField(max_length=80, default="", help_text="Space separated; none means all that the role may.")
    prefix = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    last_network = models.CharField(max_length=50, null=True, help_text="Roughly where it was last used from.")  # noqa: DJ001
    revoked_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def has_scope(self, scope: str) -> bool:
        return not self.scopes or scope in self.scopes.split()
