from django.db import models

from common.series import Series


class NumberSeries(Series):
    class Meta:
        verbose_name_plural = "number series"
        constraints = [models.UniqueConstraint(fields=["business", "name"], name="number_series_once")]
