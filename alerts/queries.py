from django.db.models import Count, OuterRef, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from accounts.models import Business, Member
from accounts.permissions import Action, Role
from accounts.riders import ride_along
from alerts.models import Alert, AlertKind, AlertPreference, AlertQuerySet, Channel

NEEDS: dict[str, Action] = {AlertKind.APPROVAL: Action.APPROVE_EXPENSE, AlertKind.WEBHOOK_OFF: Action.WEBHOOKS}
OF_BOOK = [AlertKind.BUDGET, AlertKind.UNUSUAL_EXPENSE, AlertKind.RECURRING_DUE, AlertKind.WEBHOOK_OFF]
PATIENT = {AlertKind.EXPIRING}


def open_alerts(business_id: OuterRef) -> Combinable:
    """How many alerts of a business are open, as a part of another query."""
    counted = Alert.objects.open().filter(business_id=business_id).order_by().values("business_id").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def get_alerts(*, business: Business, state: str, kind: str = "") -> AlertQuerySet:
    rows = Alert.objects.for_business(business).filter(state=state).select_related("resolved_by__user")
    return rows.filter(kind=kind) if kind else rows


ride_along("open_alerts", open_alerts)


def channel_for(member: Member, chosen: dict[tuple[int, str], str], kind: str) -> str:
    """What the member chose, else: owners and managers at once, or in the summary what can wait for it, others in the portal.

    Off for what they cannot act on.
    """
    if not may_act_on(member, kind):
        return Channel.OFF
    heard = Channel.DIGEST if kind in PATIENT else Channel.AT_ONCE
    default = heard if Role(member.role).rank >= Role.MANAGER.rank else Channel.PORTAL
    return chosen.get((member.pk, kind), default)


def may_act_on(member: Member, kind: str) -> bool:
    return kind not in NEEDS or member.may(NEEDS[kind])


def get_kinds(*, business: Business) -> list[AlertKind]:
    """What can be told of a business: all of it in a shop, of money alone in a personal book."""
    return list(AlertKind) if business.is_shop else OF_BOOK


def get_channels(*, member: Member) -> dict[str, str]:
    """How a member hears of each kind: what they chose, or the default of their role."""
    chosen = {(p.member_id, p.kind): p.channel for p in AlertPreference.objects.filter(member=member)}
    return {
        kind.value: channel_for(member, chosen, kind) for kind in get_kinds(business=member.business) if may_act_on(member, kind)
    }
