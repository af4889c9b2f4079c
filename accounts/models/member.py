from typing import Any, Self

from django.db import models

from accounts.models.business import Business
from accounts.models.user import User
from accounts.permissions import Action, NotAllowed, Role


class MemberQuerySet(models.QuerySet["Member"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def active(self) -> Self:
        return self.filter(is_active=True, user__is_active=True)


class Member(models.Model):
    """A user in a business, with a role. Left members stay, since ledgers name them."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.CLERK)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "user"], name="member_once")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.via = ""  # the API key or command that acts for this person, for the audit

    def __str__(self) -> str:
        return f"{self.user_id} in {self.business_id} as {self.role}"

    def may(self, action: Action) -> bool:
        return action.allowed_to(self.role)

    def must(self, action: Action) -> None:
        """Raise NotAllowed unless the role suffices."""
        if not self.may(action):
            raise NotAllowed(action.refusal)

    @property
    def sees_costs(self) -> bool:
        return not self.business.hide_costs or Role(self.role).rank >= Role.MANAGER.rank
