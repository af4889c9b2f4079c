from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Business, Member
from common.fields import MoneyField
from expenses.models.account import Account
from expenses.models.category import ExpenseCategory
from expenses.models.expense import Tag
from expenses.periods import CarryOver, Every, Schedule


class Mode(models.TextChoices):
    TELL = "tell", "Tell me"
    ASK = "ask", "Warn and ask"
    STOP = "stop", "Refuse"


class BudgetQuerySet(models.QuerySet["Budget"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def active(self) -> Self:
        return self.filter(is_active=True)

    def with_revisions(self) -> Self:
        """Ready for the arithmetic of positions."""
        return self.prefetch_related("revisions")


class Budget(models.Model):
    """A limit on spending per period: of a category and all below it, a tag, an account, or everything."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="budgets")
    name = models.CharField(max_length=80)
    category = models.ForeignKey(ExpenseCategory, on_delete=models.PROTECT, null=True, blank=True, related_name="budgets")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, null=True, blank=True, related_name="budgets")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="budgets")
    amount = MoneyField(help_text="The limit of each period; revisions change it from a period on.")
    period = models.CharField(max_length=9, choices=Every, default=Every.MONTHLY)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The last day, for a custom period.")
    carry_over = models.CharField(max_length=7, choices=CarryOver, default=CarryOver.NONE)
    thresholds = models.CharField(max_length=40, default="80,100", help_text="Per cent of limit and carried over.")
    mode = models.CharField(max_length=4, choices=Mode, default=Mode.TELL)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = BudgetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "name"], name="budget_name_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_amount_ok"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def schedule(self) -> Schedule:
        return Schedule(Every(self.period), self.starts_on, self.ends_on)

    @property
    def levels(self) -> list[Decimal]:
        """The thresholds in per cent, lowest first."""
        return sorted(Decimal(level) for level in self.thresholds.split(",") if level.strip())


class BudgetRevision(models.Model):
    """Another limit from a period on. The budget itself keeps its first one."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="revisions")
    from_on = models.DateField(help_text="The first day of the first period it holds for.")
    amount = MoneyField()
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    reason = models.CharField(max_length=255, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["budget", "from_on"], name="budget_revision_once")]

    def __str__(self) -> str:
        return f"{self.amount} from {self.from_on}"


class BudgetMove(models.Model):
    """Money moved from one budget to another, as between envelopes, in the periods that hold its day."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="moves_out")
    target = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="moves_in")
    amount = MoneyField()
    moved_on = models.DateField()
    reason = models.CharField(max_length=255, default="", blank=True)
    moved_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="budget_move_moves_something"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="budget_move_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.moved_on}"


class BudgetCrossing(models.Model):
    """A threshold that was crossed and told of. The row keeps it from being told twice; falling back deletes it."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="crossings")
    period_from = models.DateField()
    level = models.DecimalField(max_digits=6, decimal_places=2)
    crossed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["budget", "period_from", "level"], name="budget_crossing_once")]

    def __str__(self) -> str:
        return f"{self.level} % of {self.budget_id}"


class ClosedPeriods(models.Model):
    """Derived: what the ended periods of a budget that carries over came to, so that nobody adds up years each time.

    It can be rebuilt from the expenses at any time. A change of a day in one of them takes that one out; `version` tells a
    change from who has added up before it.
    """

    budget = models.OneToOneField(Budget, on_delete=models.CASCADE, related_name="closed")
    spent = models.TextField(default="{}", help_text="JSON: the first day of a period to the amount.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "closed periods"

    def __str__(self) -> str:
        return f"of budget {self.budget_id}"
