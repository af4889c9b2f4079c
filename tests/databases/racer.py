"""One of several processes that do the same thing at the same moment: `python -m tests.databases.racer TASK ARGUMENTS`.

It says "ready", waits for a line, then runs the task in threads, and prints one JSON list of what each attempt came to.
"""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  (models need a Django that is set up)
from django.utils import timezone  # noqa: E402

from accounts.models import Member  # noqa: E402
from alerts import digests  # noqa: E402
from alerts.services import set_preferences  # noqa: E402
from common.db import retried, unit_of_work  # noqa: E402
from common.errors import DomainError  # noqa: E402
from common.idempotency import Answer, run_once  # noqa: E402
from expenses.models import Expense, ExpenseCategory  # noqa: E402
from expenses.services import posting  # noqa: E402
from expenses.services.closing import close_books  # noqa: E402
from expenses.services.record import Entry, record_expense  # noqa: E402
from inventory.models import StockTransfer  # noqa: E402
from inventory.services import receive_transfer as transfers  # noqa: E402
from inventory.services import send_transfer as send  # noqa: E402
from inventory.services.receive_transfer import Arrived  # noqa: E402
from inventory.services.stock import StockLine, receive_stock, take_stock, transfer_stock  # noqa: E402
from inventory.shelves import ProductRef  # noqa: E402
from mail.models import HourlyAllowance  # noqa: E402
from purchasing.models import PurchaseOrder  # noqa: E402
from purchasing.services.receive import Came, receive_order  # noqa: E402
from sales.models import NumberSeries, SaleLine  # noqa: E402
from sales.services.basket import BasketLine  # noqa: E402
from sales.services.sell import record_sale  # noqa: E402
from sales.services.till import hold_basket, pay_basket  # noqa: E402
from sales.services.undo import RefundLine, refund_sale, void_sale  # noqa: E402
from tests.databases import racer_counts  # noqa: E402
from webhooks import delivery as webhook_delivery  # noqa: E402
from webhooks.models import Delivery  # noqa: E402

THREADS = 4
A_WHILE = 0.02  # seconds that a transaction stays open, so that others meet it
Arguments = dict[str, Any]


def sell(arguments: Arguments) -> str:
    return record_sale(by=_member(arguments), lines=[_line(arguments)], at=timezone.now()).number


def sell_once(arguments: Arguments) -> str:
    """The same sale under one idempotency key, as a network repeats it."""
    member = _member(arguments)

    def work() -> Answer:
        return Answer(201, record_sale(by=member, lines=[_line(arguments)], at=timezone.now()).number)

    return run_once(business_id=member.business_id, key=arguments["key"], body="same", at=timezone.now(), work=work).body


def pay(arguments: Arguments) -> str:
    """The same basket, as two clicks pay it."""
    return pay_basket(by=_member(arguments), key=arguments["key"], tenders=None, at=timezone.now()).number


def hold_or_sell(arguments: Arguments) -> str:
    """One process sells, the other puts baskets of the same product aside."""
    if not arguments["runner"]:
        return sell(arguments)
    pk, key = arguments["baskets"][arguments["turn"]]
    return hold_basket(by=_member(arguments | {"member": pk}), key=key, at=timezone.now()).key


def refund(arguments: Arguments) -> str:
    line = SaleLine.objects.select_related("sale__business").get(pk=arguments["line"])
    lines = [RefundLine(line, Decimal(1))]
    return refund_sale(sale=line.sale, lines=lines, by=_member(arguments), reason="Faulty", at=timezone.now()).number


def refund_or_receive(arguments: Arguments) -> str:
    """One process refunds sales that went below zero, the other receives what corrects their cost. No second try."""
    with unit_of_work():
        if not arguments["runner"]:
            return refund(arguments | {"line": arguments["lines"][arguments["turn"]]})
        line = StockLine(ProductRef(product=arguments["product"]), Decimal(1), unit_cost=Decimal(arguments["turn"] + 2))
        receive_stock(by=_member(arguments), lines=[line], at=timezone.now())
    return ""


