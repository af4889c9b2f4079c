"""A message of each kind with the words of a real shop, and the hard ones: long names, right to left, 300 lines."""

from datetime import timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import Kind, Member
from accounts.permissions import Role
from accounts.services.keys import create_api_key
from accounts.services.sign_ins import Visitor, note_sign_in
from accounts.services.team import invite
from alerts.digests import write_due
from alerts.escalation import escalate
from alerts.models import AlertKind, DigestPreference
from alerts.services import Finding, raise_alerts
from expenses.services.approval import refuse_expenses
from inventory.models import Pack, Product, StockLevel
from sales.models import Sale, SaleKind
from tests.factories import NOW, BusinessFactory, MemberFactory, StockedProductFactory, UserFactory, sell
from tests.factories.expenses import budget, category, spend
from tests.factories.purchasing import offer, sent, supplier
from tests.factories.recurring import recurring
from tests.people import client_of

DAY, D = timedelta(days=1), Decimal
GOODS = {"Rye loaf 600 g": "3.80", "Oat milk 1 l": "2.10", "Beeswax candle": "9.50", "Ground coffee 250 g": "7.20"}
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftskaffee, 1000 g, ganze Bohne"
FROM_THE_RIGHT = "شاي بالنعناع ٢٥٠ غرام"
FINDINGS = (
    Finding(AlertKind.OUT_OF_STOCK, "product:1", "Beeswax candle", "None left.", "/products/1/"),
    Finding(AlertKind.LOW_STOCK, "product:2", "Rye loaf 600 g", "3 left, reorder point 5.", "/products/2/"),
    Finding(AlertKind.BUDGET, "budget:1:2026-03-01:100", "Packaging", "£118.40 of £110.00: £8.40 over.", "/budgets/1/"),
    Finding(
        AlertKind.UNUSUAL_EXPENSE,
        "expense:1:480.00",
        "£480.00 at Riverside Energy",
        "Usually £108.00–£131.00 there, 11 times before. Entered by Tom Aldous for 3 March 2026.",
        "/expenses/1/",
    ),
    Finding(AlertKind.RECURRING_DUE, "recurring:1", "Electricity", "Due on 9 March 2026: say the amount, about £120.00.", "/e/"),
    Finding(AlertKind.ORDER_OVERDUE, "order:1", "PO-0012 to Severn Wholesale", "Expected 3 days ago. Ask them.", "/orders/1/"),
    Finding(AlertKind.LEDGER_MISMATCH, "product:4", "Oat milk 1 l", "The ledger says 3, the shelf 4.", "/products/4/"),
)


def an_owner() -> Member:
    values = {"name": "Marlow Street Stores", "address": "12 Marlow Street, Bristol BS1 4QA"}
    member = MemberFactory(role=Role.OWNER, business=BusinessFactory(**values), user=UserFactory(name="Ines Marlow"))
    DigestPreference.objects.create(member=member, even_if_empty=True)
    return member


def an_alert(owner: Member) -> None:
    raise_alerts(business=owner.business, findings=FINDINGS[1:2], at=NOW)


def unusual_expense(owner: Member) -> None:
    raise_alerts(business=owner.business, findings=FINDINGS[3:4], at=NOW)


def alerts_of_each_kind(owner: Member) -> None:
    raise_alerts(business=owner.business, findings=FINDINGS, at=NOW)


def alerts_hard_to_set(owner: Member) -> None:
    names = [LONG, FROM_THE_RIGHT, *(f"Product {n}" for n in range(298))]
    found = [Finding(AlertKind.LOW_STOCK, f"product:{n}", name, "1 left.", f"/products/{n}/") for n, name in enumerate(names)]
    raise_alerts(business=owner.business, findings=found, at=NOW)


def nobody_looked(owner: Member) -> None:
    raise_alerts(business=owner.business, findings=FINDINGS[:2], at=NOW - DAY, tell=False)
    escalate(business=owner.business, at=NOW)


def digest(owner: Member) -> None:
    _trade(owner)
    write_due(businesses=[owner.business], at=NOW)


def digest_weekly(owner: Member) -> None:
    _trade(owner)
    DigestPreference.objects.filter(member=owner).update(rhythm="weekly", weekday=NOW.weekday())
    write_due(businesses=[owner.business], at=NOW)


def digest_hard_to_set(owner: Member) -> None:
    for name in (LONG, FROM_THE_RIGHT):
        StockedProductFactory(business=owner.business, name=name[:200], on_hand=1, reorder_point=5, stock_state="low")
    StockedProductFactory.create_batch(298, business=owner.business, on_hand=1, reorder_point=5, stock_state="low")
    write_due(businesses=[owner.business], at=NOW)


