import json
from decimal import Decimal
from typing import Any, Self

from django.db import models

from accounts.models import Business, Member


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", "Uploaded"
    CHECKING = "checking", "Checking"
    READY = "ready", "Checked"
    COMMITTING = "committing", "Importing"
    DONE = "done", "Imported"
    FAILED = "failed", "Stopped"
    CANCELLED = "cancelled", "Cancelled"


MOST_AT_ONCE = 50_000
NOTICE = "(notice)"
AT_WORK = (ImportState.CHECKING, ImportState.COMMITTING)


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def at_work(self) -> Self:
        return self.filter(state__in=AT_WORK)


class ImportBatch(models.Model):
    """One file on its way in: uploaded, checked without a change, then committed.

    `position` is the last row whose document is dealt with; it moves in the transaction that writes what the rows mean,
    and only for the worker that holds `claim`. So a batch can be stopped at any moment and taken up again.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="imports")
    kind = models.CharField(max_length=20)
    preset = models.CharField(max_length=20, default="", blank=True)
    filename = models.CharField(max_length=255)
    file = models.CharField(max_length=255, help_text="The normalised copy in the file store.")
    digest = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of the file as it was sent.")
    header = models.TextField(help_text="JSON list of the column names.")
    mapping = models.TextField(default="{}", help_text="JSON: our field to the file's column.")
    options = models.TextField(default="{}", help_text="JSON: how it is read and what it may do.")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    message = models.CharField(max_length=255, default="", blank=True)
    total_rows = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    new_rows = models.PositiveIntegerField(default=0)
    changed_rows = models.PositiveIntegerField(default=0)
    unchanged_rows = models.PositiveIntegerField(default=0)
    error_rows = models.PositiveIntegerField(default=0)
    tally = models.TextField(default="{}", help_text="JSON: outcome and sort of row to number of rows and amount.")
    claim = models.CharField(max_length=32, default="", blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Claims since the last progress.")
    started_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "import batches"
        indexes = [
            models.Index(fields=["business", "created_at", "id"], name="import_business_at"),
            models.Index(fields=["state", "claimed_until"], name="import_state_claim"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def columns(self) -> list[str]:
        return list(json.loads(self.header))

    @property
    def mapped(self) -> dict[str, str]:
        return dict(json.loads(self.mapping))

    @property
    def chosen(self) -> dict[str, Any]:
        return dict(json.loads(self.options))

    @property
    def is_partial(self) -> bool:
        return bool(self.chosen.get("partial"))

    def set_option(self, name: str, value: Any) -> None:
        self.options = json.dumps(self.chosen | {name: value})

    @property
    def is_large(self) -> bool:
        """Too many rows for one transaction: it would keep others from writing for too long."""
        return self.total_rows > MOST_AT_ONCE

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def counts(self) -> dict[str, int]:
        """Rows by outcome, as the API and the pages name them."""
        return {"new": self.new_rows, "changed": self.changed_rows, "unchanged": self.unchanged_rows, "error": self.error_rows}

    def counted(self, *sorts: str, outcomes: tuple[str, ...] = ("new", "changed", "unchanged")) -> tuple[int, Decimal]:
        """Number of rows and amount of the given sorts of row ("sale", "return") with the given outcomes."""
        found = [
            v
            for k, v in json.loads(self.tally).items()
            if k.split(":")[0] in outcomes and (not sorts or k.split(":")[1] in sorts)
        ]
        return sum(rows for rows, _ in found), sum((Decimal(amount) for _, amount in found), Decimal(0))


class ImportIssue(models.Model):
    """A refused row: where, what and why, and the row as it came so that it can be mended and sent again.

    With NOTICE for its field it is no refusal, but something to know about a row that is taken.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="issues")
    row = models.PositiveIntegerField(help_text="As a spreadsheet counts: the column names are row 1.")
    field = models.CharField(max_length=40, default="")
    message = models.CharField(max_length=255)
    raw = models.TextField(help_text="JSON list of the row's cells.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "row"], name="import_issue_once")]

    def __str__(self) -> str:
        return f"Row {self.row}: {self.message}"


class ColumnMapping(models.Model):
    """What a business last chose for files of one origin: a kind and a digest of their columns. The next starts from it."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    mapping = models.TextField(default="{}")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "kind"], name="column_mapping_once")]

    def __str__(self) -> str:
        return self.kind
