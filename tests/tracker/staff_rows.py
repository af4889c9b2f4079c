"""One row of everything that staff can look at, each in a business of its own."""

from decimal import Decimal

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType

from accounts.models import Invitation, KnownDevice, Member
from accounts.permissions import Role
from accounts.services.keys import create_api_key
from alerts.models import AlertKind, AlertPreference, Channel, DigestPreference, DigestRun, Rhythm
from alerts.services import Finding, raise_alerts
from common.models import DailyRun, IdempotentRequest
from expenses.models import (
    Account,
    Attachment,
    Books,
    BudgetCrossing,
    BudgetMove,
    ClosedPeriods,
    ExchangeRate,
    Expense,
    FilingRule,
    Occurrence,
    OccurrenceState,
    Reconciliation,
    RecurringExpense,
    StatementLine,
    Transfer,
)
from expenses.services.budgets import revise_budget
from imports.models import ColumnMapping, ImportBatch, ImportIssue
from inventory.models import Batch, BatchLevel, BatchMovement, CostCorrection, MovementCost, Pack, Product
from inventory.services.bulk_changes import BulkChange, Change
from inventory.services.bulk_edit import Seen, change_products
from inventory.services.landed import add_landed_cost
from inventory.services.reserve import reserve
from inventory.services.stocktake import Counted, add_counts, start_stocktake
from inventory.shelves import ProductRef
from mail.models import EventKind, HourlyAllowance, MailEvent, Suppression, SuppressionReason
from mail.outbox import queue_rendered
from sales.models import Basket
from tests.factories import NOW, BarcodeFactory, CategoryFactory, CustomerFactory, MemberFactory, StockedProductFactory, sell
from tests.factories.expenses import budget, category, spend
from tests.factories.purchasing import billed, offer, receive, returned, sent
from tests.factories.stock import transferred
from webhooks.outbox import send_test
from webhooks.services import create_endpoint


def one_of_everything(number: int) -> Member:
    owner = MemberFactory(role=Role.OWNER)
    _people(owner, number)
    product = _goods(owner)
    _dealings(owner, product)
    _costs(owner, product)
    _money(owner)
    return owner


def _people(owner: Member, number: int) -> None:
    user, business = owner.user, owner.business
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "TOPSECRET"})
    UserSession.objects.create(user=user, ip="127.0.0.1", session_key=f"SESSIONKEY{number}", user_agent="Firefox")
    Group.objects.create(name=f"Group {number}")
    LogEntry.objects.create(
        user=user, content_type=ContentType.objects.get_for_model(Member), object_repr="x", action_flag=CHANGE
    )
    KnownDevice.objects.create(
        user=user, token_hash=f"DEVICEHASH{number}", browser="Firefox on Linux", first_seen_at=NOW, last_seen_at=NOW
    )
    create_api_key(by=owner, name="Web shop", role=Role.CLERK, at=NOW)
    Invitation.objects.create(
        business=business,
        email="new@shop.example",
        role=Role.CLERK,
        token_hash=f"TOKENHASH{number}",
        invited_by=owner,
        created_at=NOW,
        expires_at=NOW,
    )


def _goods(owner: Member) -> Product:
    product: Product = StockedProductFactory(business=owner.business, category=CategoryFactory(business=owner.business))
    BarcodeFactory(product=product)
    Pack.objects.create(product=product, name="case", factor=12)
    change_products(by=owner, change=Change(BulkChange.ARCHIVE), seen={product.pk: Seen(product.version)}, at=NOW)
    change_products(by=owner, change=Change(BulkChange.SELL), seen={product.pk: Seen(product.version + 1)}, at=NOW)
    counts = [Counted(ProductRef(product=product.pk), Decimal(9))]
    add_counts(stocktake=start_stocktake(by=owner, at=NOW), by=owner, counts=counts, at=NOW)
    transferred(owner, product)
    offer(owner, product=product)
    came = receive(owner, sent(owner, (product, 2)))
    returned(owner, came)
    billed(owner, came.order)
    return product