def digest_with_nothing(owner: Member) -> None:
    write_due(businesses=[owner.business], at=NOW)


def digest_of_a_personal_book(owner: Member) -> None:
    owner.business.kind = Kind.PERSONAL
    owner.business.save()
    _spend(owner)
    write_due(businesses=[owner.business], at=NOW)


def receipt(owner: Member) -> None:
    basket = {StockedProductFactory(business=owner.business, name=name, price=D(price)): 2 for name, price in GOODS.items()}
    sold = sell(owner, basket, discount=D(2))
    client_of(owner).post(f"/sales/{sold.pk}/receipt/email/", {"to": "ada@home.example"})


def purchase_order(owner: Member) -> None:
    product = StockedProductFactory(business=owner.business, name="Rye loaf 600 g")
    sent(owner, (product, 40), of=supplier(owner, "Bakers & Sons"), price="2.10")


def expense_refused(owner: Member) -> None:
    clerk = MemberFactory(business=owner.business, role=Role.CLERK, user=UserFactory(name="Tom Aldous"))
    waiting = spend(clerk, "84.20", payee="Fennel & Co").expense
    refuse_expenses(picked={waiting.pk: None}, reason="The receipt is of last year.", by=owner, at=NOW)


def invitation(owner: Member) -> None:
    invite(email="new@shop.example", role="clerk", by=owner, at=NOW)


def a_test(owner: Member) -> None:
    client_of(owner).post("/settings/email/test/")


def new_sign_in(owner: Member) -> None:
    note_sign_in(user=owner.user, visitor=Visitor("", "Chrome on Linux", "203.0.113.0/24"), is_first=False, at=NOW)


def key_use(owner: Member) -> None:
    create_api_key(by=owner, name="Web shop", role="clerk", at=NOW)


def password_reset(owner: Member) -> None:
    EmailAddress.objects.create(user=owner.user, email=owner.user.email, primary=True, verified=True)
    Client().post("/accounts/password/reset/", {"email": owner.user.email})


LETTERS = (
    an_alert, unusual_expense, alerts_of_each_kind, alerts_hard_to_set, nobody_looked,
    digest, digest_weekly, digest_hard_to_set, digest_with_nothing, digest_of_a_personal_book,
    receipt, purchase_order, expense_refused, invitation, a_test, new_sign_in, key_use, password_reset,
)  # fmt: skip


def _trade(owner: Member) -> None:
    clerk = MemberFactory(business=owner.business, role=Role.CLERK, user=UserFactory(name="Tom Aldous"))
    bakers = supplier(owner, "Bakers & Sons", lead_days=2)
    goods = [_product(owner, *each) for each in GOODS.items()]
    Pack.objects.create(product=goods[0], name="case", factor=12)
    offer(owner, bakers, goods[0], "26.40", unit="case")
    offer(owner, bakers, goods[1], "1.20", minimum=D(24))
    for days in (8, 7, 3, 2, 1):
        for n in range(14):
            at = NOW - days * DAY + n * timedelta(minutes=9)
            sell(clerk if n % 2 else owner, {goods[n % 4]: 1 + n % 2, goods[(n + 1) % 4]: 1}, at=at)
    backed = Sale.objects.filter(business=owner.business, sold_by=clerk, sold_on=(NOW - DAY).date()).order_by("pk")
    Sale.objects.filter(pk__in=list(backed.values_list("pk", flat=True)[:4])).update(kind=SaleKind.REFUND)
    for product, left in zip(goods, (4, 6, 0, 90), strict=True):
        StockLevel.objects.filter(product=product).update(on_hand=left)
        product.stock_state = "out" if left == 0 else "low" if left < 8 else "ok"
        product.save(update_fields=["stock_state"])
    sent(owner, (goods[3], 40), of=supplier(owner, "Severn Wholesale"), price="4.10", expected_on=NOW.date())
    _spend(owner)
    raise_alerts(business=owner.business, findings=FINDINGS[3:4], at=NOW - DAY, tell=False)


def _product(owner: Member, name: str, price: str) -> Product:
    return StockedProductFactory(business=owner.business, name=name, price=D(price), on_hand=400, reorder_point=8)


def _spend(owner: Member) -> None:
    budget(owner, 110, name="Packaging", category=category(owner, "Packaging"))
    budget(owner, 200, name="Groceries", category=category(owner))
    spend(owner, "118.40", what=category(owner, "Packaging"), payee="Kraft & Twine")
    for days in (1, 2):
        spend(owner, "84.00", (NOW - days * DAY).date(), payee="Fennel & Co")
    recurring(owner, name="Rent", amount=D(520), category=category(owner, "Housing"), starts_on=NOW.date() + 2 * DAY)
