from django.db import models

from accounts.models import Business


class Books(models.Model):
    """A row to take turns at, for who closes books and who writes into their past. Nothing refers to it: nobody else waits."""

    business = models.OneToOneField(Business, on_delete=models.CASCADE, primary_key=True, related_name="+")

    class Meta:
        verbose_name_plural = "books"

    def __str__(self) -> str:
        return f"books of {self.business_id}"
