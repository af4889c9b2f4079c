"""Six processes with one stock for some seconds: everything adds up afterwards, and nothing but refusals came in between."""

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Business
from tests.benchmarks.crowd import broken, let_go
from tests.benchmarks.crowd_proof import findings
from tests.benchmarks.crowd_shop import fill

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]
PROCESSES, SECONDS = 6, 5


@pytest.mark.skipif(connection.vendor == "sqlite", reason="One writes at a time there; crowds are for servers.")
@pytest.mark.parametrize("method", ["average", "fifo"])
def test_what_a_crowd_leaves_behind_adds_up(process_env, owner, method):
    Business.objects.filter(pk=owner.business.pk).update(valuation=method)
    owner.business.valuation = method
    members = fill(owner=owner, people=PROCESSES, at=timezone.now())

    seen = let_go([member.pk for member in members], seconds=SECONDS, env=process_env)

    assert broken(seen) == []
    assert sum(number for outcome, number in seen.items() if outcome.endswith(": done")) > PROCESSES
    assert findings(owner.business) == []
