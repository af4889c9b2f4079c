"""Many people at once with one stock: `python -m tests.benchmarks.crowd [SECONDS] [PROCESSES]` (60 and 20), on PostgreSQL.

For each method of valuation a shop of fifty products at three places. Each process does what a member does, through the
services: sells, refunds, voids, sets aside, orders, receives (by order too, and for an earlier day), bills, sends back, adds
freight, takes, adjusts, moves, counts, recounts and approves. Then it is proved that everything adds up (`crowd_proof`). It
fails on any finding, and on any exception that is not a refusal. Seconds depend on the machine; docs/benchmarks.md keeps some.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.benchmarks.__main__ import machinery

METHODS = ("average", "fifo")
PATIENCE = 300.0


def let_go(members: Sequence[int], *, seconds: float, env: Mapping[str, str]) -> Counter[str]:
    """All start when the last is ready; what came of their acts, together."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    call = [sys.executable, "-m", "tests.benchmarks.crowd_hand"]
    hands = [subprocess.Popen([*call, str(pk), str(seconds)], env=env, **pipes) for pk in members]
    try:
        for hand in hands:
            if hand.stdout.readline() != "ready\n":
                raise RuntimeError("One of the crowd did not come.")
        for hand in hands:
            hand.stdin.write("go\n")
            hand.stdin.flush()
        seen: Counter[str] = Counter()
        for hand in hands:
            seen.update(json.loads(hand.communicate(timeout=seconds + PATIENCE)[0]))
        return seen
    finally:
        for hand in hands:
            hand.kill()
            hand.wait()


def broken(seen: Mapping[str, float]) -> list[str]:
    return [outcome for outcome in seen if ": broken: " in outcome]


def say(method: str, seen: Counter[str], processes: int) -> None:
    spent, again = seen.pop("seconds"), seen.pop("began anew", 0)
    done = sum(number for outcome, number in seen.items() if outcome.endswith(": done"))
    acts = f"{sum(seen.values())} acts by {processes} processes in {spent / processes:.0f} s"
    print(f"\n{method}: {acts}, {done} done, {again} deadlocks")
    for outcome, number in sorted(seen.items()):
        print(f"  {outcome}: {number}")


def main(seconds: float, processes: int) -> int:
    found: list[str] = []
    with machinery():
        from django.db import connection  # noqa: PLC0415  (models exist once Django is set up)
        from django.utils import timezone  # noqa: PLC0415

        from inventory.models import StockMovement  # noqa: PLC0415
        from tests.benchmarks.crowd_proof import findings  # noqa: PLC0415
        from tests.benchmarks.crowd_shop import build  # noqa: PLC0415

        for method in METHODS:
            members = build(method=method, people=processes, at=timezone.now())
            connection.close()
            seen = let_go([member.pk for member in members], seconds=seconds, env=os.environ)
            found += broken(seen)
            say(method, seen, processes)
            business = members[0].business
            wrong = findings(business)
            found += wrong
            print(f"  movements {StockMovement.objects.for_business(business).count()}, findings {len(wrong)}", flush=True)
    print("\n".join(found[:50]) or "\nEverything adds up.")
    return int(bool(found))


if __name__ == "__main__":
    numbers = [int(value) for value in sys.argv[1:]]
    sys.exit(main(*(numbers + [60, 20][len(numbers) :])))
