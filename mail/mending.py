"""An address that was suppressed takes mail again."""

from datetime import datetime

from django.db import transaction

from common.db import unit_of_work
from mail import tasks
from mail.models import Suppression, same_address


@unit_of_work()
def write_again(*, address: str, at: datetime) -> bool:
    """Lift the suppression of an address, here and at SendGrid. False when there was none."""
    if not Suppression.objects.lift(address, at=at):
        return False
    transaction.on_commit(lambda: tasks.clear_at_provider.delay(address=same_address(address)), robust=True)
    return True
