"""What nobody has looked at for a day is told to the owners once more."""

from datetime import datetime, timedelta

from accounts.models import Business, Member
from accounts.permissions import Role
from alerts.digest_times import quiet_end
from alerts.letters import write_alerts
from alerts.models import Alert, AlertPreference, Channel
from alerts.queries import channel_for
from common.db import unit_of_work
from mail.outbox import post

A_DAY = timedelta(days=1)


def get_businesses(*, at: datetime) -> list[int]:
    """Where something is open that nobody has looked at for a day. Sample data never calls for anybody."""
    rows = Alert.objects.unseen_since(at - A_DAY).filter(business__has_sample_data=False)
    return list(rows.order_by().values_list("business_id", flat=True).distinct())


@unit_of_work()
def escalate(*, business: Business, at: datetime) -> int:
    """Tell the owners in one email each, unless they want none of the kind. How many alerts; a second caller finds none left."""
    waiting = Alert.objects.for_business(business).unseen_since(at - A_DAY)
    ids = list(waiting.values_list("pk", flat=True))
    if not waiting.filter(pk__in=ids).update(escalated_at=at):
        return 0
    alerts = list(Alert.objects.filter(pk__in=ids, escalated_at=at).order_by("raised_at", "pk"))
    owners = Member.objects.for_business(business).active().filter(role=Role.OWNER).select_related("user", "digest")
    chosen = {(row.member_id, row.kind): row.channel for row in AlertPreference.objects.filter(member__business=business)}
    letters = []
    for owner in owners:
        heard = [alert for alert in alerts if channel_for(owner, chosen, alert.kind) in {Channel.AT_ONCE, Channel.DIGEST}]
        if heard:
            until = quiet_end(owner, business, at)
            letters.append(
                write_alerts(member=owner, business=business, alerts=heard, at=at, not_before=until, nobody_looked=True)
            )
    post(letters)
    return len(alerts)
