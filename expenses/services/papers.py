"""Receipts and other papers kept with an expense: what they are is told from their content, never from their name."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import IO, Any
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts import trail
from accounts.models import Member
from common.db import unit_of_work
from common.errors import DomainError, InvalidInput
from expenses.kinds_of_paper import Kind, kind_of
from expenses.models import Attachment, Expense
from expenses.services.closing import check_open
from expenses.services.rights import may_change

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
MOST = 20
LONGEST_NAME = 120


class BadPaper(InvalidInput):
    code = "bad_file"
    field = "file"


class TooManyPapers(DomainError):
    code = "too_many_files"
    field = "file"


@dataclass(frozen=True)
class Sent:
    """A file as it was sent."""

    source: IO[bytes]
    name: str


def attach(*, expense: Expense, by: Member, files: Sequence[Sent], at: datetime) -> list[Attachment]:
    """Keep papers with an expense: all of them or none. One that is there already is not kept twice.

    A closed period takes papers too: they prove what was booked and change nothing.
    """
    may_change(expense, by)
    if not files:
        raise BadPaper("Choose a file.")
    saved: list[str] = []
    try:
        with unit_of_work():
            return [_attached(expense, by, sent, at, saved) for sent in files]
    except Exception:
        for path in saved:
            default_storage.delete(path)
        raise


@unit_of_work()
def remove_paper(*, paper: Attachment, by: Member, at: datetime) -> None:
    """Take a paper away; its expense stays as it is. What proves a closed period stays too."""
    may_change(paper.expense, by)
    check_open(by.business, paper.expense.spent_on, field="")
    trail.record("receipt removed", paper, by=by, at=at, before=_values(paper), document=_document(paper.expense))
    paper.delete()
    _delete_after_commit([paper.file])


def drop_papers(expense: Expense) -> None:
    """The papers of an expense that is about to be deleted, files and all."""
    drop_all(Attachment.objects.filter(expense=expense))


def drop_all(papers: "QuerySet[Attachment]") -> None:
    """Rows at once, files after the commit: a rollback leaves both."""
    paths = list(papers.values_list("file", flat=True))
    papers.delete()
    _delete_after_commit(paths)


def _attached(expense: Expense, by: Member, sent: Sent, at: datetime, saved: list[str]) -> Attachment:
    kind, size, digest = _looked_at(sent)
    known = Attachment.objects.filter(expense=expense)
    if found := known.filter(digest=digest).first():
        return found
    if known.count() >= MOST:
        raise TooManyPapers(f"An expense keeps at most {MOST} files. Remove one first.")
    sent.source.seek(0)
    path = default_storage.save(f"receipts/{expense.business_id}/{uuid4().hex}{kind.suffixes[0]}", File(sent.source))
    saved.append(path)
    paper = Attachment(
        business=expense.business,
        expense=expense,
        file=path,
        filename=_named(sent.name, kind),
        content_type=kind.content_type,
        size=size,
        digest=digest,
        added_by=by,
        added_at=at,
    )
    return _kept(paper, by, at)


def _kept(paper: Attachment, by: Member, at: datetime) -> Attachment:
    try:
        with transaction.atomic():
            paper.save(force_insert=True)
    except IntegrityError:  # the same file came twice at the same moment
        _delete_after_commit([paper.file])
        return Attachment.objects.get(expense=paper.expense_id, digest=paper.digest)
    trail.record("receipt added", paper, by=by, at=at, after=_values(paper), document=_document(paper.expense))
    return paper


def _looked_at(sent: Sent) -> tuple[Kind, int, str]:
    """What the file is, its size and its digest, read piece by piece."""
    sent.source.seek(0)
    kind, size, digest = kind_of(sent.source.read(1024)), 0, hashlib.sha256()
    sent.source.seek(0)
    while block := sent.source.read(MEGABYTE):
        size += len(block)
        if size > LARGEST:
            raise BadPaper(f"{_clean(sent.name)} is larger than {LARGEST // MEGABYTE} MB. Send a smaller scan.")
        digest.update(block)
    if kind is None:
        raise BadPaper(f"{_clean(sent.name)} is no PDF, JPEG, PNG, WebP or HEIC.")
    return kind, size, digest.hexdigest()


def _named(name: str, kind: Kind) -> str:
    """Its own name, with an ending that tells the truth."""
    name = _clean(name)
    return name if name.lower().endswith(kind.suffixes) else f"{name}{kind.suffixes[0]}"


def _clean(name: str) -> str:
    name = "".join(letter for letter in name.replace("\\", "/").rpartition("/")[2] if letter.isprintable()).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    return (f"{stem[: LONGEST_NAME - 6]}.{suffix[:5]}" if dot else name[:LONGEST_NAME]) or "receipt"


def _delete_after_commit(paths: Sequence[str]) -> None:
    for path in paths:
        transaction.on_commit(partial(default_storage.delete, path), robust=True)


def _document(expense: Expense) -> str:
    return f"expense {expense.pk}"


def _values(paper: Attachment) -> dict[str, Any]:
    return {"filename": paper.filename, "size": paper.size, "digest": paper.digest}
