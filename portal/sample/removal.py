"""Takes sample data out of a business, so that its owner can begin in earnest."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from accounts import trail
from accounts.models import Business, Member
from accounts.permissions import Action
from alerts.models import Alert
from audit.models import AuditEntry
from common.db import delete_at_once, unit_of_work
from common.errors import DomainError
from common.models import IdempotentRequest
from expenses.models import (
    Account,
    Attachment,
    Budget,
    BudgetCrossing,
    BudgetMove,
    BudgetRevision,
    ClosedPeriods,
    ExchangeRate,
    Expense,
    FilingRule,
    Occurrence,
    Payee,
    Reconciliation,
    RecurringExpense,
    Split,
    StatementLine,
    Tag,
    Transfer,
)
from expenses.services.papers import drop_all
from imports.models import ColumnMapping, ImportBatch, ImportIssue
from inventory.models import (
    Barcode,
    Batch,
    BatchLevel,
    BatchMovement,
    BulkEdit,
    BulkEditRow,
    Category,
    CostCorrection,
    LandedCost,
    Location,
    MovementCost,
    Pack,
    Product,
    Reservation,
    StockLevel,
    StockMovement,
    StockSeries,
    Stocktake,
    StocktakeCount,
    StocktakeLine,
    StockTransfer,
    StockTransferLine,
)
from mail.models import Attachment as MailAttachment
from mail.models import HourlyAllowance, MailEvent, OutboxMessage
from portal.sample.shop import VIA
from purchasing.models import (
    Bill,
    Offer,
    OfferPrice,
    OrderSeries,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    ReturnLine,
    Supplier,
    SupplierReturn,
)
from sales.models import Basket, Customer, NumberSeries, Payment, Sale, SaleLine
from webhooks.models import Delivery


class NoSampleData(DomainError):
    code = "no_sample_data"


@unit_of_work()
def remove_sample(*, by: Member, at: datetime) -> None:
    """Empty the shop: stock, sales, customers, expenses and alerts go; the business, its people and its settings stay.

    Ledgers are deleted here and nowhere else, and only while the business is marked as holding sample data.
    """
    by.must(Action.SETTINGS)
    business = by.business
    if not Business.objects.filter(pk=business.pk, has_sample_data=True).exists():
        raise NoSampleData("This business holds no sample data.")
    AuditEntry.objects.for_business(business).filter(via=VIA).erase_sample()
    drop_all(Attachment.objects.for_business(business))
    for rows in _documents(business):
        delete_at_once(rows)
    for rows in _costs(business):
        delete_at_once(rows)
    LandedCost.objects.for_business(business).erase_sample()
    BatchMovement.objects.for_business(business).erase_sample()
    StockMovement.objects.for_business(business).exclude(gives_back=None).erase_sample()  # what it gives back goes after it
    StockMovement.objects.for_business(business).erase_sample()
    StocktakeCount.objects.for_business(business).erase_sample()
    OfferPrice.objects.for_business(business).erase_sample()
    for rows in _catalogue(business):
        delete_at_once(rows)
    Business.objects.filter(pk=business.pk).update(has_sample_data=False)
    business.has_sample_data = False
    trail.record("sample data removed", business, by=by, at=at)


def _costs(business: Business) -> Iterator[QuerySet]:  # type: ignore[type-arg]
    """What was derived from the stock ledger."""
    yield CostCorrection.objects.filter(cause__product__business=business)
    yield MovementCost.objects.for_business(business)


def _documents(business: Business) -> Iterator[QuerySet]:  # type: ignore[type-arg]
    """What was done, children first: set-based, since a real trial may have added to it."""
    lines, sales = SaleLine.objects.filter(sale__business=business), Sale.objects.for_business(business)
    yield Basket.objects.filter(business=business)
    yield Payment.objects.filter(sale__business=business)
    yield lines.exclude(refund_of=None)
    yield lines
    yield sales.exclude(refund_of=None)
    yield sales
    yield Customer.objects.for_business(business)
    yield NumberSeries.objects.filter(business=business)
    yield ImportIssue.objects.filter(batch__business=business)
    yield ImportBatch.objects.filter(business=business)
    yield ColumnMapping.objects.filter(business=business)
    yield from _bought(business)
    yield from _money(business)
    yield Delivery.objects.for_business(business)
    yield Alert.objects.for_business(business)
    yield MailEvent.objects.filter(message__business=business)
    yield MailAttachment.objects.filter(message__business=business)
    yield OutboxMessage.objects.filter(business=business)
    yield HourlyAllowance.objects.filter(business=business)
    yield IdempotentRequest.objects.filter(business=business)


def _bought(business: Business) -> Iterator[QuerySet]:  # type: ignore[type-arg]
    yield ReturnLine.objects.filter(supplier_return__business=business)
    yield SupplierReturn.objects.for_business(business)
    yield Bill.objects.for_business(business)
    yield ReceiptLine.objects.filter(receipt__business=business)
    yield Receipt.objects.for_business(business)
    yield PurchaseLine.objects.filter(order__business=business)
    yield PurchaseOrder.objects.for_business(business)
    yield OrderSeries.objects.filter(business=business)


def _money(business: Business) -> Iterator[QuerySet]:  # type: ignore[type-arg]
    yield StatementLine.objects.for_business(business)
    yield Occurrence.objects.filter(recurring__business=business)
    yield RecurringExpense.tags.through.objects.filter(recurringexpense__business=business)
    yield RecurringExpense.objects.for_business(business)
    yield FilingRule.objects.for_business(business)
    yield ExchangeRate.objects.for_business(business)
    yield Reconciliation.objects.filter(business=business)
    yield Split.objects.for_business(business)
    yield Expense.tags.through.objects.filter(expense__business=business)
    yield Expense.objects.for_business(business).exclude(refund_of=None)
    yield Expense.objects.for_business(business)
    yield Transfer.objects.filter(business=business)
    yield BudgetMove.objects.filter(business=business)
    yield BudgetCrossing.objects.filter(budget__business=business)
    yield ClosedPeriods.objects.filter(budget__business=business)
    yield BudgetRevision.objects.filter(budget__business=business)
    yield Budget.objects.for_business(business)
    yield Payee.objects.for_business(business)
    yield Tag.objects.for_business(business)
    yield Account.objects.for_business(business)


def _catalogue(business: Business) -> Iterator[QuerySet]:  # type: ignore[type-arg]
    products = Product.objects.for_business(business)
    yield BulkEditRow.objects.for_business(business)
    yield BulkEdit.objects.for_business(business).exclude(undoes=None)
    yield BulkEdit.objects.for_business(business)
    yield StockTransferLine.objects.filter(transfer__business=business)
    yield StockTransfer.objects.for_business(business)
    yield StockSeries.objects.filter(business=business)
    yield StocktakeLine.objects.for_business(business)
    yield Stocktake.objects.for_business(business)
    yield Offer.objects.for_business(business)
    yield Supplier.objects.for_business(business)
    yield Reservation.objects.for_business(business)
    yield StockLevel.objects.filter(product__business=business)
    yield BatchLevel.objects.for_business(business)
    yield Batch.objects.for_business(business)
    yield Barcode.objects.for_business(business)
    yield Pack.objects.filter(product__business=business)
    yield products.exclude(parent=None)
    yield products
    yield Category.objects.for_business(business)
    yield Location.objects.for_business(business).filter(is_default=False)