def void_or_receive(arguments: Arguments) -> str:
    if arguments["runner"]:
        return refund_or_receive(arguments)
    line = SaleLine.objects.select_related("sale__business").get(pk=arguments["lines"][arguments["turn"]])
    with unit_of_work():
        return void_sale(sale=line.sale, by=_member(arguments), reason="Entered wrongly", at=timezone.now()).number


def take_here(arguments: Arguments) -> str:
    """One of each product in turn, at this process's own place. No second try: nobody may be in anybody's way for good."""
    with unit_of_work():
        _take(arguments, [arguments["products"][arguments["turn"]]], arguments["places"][arguments["runner"]])
        time.sleep(A_WHILE)
    return ""


def take_all(arguments: Arguments) -> str:
    """One of all products, in the order given by one process and backwards by the other. No second try."""
    products = arguments["products"][:: -1 if arguments["runner"] else 1]
    with unit_of_work():
        _take(arguments, products, None)
    return ""


@retried
def take_number(arguments: Arguments) -> str:
    """Begun anew after a deadlock, as a request is: MariaDB has one where two begin a series."""
    with unit_of_work():
        return str(NumberSeries.objects.take_next(_member(arguments).business, "race"))


def spend(arguments: Arguments) -> str:
    """The same amount on each category in turn. No second try: nobody may be in anybody's way for good."""
    by, category = _member(arguments), ExpenseCategory.objects.get(pk=arguments["categories"][arguments["turn"]])
    entry = Entry(spent_on=timezone.now().date(), amount=Decimal(arguments["amount"]), category=category)
    with unit_of_work():
        record_expense(by=by, entry=entry, at=timezone.now())
        time.sleep(A_WHILE)
    return ""


def receive_or_sell(arguments: Arguments) -> str:
    """One process receives at a cost of its own each time, the other sells, below zero too. They write the same book."""
    if arguments["runner"]:
        return sell(arguments)
    line = StockLine(ProductRef(product=arguments["product"]), Decimal(2), unit_cost=Decimal(arguments["turn"] + 1))
    receive_stock(by=_member(arguments), lines=[line], at=timezone.now())
    return ""


def sell_or_move(arguments: Arguments) -> str:
    """One process sells, the other carries what it sells to another place. No second try."""
    if not arguments["runner"]:
        return sell(arguments)
    lines = [StockLine(ProductRef(product=arguments["product"]), Decimal(1))]
    transfer_stock(by=_member(arguments), lines=lines, from_id=None, to_id=arguments["to"], at=timezone.now())
    return "moved"


def receive(arguments: Arguments) -> str:
    """All of an order's one line, as two people with the same delivery note do."""
    order = PurchaseOrder.objects.select_related("business", "supplier").get(pk=arguments["order"])
    came = [Came(arguments["line"], Decimal(arguments["quantity"]))]
    return receive_order(order=order, by=_member(arguments), lines=came, at=timezone.now()).number


def receive_transfer(arguments: Arguments) -> str:
    """Some of a transfer's one line, as two people at the same van do."""
    transfer = StockTransfer.objects.select_related("business", "source", "target").get(pk=arguments["transfer"])
    came = [Arrived(arguments["line"], Decimal(arguments["quantity"]))]
    return transfers.receive_transfer(transfer=transfer, by=_member(arguments), lines=came, at=timezone.now()).number


def send_transfer(arguments: Arguments) -> str:
    """One of a product, to the same place."""
    lines = [StockLine(ProductRef(product=arguments["product"]), Decimal(1))]
    return send.send_transfer(by=_member(arguments), lines=lines, to_id=arguments["to"], at=timezone.now()).number


def post_due(arguments: Arguments) -> str:
    """A beat that posts what has fallen due."""
    return str(posting.post_due(business=_member(arguments).business, at=timezone.now()))


def write_digests(arguments: Arguments) -> str:
    """A beat that writes the summaries that are due."""
    return str(digests.write_due(businesses=[_member(arguments).business], at=datetime.fromisoformat(arguments["at"])))


