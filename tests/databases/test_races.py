"""What two tills do at the same moment, in two real processes, on whatever database the tests run on (rules 2, 8, 9)."""

import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal

import pytest
from django.utils import timezone

from common.models import IdempotentRequest
from inventory.models import StockMovement
from inventory.shelves import ProductRef
from sales.models import NumberSeries, Sale
from sales.services.till import add_to_basket
from tests.factories import StockedProductFactory, on_hand, sell

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]
PROCESSES = 2
PATIENCE = 120


@pytest.fixture
def race(process_env, member):
    """Runs a task `times` times in each of two processes, all let go at once; returns every outcome."""
    runners = []

    def start(task, times, **arguments):
        call = [
            sys.executable,
            "-m",
            "tests.databases.racer",
            task,
            json.dumps({"member": member.pk, "times": times, **arguments}),
        ]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        runners.extend(subprocess.Popen(call, env=process_env, **pipes) for _ in range(PROCESSES))
        for runner in runners:
            assert runner.stdout.readline() == "ready\n"
        for runner in runners:
            runner.stdin.write("go\n")
            runner.stdin.flush()
        return [tuple(outcome) for runner in runners for outcome in json.loads(runner.communicate(timeout=PATIENCE)[0])]

    yield start
    for runner in runners:
        runner.kill()
        runner.wait()


def test_fifty_sales_at_once_against_ten_units_make_exactly_ten(race, member):
    product = StockedProductFactory(business=member.business, name="Enamel mug", on_hand=10)

    outcomes = race("sell", 25, product=product.pk)

    assert Counter(code for code, _ in outcomes) == {"done": 10, "insufficient_stock": 40}
    assert {message for code, message in outcomes if code != "done"} == {"Enamel mug: only 0 left."}
    assert sorted(Sale.objects.values_list("number", flat=True)) == sorted(f"{_year()}-{n}" for n in range(1, 11))
    assert on_hand(product) == 0
    assert sum(StockMovement.objects.filter(product=product).values_list("quantity", flat=True)) == 0


def test_the_same_idempotency_key_from_two_processes_sells_once_and_answers_alike(race, member):
    product = StockedProductFactory(business=member.business, on_hand=50)

    outcomes = race("sell_once", 4, product=product.pk, key="till-1-basket-7")

    assert outcomes == [("done", Sale.objects.get().number)] * 8
    assert on_hand(product) == 49
    assert IdempotentRequest.objects.count() == 1


def test_a_basket_paid_by_two_clicks_at_once_is_sold_once(race, member):
    product = StockedProductFactory(business=member.business, on_hand=1)
    basket = add_to_basket(by=member, ref=ProductRef(product=product.pk), at=timezone.now())

    outcomes = race("pay", 4, key=basket.key)

    assert outcomes == [("done", Sale.objects.get().number)] * 8


def test_two_refunds_at_once_never_give_back_more_than_was_sold(race, member):
    product = StockedProductFactory(business=member.business, on_hand=50)
    line = sell(member, {product: 3}, at=timezone.now()).lines.get()

    outcomes = race("refund", 4, line=line.pk)

    codes = Counter(code for code, _ in outcomes)
    line.refresh_from_db()
    assert codes == {"done": 3, "more_than_remains": 5}
    assert line.refunded_quantity == 3
    assert sum(Sale.objects.values_list("total", flat=True)) == Decimal(0)
    assert on_hand(product) == 50


def test_numbers_taken_at_once_have_no_gap_and_no_twin(race, member):
    outcomes = race("take_number", 20)

    assert sorted(int(number) for _, number in outcomes) == list(range(1, 41))
    assert NumberSeries.objects.get(name="race").last == 40


def _year():
    return timezone.now().year
