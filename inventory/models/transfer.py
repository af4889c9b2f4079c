from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Business, Member
from common.fields import QuantityField
from common.series import Series
from inventory.models.location import Location
from inventory.models.product import Product

ZERO = Decimal(0)


class TransferState(models.TextChoices):
    IN_TRANSIT = "in_transit", "In transit"
    PART_RECEIVED = "part_received", "Part received"
    RECEIVED = "received", "Received"
    CLOSED = "closed", "Closed short"
    CANCELLED = "cancelled", "Cancelled"


UNDER_WAY = (TransferState.IN_TRANSIT, TransferState.PART_RECEIVED)


class StockTransferQuerySet(models.QuerySet["StockTransfer"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def under_way(self) -> Self:
        """Sent, with goods still to come."""
        return self.filter(state__in=UNDER_WAY)

    def touching(self, place: Location) -> Self:
        return self.filter(Q(source=place) | Q(target=place))


class StockTransfer(models.Model):
    """Goods sent from one place to another: on no shelf until they are received. Once it has ended, it stays as it is."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="stock_transfers")
    number = models.CharField(max_length=20)
    source = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=14, choices=TransferState, default=TransferState.IN_TRANSIT)
    note = models.CharField(max_length=255, blank=True, default="")
    sent_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(help_text="When the goods left, which may be before it was written.")
    ended_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When the last of it was received, closed or cancelled.")
    reason = models.CharField(max_length=255, blank=True, default="", help_text="Why it was closed or cancelled.")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = StockTransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "number"], name="stock_transfer_number_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="stock_transfer_goes_elsewhere"),
        ]
        indexes = [
            models.Index(fields=["business", "created_at", "id"], name="stock_transfer_business_at"),
            models.Index(fields=["business", "state"], name="stock_transfer_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_cancellable(self) -> bool:
        return self.state == TransferState.IN_TRANSIT


class StockTransferLine(models.Model):
    """One product of a transfer, in its own unit. What has not come is under way, until it is put back or given up."""

    transfer = models.ForeignKey(StockTransfer, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    sent = QuantityField()
    received = QuantityField(default=ZERO)
    put_back = QuantityField(default=ZERO, help_text="What came back to where it was sent from.")
    written_off = QuantityField(default=ZERO, help_text="What never came and was given up.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "product"], name="stock_transfer_line_once"),
            models.CheckConstraint(condition=Q(sent__gt=ZERO), name="stock_transfer_line_sends"),
            models.CheckConstraint(
                condition=Q(received__gte=ZERO) & Q(received__lte=F("sent")), name="stock_transfer_received_ok"
            ),
            models.CheckConstraint(condition=Q(put_back__gte=ZERO) & Q(written_off__gte=ZERO), name="stock_transfer_rest_ok"),
        ]

    def __str__(self) -> str:
        return f"{self.sent} of {self.product}"

    @property
    def outstanding(self) -> Decimal:
        """What is still under way."""
        return self.sent - self.received - self.put_back - self.written_off


class StockSeries(Series):
    """The numbers of transfers."""

    class Meta:
        verbose_name_plural = "stock series"
        constraints = [models.UniqueConstraint(fields=["business", "name"], name="stock_series_once")]
