from base64 import b64decode

from django.db import models

from mail.models.outbox import OutboxMessage


class Attachment(models.Model):
    """A small file that goes with a message, kept in its transaction as base64: what was sent can be looked at again."""

    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)
    content = models.TextField()

    class Meta:
        verbose_name = "mail attachment"

    def __str__(self) -> str:
        return self.name

    @property
    def decoded(self) -> bytes:
        return b64decode(self.content)
