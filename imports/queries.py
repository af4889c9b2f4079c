import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Count, QuerySet

from accounts.models import Business
from imports import store
from imports.models import NOTICE, ImportBatch, ImportIssue
from imports.registry import ImportKind, kind_named

REASON = "Why it was refused"
PREVIEWED = 5
REASONS_SHOWN = 8
NOTICES_SHOWN = 50
MANY_ISSUES = 10


@dataclass(frozen=True)
class Amounts:
    """What a kind's rows come to, where they are sums of money."""

    label: str
    rows: int
    amount: object


def get_imports(business: Business) -> QuerySet[ImportBatch]:
    return ImportBatch.objects.for_business(business).select_related("started_by__user").defer("header", "mapping")


def get_kind(batch: ImportBatch) -> ImportKind:
    return kind_named(batch.kind)


def get_preview(batch: ImportBatch) -> list[list[str]]:
    """The first rows as they are in the file, each as long as the names of its columns."""
    width = len(batch.columns)
    return [(cells + [""] * width)[:width] for _, cells in islice(store.stored_rows(batch.file), PREVIEWED)]


def get_amounts(batch: ImportBatch) -> list[Amounts]:
    """What is in or would go in, by its sorts; nothing for kinds without money."""
    found = [Amounts(label, *batch.counted(sort)) for sort, label in get_kind(batch).sorts]
    return [amounts for amounts in found if amounts.rows]


def get_reasons(batch: ImportBatch) -> list[tuple[str, int]]:
    """How many rows were refused for which reason, the most frequent first."""
    reasons = get_issues(batch).order_by().values_list("message").annotate(rows=Count("id")).order_by("-rows", "message")
    return list(reasons[:REASONS_SHOWN])


def get_issues(batch: ImportBatch) -> QuerySet[ImportIssue]:
    return ImportIssue.objects.filter(batch=batch).exclude(field=NOTICE)


def get_notices(batch: ImportBatch) -> tuple[list[ImportIssue], int]:
    """What is to be known of rows that are taken all the same: the first few, and how many there are."""
    notices = ImportIssue.objects.filter(batch=batch, field=NOTICE)
    return list(notices.order_by("row")[:NOTICES_SHOWN]), notices.count()


def failed_rows(batch: ImportBatch) -> Iterator[Sequence[str]]:
    """The refused rows under their own columns, with the reason behind: to be mended and sent again."""
    kept = [place for place, name in enumerate(batch.columns) if name != REASON]
    yield [*(batch.columns[place] for place in kept), REASON]
    for issue in get_issues(batch).order_by("row").iterator():
        raw = json.loads(issue.raw)
        cells = raw + [""] * (len(batch.columns) - len(raw))
        yield [*(cells[place] for place in kept), issue.message]
