"""One of a crowd: does what people do with stock, through the services, until its time is over.

`python -m tests.benchmarks.crowd_hand MEMBER SECONDS` says "ready", waits for a line, then works, and prints one
JSON object: what came of each act, how often, and how often a deadlock made it begin anew.
"""

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402  (models need a Django that is set up)

import common.db  # noqa: E402
from accounts.models import Member  # noqa: E402
from common.errors import DomainError  # noqa: E402
from tests.benchmarks.crowd_acts import ACTS, Hand  # noqa: E402

DONE, BROKEN, AGAIN = "done", "broken", "began anew"


def watch_races(seen: Counter[str]) -> None:
    """Counts what was undone because somebody else came first."""
    judge = common.db.is_lost_race

    def counted(error: BaseException) -> bool:
        lost = judge(error)
        seen[AGAIN] += lost
        return lost

    common.db.is_lost_race = counted


def attempt(act: Callable[[Hand], object], hand: Hand) -> str:
    hand.at = timezone.now()
    try:
        act(hand)
    except DomainError as refused:
        return refused.code
    except Exception as error:  # noqa: BLE001  (what a crowd breaks must be seen)
        return f"{BROKEN}: {error!r}"[:300]
    return DONE


def work(member: Member, seconds: float) -> Counter[str]:
    seen: Counter[str] = Counter()
    watch_races(seen)
    hand = Hand(member, random.Random(member.pk))
    acts, weights = zip(*ACTS.items(), strict=True)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        (act,) = hand.draw.choices(acts, weights)
        seen[f"{act.__name__}: {attempt(act, hand)}"] += 1
    return seen


def main(pk: int, seconds: float) -> None:
    member = Member.objects.select_related("business", "user").get(pk=pk)
    print("ready", flush=True)
    sys.stdin.readline()
    began = timezone.now()
    seen = work(member, seconds)
    print(json.dumps(seen | {"seconds": (timezone.now() - began) / timedelta(seconds=1)}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
