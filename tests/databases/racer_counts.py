"""What people race for when they count stock, enter bills and change prices; see racer.py."""

import time
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Member
from common.db import unit_of_work
from inventory.models import Product, Stocktake
from inventory.services.bulk_changes import BulkChange, Change
from inventory.services.bulk_edit import Seen, change_products
from inventory.services.catalogue import update_product
from inventory.services.stocktake import Counted, add_counts, approve_stocktake, start_stocktake
from inventory.shelves import ProductRef
from purchasing.models import PurchaseOrder
from purchasing.services.bills import Charge, bill_order
from sales.services.basket import BasketLine
from sales.services.sell import record_sale

A_WHILE = 0.02  # seconds that a transaction stays open, so that others meet it
Arguments = dict[str, Any]


def bill(arguments: Arguments) -> str:
    """The last bill of an order, as two people with the same letter enter it; by its number or each by one of their own."""
    by = member_of(arguments)
    number = "R-1" if arguments["same"] else f"R-{arguments['runner']}-{arguments['turn']}"
    charge = Charge(number=number, amount=Decimal(arguments["amount"]), billed_on=timezone.now().date())
    order = PurchaseOrder.objects.select_related("business", "supplier").get(pk=arguments["order"])
    return bill_order(order=order, charge=charge, by=by, at=timezone.now()).number


def count(arguments: Arguments) -> str:
    """One more of the same product, by several people in one count."""
    stocktake = Stocktake.objects.select_related("business", "location").get(pk=arguments["stocktake"])
    _count(stocktake, arguments, 1)
    return ""


def count_or_sell(arguments: Arguments) -> str:
    """One process sells and takes a while to end, the other counts and approves meanwhile: never what the books say."""
    by = member_of(arguments)
    if arguments["runner"]:
        with unit_of_work():
            line = BasketLine(ProductRef(product=arguments["product"]), Decimal(1))
            record_sale(by=by, lines=[line], at=timezone.now())
            time.sleep(A_WHILE)
        return ""
    stocktake = start_stocktake(by=by, at=timezone.now())
    _count(stocktake, arguments, 1000 * (arguments["turn"] + 1))
    approve_stocktake(stocktake=stocktake, by=by, at=timezone.now())
    return ""


def approve(arguments: Arguments) -> str:
    stocktake = Stocktake.objects.select_related("business", "location").get(pk=arguments["stocktake"])
    approve_stocktake(stocktake=stocktake, by=member_of(arguments), at=timezone.now())
    return ""


def reprice(arguments: Arguments) -> str:
    """One process raises a price in the list, the other the prices of many; all saw the first version."""
    by, pk = member_of(arguments), arguments["products"][0]
    if arguments["runner"]:
        product = Product.objects.select_related("business", "category").get(pk=pk)
        update_product(product=product, by=by, values={"price": product.price + 1}, version=1, at=timezone.now())
        return "one"
    seen = {pk: Seen(1) for pk in arguments["products"]}
    change_products(by=by, change=Change(BulkChange.PRICE_AMOUNT, Decimal(1)), seen=seen, at=timezone.now(), partial=False)
    return "many"


def _count(stocktake: Stocktake, arguments: Arguments, quantity: int) -> None:
    counted = Counted(ProductRef(product=arguments["product"]), Decimal(quantity))
    add_counts(stocktake=stocktake, by=member_of(arguments), counts=[counted], at=timezone.now())


def member_of(arguments: Arguments) -> Member:
    return Member.objects.select_related("business", "user").get(pk=arguments["member"])
