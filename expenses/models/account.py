from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Business, Member
from common.fields import MoneyField


class AccountKind(models.TextChoices):
    CASH = "cash", "Cash"
    BANK = "bank", "Bank"
    CARD = "card", "Card"


class AccountQuerySet(models.QuerySet["Account"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def active(self) -> Self:
        return self.filter(is_active=True)


class Account(models.Model):
    """Where money lies: cash, a bank account, a card. Its balance is derived, never stored."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="accounts")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=5, choices=AccountKind, default=AccountKind.BANK)
    opening_balance = MoneyField(default=Decimal(0))
    opened_on = models.DateField()
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "name"], name="account_name_once")]

    def __str__(self) -> str:
        return self.name


class TransferQuerySet(models.QuerySet["Transfer"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def of(self, account: "Account | int") -> Self:
        """What came in and what went out."""
        return self.filter(Q(source=account) | Q(target=account))


class Transfer(models.Model):
    """Money moved between two accounts of one's own: no expense, no income."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="transfers")
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="transfers_out")
    target = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="transfers_in")
    amount = MoneyField()
    moved_on = models.DateField()
    note = models.CharField(max_length=255, default="", blank=True)
    is_source_reconciled = models.BooleanField(default=False)
    is_target_reconciled = models.BooleanField(default=False)
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = TransferQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["business", "moved_on", "id"], name="transfer_business_on")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_moves_something"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="transfer_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.moved_on}"


class Reconciliation(models.Model):
    """An account agreed with its statement on a day: what was ticked off adds up to the statement's balance."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="reconciliations")
    statement_on = models.DateField()
    balance = MoneyField()
    done_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "statement_on"], name="reconciliation_once_a_day")]

    def __str__(self) -> str:
        return f"{self.balance} on {self.statement_on}"
