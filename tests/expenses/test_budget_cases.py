"""Worked cases of budgets, whose facts come from other systems, on the days that are easily got wrong.

The file they are kept in lies beside a checkout of ours and not in it, so its facts are here in our own words; where it is
present, each of its cases is computed as well, and one that is not here fails.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.urls import reverse

from accounts.models import Business
from expenses.models import BudgetCrossing
from expenses.periods import CarryOver, Every, Schedule
from expenses.positions import State, Terms, position
from expenses.queries import get_budgets, get_positions
from expenses.services.record import OverBudget
from expenses.services.watch import check_business
from tests.factories.expenses import budget, spend
from tests.factories.recurring import recurring
from tests.people import client_of

D = Decimal
FILES = [Path(__file__).parents[up] / "shared/cases/budgets.yaml" for up in (3, 4)]
FILE = next((path for path in FILES if path.is_file()), None)
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 10)

KNOWN = [
    # Eleven of twenty million are spent and five are ordered: the order is allowed, and four are left.
    {"id": "B2", "source": "erpnext#36610", "limit": "20000000", "spent": "11000000", "order": "5000000", "left": "4000000"},
    # A month was overspent by 22, all of which is carried over.
    {
        "id": "B3",
        "source": "Monarch",
        "carry_over": "all",
        "previous_left": "-22",
        "limit": "1430",
        "spent": "629",
        "left": "779",
    },
]
SEEN = {"id", "source", "limit", "spent", "order", "left", "carry_over", "previous_left", "outcome"}


def computed(case):
    """The position of February; January left what the case says was left before."""
    limit, spent = D(case["limit"]), {FEBRUARY: D(case["spent"])}
    if "previous_left" in case:
        spent[JANUARY] = limit - D(case["previous_left"])
    committed = {FEBRUARY: D(case["order"])} if "order" in case else {}
    carry = CarryOver(case.get("carry_over", "none"))
    where = position(Terms(Schedule(Every.MONTHLY, JANUARY), carry, [(date.min, limit)], [D(80)]), FEBRUARY, spent, committed)
    assert where is not None
    return where


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: f"{case['id']} {case['source']}")
def test_a_known_case_leaves_what_its_source_says(case):
    where = computed(case)

    assert where.left == D(case["left"])
    assert where.state is not State.OVER


def test_no_case_of_the_file_is_missing_here_or_comes_out_otherwise():
    cases = yaml.safe_load(FILE.read_text()) if FILE else KNOWN

    for case in cases:
        over = {"allowed": False, "refused": True}.get(case.get("outcome"))
        where = computed(case)
        assert where.left == D(case["left"]), case["id"]
        assert over in {None, where.state is State.OVER}, case["id"]
        assert case.keys() <= SEEN, case
    assert {case["id"] for case in KNOWN} == {case["id"] for case in cases}


MONTHS = [
    (date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 28)),
    (date(2024, 1, 1), date(2024, 1, 31), date(2024, 2, 29)),
    (date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 31)),
    (date(2024, 1, 31), date(2024, 2, 28), date(2024, 2, 29)),  # from a 31st: the leap day begins the second month
    (date(2026, 1, 31), date(2026, 2, 27), date(2026, 2, 28)),
    (date(2024, 2, 29), date(2024, 3, 28), date(2024, 4, 28)),
    (date(2026, 2, 1), date(2026, 2, 1), date(2026, 3, 29)),  # Europe's clocks go on
    (date(2025, 9, 30), date(2025, 10, 29), date(2025, 10, 30)),  # and back in between
]
WEST_AND_EAST = ["Pacific/Niue", "America/St_Johns", "Europe/London", "Pacific/Kiritimati"]


@pytest.mark.parametrize("zone", WEST_AND_EAST)
@pytest.mark.parametrize(("starts_on", "before", "today"), MONTHS)
def test_a_month_overspent_on_its_last_day_is_carried_to_the_first_and_the_last_of_the_next(
    zone, starts_on, before, today, member
):
    Business.objects.update(timezone=zone)
    budget(member, 1430, carry_over="all", starts_on=starts_on)

    spend(member, 1452, before)
    (now,) = spend(member, 629, today).budgets

    assert (now.position.carried, now.position.left) == (-22, 779)
    assert now.position.period.first <= today <= now.position.period.last
    ((first,), (last,)) = (stands(member, day) for day in (now.position.period.first, now.position.period.last))
    assert first == last == now.position


@pytest.mark.parametrize(("starts_on", "before", "today"), MONTHS)
def test_what_is_ordered_leaves_the_rest_to_be_spent_and_not_a_penny_more(starts_on, before, today, member, clerk):
    Business.objects.update(clerks_need_approval=False)
    clerk.refresh_from_db()
    budget(member, 20_000_000, starts_on=starts_on, mode="stop")
    rent = recurring(member, "FREQ=YEARLY", starts_on=today, amount=D(5_000_000), handled_until=today - timedelta(days=1))
    spend(member, 11_000_000, today)

    (here,) = stands(member, today)
    assert (here.committed, here.left) == (5_000_000, 4_000_000)
    with pytest.raises(OverBudget):
        spend(clerk, "4000000.01", today)
    spend(clerk, 4_000_000, today)

    rent.delete()
    assert [where.left for where in stands(member, today)] == [5_000_000]


@pytest.mark.parametrize(
    ("zone", "moment", "first"),
    [
        ("Pacific/Kiritimati", datetime(2026, 1, 31, 10, 30, tzinfo=UTC), date(2026, 2, 1)),
        ("Pacific/Niue", datetime(2026, 2, 1, 10, 30, tzinfo=UTC), date(2026, 1, 1)),
        ("Pacific/Auckland", datetime(2024, 2, 29, 11, 30, tzinfo=UTC), date(2024, 3, 1)),
        ("America/New_York", datetime(2024, 3, 1, 4, 30, tzinfo=UTC), date(2024, 2, 1)),
        ("Europe/London", datetime(2026, 3, 31, 23, 30, tzinfo=UTC), date(2026, 4, 1)),  # an hour ahead since the 29th
        ("Europe/London", datetime(2026, 10, 31, 23, 30, tzinfo=UTC), date(2026, 10, 1)),  # and no more since the 25th
        ("America/New_York", datetime(2026, 11, 1, 3, 59, tzinfo=UTC), date(2026, 10, 1)),  # four hours behind until that night
        ("America/New_York", datetime(2026, 12, 1, 4, 59, tzinfo=UTC), date(2026, 11, 1)),  # five from then on
        ("Australia/Lord_Howe", datetime(2026, 4, 30, 13, 29, tzinfo=UTC), date(2026, 4, 1)),  # half an hour, since the 5th
    ],
)
def test_the_schedule_and_the_page_look_at_the_month_in_which_the_business_is(zone, moment, first, member, frozen_time):
    Business.objects.update(timezone=zone)
    member.business.refresh_from_db()
    food = budget(member, 100, starts_on=date(2024, 1, 1))
    spend(member, 90, first)
    BudgetCrossing.objects.all().delete()
    frozen_time.move_to(moment)

    check_business(business=member.business, at=moment)

    assert list(BudgetCrossing.objects.values_list("period_from", flat=True)) == [first]
    page = client_of(member).get(reverse("budget", args=[food.pk]))
    assert page.context["bar"].each.position.period.first == first


def stands(member, on):
    return [each.position for each in get_positions(member.business, get_budgets(member.business), on)]