def choose(arguments: Arguments) -> str:
    """One and the same channel for each kind, another one at each save."""
    channel = arguments["channels"][(arguments["turn"] + arguments["runner"]) % len(arguments["channels"])]
    set_preferences(member=_member(arguments), channels=dict.fromkeys(arguments["kinds"], channel))
    return ""


def deliver(arguments: Arguments) -> str:
    """A worker that takes up every event of a webhook that waits."""
    for row in Delivery.objects.select_related("endpoint__business").order_by("pk"):
        webhook_delivery.send(delivery=row, at=timezone.now())
    return ""


def spend_back(arguments: Arguments) -> str:
    """Expenses of a day that is being closed, one after another until they are refused; each takes a while."""
    member = _member(arguments)
    category = ExpenseCategory.objects.get(pk=arguments["category"])
    entry = Entry(spent_on=date.fromisoformat(arguments["on"]), amount=Decimal(1), category=category)
    while True:
        _spend_slowly(member, entry)


@unit_of_work()
def _spend_slowly(member: Member, entry: Entry) -> None:
    record_expense(by=member, entry=entry, at=timezone.now())
    time.sleep(A_WHILE)


def close_and_count(arguments: Arguments) -> str:
    """Closes the books up to a day, and says how many expenses there are in the moment in which they are closed."""
    member = _member(arguments)
    time.sleep(A_WHILE * 10)
    close_books(by=member, until=date.fromisoformat(arguments["on"]), at=timezone.now())
    return str(Expense.objects.filter(business=member.business).count())


def take_allowance(arguments: Arguments) -> str:
    """One message of a business's hour."""
    hour = datetime.fromisoformat(arguments["at"])
    return str(HourlyAllowance.objects.take(business_id=_member(arguments).business_id, hour=hour, most=arguments["most"]))


TASKS: dict[str, Callable[[Arguments], str]] = {
    "sell": sell,
    "reprice": racer_counts.reprice,
    "sell_once": sell_once,
    "pay": pay,
    "refund": refund,
    "take_here": take_here,
    "take_all": take_all,
    "take_number": take_number,
    "post_due": post_due,
    "write_digests": write_digests,
    "take_allowance": take_allowance,
    "choose": choose,
    "deliver": deliver,
    "spend": spend,
    "spend_back": spend_back,
    "close_and_count": close_and_count,
    "receive_or_sell": receive_or_sell,
    "receive": receive,
    "bill": racer_counts.bill,
    "count": racer_counts.count,
    "count_or_sell": racer_counts.count_or_sell,
    "approve": racer_counts.approve,
    "hold_or_sell": hold_or_sell,
    "refund_or_receive": refund_or_receive,
    "void_or_receive": void_or_receive,
    "sell_or_move": sell_or_move,
    "receive_transfer": receive_transfer,
    "send_transfer": send_transfer,
}


def _member(arguments: Arguments) -> Member:
    return Member.objects.select_related("business", "user").get(pk=arguments["member"])


def _line(arguments: Arguments) -> BasketLine:
    return BasketLine(ProductRef(product=arguments["product"]), Decimal(1))


def _take(arguments: Arguments, products: list[int], place: int | None) -> None:
    lines = [StockLine(ProductRef(product=pk), Decimal(1)) for pk in products]
    take_stock(by=_member(arguments), lines=lines, reason="Eaten", at=timezone.now(), location_id=place)


def _attempt(task: Callable[[Arguments], str], arguments: Arguments) -> tuple[str, str]:
    try:
        return "done", task(arguments)
    except DomainError as refused:
        return refused.code, refused.message
    except Exception as error:  # noqa: BLE001  (a race must show what it broke)
        return "broken", repr(error)
    finally:
        connection.close()


def main(name: str, arguments: Arguments) -> None:
    _say("ready")
    sys.stdin.readline()
    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(lambda n: _attempt(TASKS[name], arguments | {"turn": n}), range(arguments["times"])))
    _say(json.dumps(outcomes))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
