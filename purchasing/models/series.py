from django.db import models

from common.series import Series


class OrderSeries(Series):
    """The numbers of orders, receipts and returns."""

    class Meta:
        verbose_name_plural = "order series"
        constraints = [models.UniqueConstraint(fields=["business", "name"], name="order_series_once")]
