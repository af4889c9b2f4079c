from django.db import models


class IdempotentRequest(models.Model):
    """The first answer to a request that a network may repeat."""

    business = models.ForeignKey("accounts.Business", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(default="")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key


class DailyRun(models.Model):
    """One run of a scheduled job for one business and local day: inserting the row claims it."""

    business = models.ForeignKey("accounts.Business", on_delete=models.CASCADE, related_name="+")
    job = models.CharField(max_length=40)
    run_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "job", "run_on"], name="daily_run_once")]

    def __str__(self) -> str:
        return f"{self.job} on {self.run_on}"