def _dealings(owner: Member, product: Product) -> None:
    business = owner.business
    customer = CustomerFactory(business=business)
    sale = sell(owner, {product: 1}, customer=customer)
    Basket.objects.create(business=business, member=owner, customer=customer, sale=sale, changed_at=NOW)
    (shelf,) = product.levels.filter(location__is_default=True)
    reserve(business=business, wanted={shelf.pk: Decimal(1)}, document_type="held_basket", document_id=sale.pk, at=NOW)
    finding = Finding(AlertKind.LOW_STOCK, product.subject_key, product.label)
    raise_alerts(business=business, findings=[finding], at=NOW, tell=False)
    AlertPreference.objects.create(member=owner, kind=AlertKind.LOW_STOCK, channel=Channel.PORTAL)
    hook = create_endpoint(by=owner, url="https://hooks.example.com/", kinds=["low_stock"], at=NOW)
    send_test(endpoint=hook, by=owner, at=NOW)
    DigestPreference.objects.create(member=owner)
    DigestRun.objects.create(member=owner, rhythm=Rhythm.DAILY, run_on=NOW.date())
    message = queue_rendered(
        kind="security",
        to=owner.user.email,
        subject="Reset",
        text="RESETLINK",
        at=NOW,
        business_id=business.pk,
        user_id=owner.user_id,
    )
    told = {"event_id": f"e{message.pk}", "message": message, "kind": EventKind.BOUNCE, "address": owner.user.email}
    MailEvent.objects.create(**told, happened_at=NOW, received_at=NOW)
    Suppression.objects.create(address=owner.user.email, reason=SuppressionReason.BOUNCED, since_at=NOW)
    HourlyAllowance.objects.create(business=business, hour=NOW, used=1)
    IdempotentRequest.objects.create(business=business, key="k", fingerprint="f", answer="ANSWERSECRET", created_at=NOW)
    DailyRun.objects.create(business=business, job="stock check", run_on=NOW.date())
    batch = ImportBatch.objects.create(
        business=business, kind="products", filename="a.csv", header="[]", total_rows=1, started_by=owner, created_at=NOW
    )
    ImportIssue.objects.create(batch=batch, row=2, message="No name.", raw="[]")
    ColumnMapping.objects.create(business=business, kind="products")


def _costs(owner: Member, product: Product) -> None:
    receipt = product.movements.order_by("pk")[0]
    add_landed_cost(by=owner, movements=[receipt], amount=Decimal(1), at=NOW, reason="Freight")
    cost = MovementCost.objects.get(movement=receipt)
    CostCorrection.objects.create(movement=cost, cause=cost, amount=1)
    batch = Batch.objects.create(business=owner.business, product=product, code="L1", expires_on=NOW.date())
    BatchLevel.objects.create(batch=batch, location=receipt.location, on_hand=1)
    BatchMovement.objects.create(business=owner.business, movement=receipt, batch=batch, quantity=1)


def _money(owner: Member) -> None:
    food = budget(owner, 100)
    recorded = spend(owner, 10, payee="Fennel", tags=["team"])
    revise_budget(budget=food, amount=Decimal(50), on=recorded.expense.spent_on, by=owner, at=NOW)
    cash, bank = (Account.objects.create(business=owner.business, name=name, opened_on=NOW.date()) for name in ("Cash", "Bank"))
    Transfer.objects.create(
        business=owner.business, source=cash, target=bank, amount=1, moved_on=NOW.date(), created_by=owner, created_at=NOW
    )
    _papers(owner, recorded.expense, bank)
    BudgetCrossing.objects.create(budget=food, period_from=NOW.date(), level=80, crossed_at=NOW)
    Books.objects.get_or_create(business=owner.business)
    ClosedPeriods.objects.create(budget=food)
    rent = budget(owner, 100, name="Rent")
    BudgetMove.objects.create(
        business=owner.business, source=food, target=rent, amount=1, moved_on=NOW.date(), moved_by=owner, moved_at=NOW
    )


def _papers(owner: Member, expense: Expense, bank: Account) -> None:
    business, today, made = owner.business, NOW.date(), {"business": owner.business, "created_at": NOW}
    rent = RecurringExpense.objects.create(
        **made, name="Rent", rule="FREQ=MONTHLY", starts_on=today, amount=1, category=category(owner), created_by=owner
    )
    Occurrence.objects.create(recurring=rent, due_on=today, state=OccurrenceState.POSTED, handled_at=NOW)
    FilingRule.objects.create(**made, name="Coffee", payee_contains="cafe", category=category(owner))
    ExchangeRate.objects.create(business=business, currency="USD", on=today, rate=Decimal("0.8"))
    Reconciliation.objects.create(business=business, account=bank, statement_on=today, balance=1, done_by=owner, done_at=NOW)
    StatementLine.objects.create(business=business, account=bank, fingerprint="f", booked_on=today, amount=1, expense=expense)
    Attachment.objects.create(
        business=business, expense=expense, file="f", filename="r.pdf", content_type="application/pdf", size=1,
        digest="d", added_by=owner, added_at=NOW,
    )  # fmt: skip
