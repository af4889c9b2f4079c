"""Two processes and one shelf: nobody sells what is not there, and nothing is lost."""

import subprocess
import sys
from decimal import Decimal

from django.db.models import F

from common.db import retried
from inventory.models import StockLevel

TRIES = 40
STARTS_AND_ENDS_WITHIN = 300


@retried
def take_one(shelf_id: int) -> int:
    return StockLevel.objects.filter(pk=shelf_id, on_hand__gte=1).update(on_hand=F("on_hand") - Decimal(1))


def take_many(shelf_id: int) -> int:
    """What each process does: so many tries, and how many found something."""
    return sum(take_one(shelf_id) for _ in range(TRIES))


def race(shelf_id: int) -> list[int]:
    """How much each of two processes took."""
    command = [sys.executable, "manage.py", "db2check", "--take-from", str(shelf_id)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]  # noqa: S603 — our own command
    return [int(each.communicate(timeout=STARTS_AND_ENDS_WITHIN)[0].strip().splitlines()[-1]) for each in both]
