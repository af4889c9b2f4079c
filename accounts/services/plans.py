from datetime import datetime

from accounts import trail
from accounts.models import Business, Member, Plan
from accounts.permissions import Action
from common.db import unit_of_work


@unit_of_work()
def change_plan(*, business: Business, plan: Plan, by: Member, at: datetime) -> bool:
    """Start or end the premium plan. False when it is so already."""
    by.must(Action.SETTINGS)
    before = business.plan
    if not Business.objects.filter(pk=business.pk).exclude(plan=plan).update(plan=plan):
        return False
    business.plan = plan
    trail.record(
        "plan changed",
        business,
        by=by,
        at=at,
        before={"plan": before},
        after={"plan": plan},
    )
    return True
