from datetime import datetime

from accounts.models import ApiKey, Business, Invitation, Member
from accounts.models.api_key import ApiKeyQuerySet
from accounts.models.invitation import InvitationQuerySet
from accounts.models.member import MemberQuerySet


def get_team(*, business: Business) -> MemberQuerySet:
    return Member.objects.for_business(business).active().select_related("user").order_by("user__name", "pk")


def get_open_invitations(*, business: Business, at: datetime) -> InvitationQuerySet:
    return Invitation.objects.for_business(business).open(at=at).select_related("invited_by__user").order_by("-created_at", "pk")


def get_api_keys(*, business: Business) -> ApiKeyQuerySet:
    """Those that work first, then the revoked ones, newest first."""
    keys = ApiKey.objects.for_business(business).select_related("member__user")
    return keys.order_by("-created_at", "-pk")


def get_everybody(*, business: Business) -> MemberQuerySet:
    """Those who left too, since ledgers name them."""
    return Member.objects.for_business(business).select_related("user").order_by("user__name", "pk")
