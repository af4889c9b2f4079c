"""What a night came to, and whether it went as it must."""

import os
from collections import Counter
from dataclasses import dataclass

from tests.benchmarks.meters import cpu_seconds, servers_below
from tests.benchmarks.night_crew import Crew

REFUSALS = {"429": "429", "500": "500", "silence": "silent"}


@dataclass(frozen=True)
class Found:
    shops: int
    due: int
    kills: int
    seconds: dict[str, float]
    taken: Counter[str]
    answers: dict[str, int]


def report(found: Found, crew: Crew) -> int:
    """Print it as a table; 1 when a message went twice or never, or the night was easier than asked for."""
    from mail.models import OutboxMessage  # noqa: PLC0415  (models exist once Django is set up)

    rows = OutboxMessage.objects.all()
    ids = {str(pk) for pk in rows.values_list("pk", flat=True)}
    twice = sum(count > 1 for count in found.taken.values())
    lost, gave_up = len(ids - set(found.taken)), rows.exclude(gave_up_at=None).count()
    asked, refused = sum(found.answers.values()), sum(found.answers[name] for name in REFUSALS)
    database = cpu_seconds(servers_below(os.getpid(), "postgres"))
    lines = {
        "shops": found.shops,
        "due": found.due,
        "written": f"{len(ids)} {dict(Counter(rows.values_list('kind', flat=True)))}",
        "taken": found.taken.total(),
        "twice": twice,
        "lost": lost,
        "given up": gave_up,
        "workers killed": f"{crew.killed} of {found.kills}",
        **{said: found.answers[name] for name, said in REFUSALS.items()},
        "refused or silent": f"{refused} of {asked}, {100 * refused / max(asked, 1):.1f} %",
        **{f"{name}, s": f"{seconds:.0f}" for name, seconds in found.seconds.items()},
        "in all, s": f"{sum(found.seconds.values()):.0f}",
        "workers, MiB at most": f"{crew.most_mib:.0f}, one process {crew.most_of_one:.0f}",
        "CPU of workers, s": f"{crew.cpu:.0f}, {1000 * crew.cpu / max(found.due, 1):.1f} ms a message",
        "CPU of PostgreSQL, s": f"{database:.0f}",
    }
    print("\n".join(f"{name:22} {value}" for name, value in lines.items()), flush=True)
    right = len(ids) == found.due == found.taken.total() and not (twice or lost or gave_up)
    return int(not right or crew.killed < found.kills)
