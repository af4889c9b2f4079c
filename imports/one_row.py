"""Imports of things that each stand in one row: what all of them do alike."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import models, transaction

from common.errors import DomainError
from imports import values
from imports.registry import Document, Job, Outcome, Row, Verdict

Thing = TypeVar("Thing", bound=models.Model)


@dataclass(slots=True)
class Draft(Generic[Thing]):
    """A row as it was read: the thing it means (None where there is none yet), what it says of it, or what is wrong."""

    row: Row
    said: dict[str, Any] = field(default_factory=dict)
    thing: Thing | None = None
    fault: DomainError | None = None

    @property
    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.said.items() if getattr(self.thing, name) != value}

    @property
    def outcome(self) -> Outcome:
        if self.fault:
            return Outcome.ERROR
        if self.thing is None:
            return Outcome.NEW
        return Outcome.CHANGED if self.changes else Outcome.UNCHANGED

    @property
    def verdict(self) -> Verdict:
        fault = self.fault
        return Verdict(self.row, self.outcome, field=fault.field if fault else "", message=fault.message if fault else "")


class OneRowSession(ABC, Generic[Thing]):
    """A kind says how a row names its thing, what it says of it, and how it is saved; an empty cell says nothing."""

    twice = "This stands in row {} already."

    def __init__(self, job: Job) -> None:
        self.job, self.business = job, job.by.business
        self._seen: dict[Hashable, int] = {}

    def key(self, row: Row) -> str:
        return ""

    @abstractmethod
    def named(self, row: Row) -> Hashable:
        """What the row's thing is known by, to be found twice in no file. Raises where the row names nothing."""

    def look_up(self, rows: Sequence[Row]) -> None:
        """What all these rows need to know, in a few queries."""

    @abstractmethod
    def known(self, row: Row) -> Thing | None:
        """The thing that the row means, or None where there is none yet."""

    @abstractmethod
    def said(self, row: Row, thing: Thing | None) -> dict[str, Any]:
        """What the row's cells say, checked as the service will check it."""

    @abstractmethod
    def save(self, draft: Draft[Thing]) -> None:
        """Write what the row says: a new thing, or what changed of a known one."""

    def judge(self, documents: Sequence[Document]) -> list[Verdict]:
        return [draft.verdict for draft in self._drafts(documents)]

    def apply(self, documents: Sequence[Document]) -> list[Verdict]:
        verdicts = []
        for draft in self._drafts(documents):
            verdict = draft.verdict
            if verdict.outcome in {Outcome.NEW, Outcome.CHANGED}:
                verdict = self._saved(draft, verdict)
            verdicts.append(verdict)
        return verdicts

    def finish(self) -> None:
        """Nothing is told once for all."""

    def _saved(self, draft: Draft[Thing], verdict: Verdict) -> Verdict:
        try:
            with transaction.atomic():
                self.save(draft)
        except DomainError as error:
            draft.fault = error
            return draft.verdict
        return verdict

    def _drafts(self, documents: Sequence[Document]) -> list[Draft[Thing]]:
        rows = [row for rows in documents for row in rows]
        self.look_up(rows)
        return [self._draft(row) for row in rows]

    def _draft(self, row: Row) -> Draft[Thing]:
        draft: Draft[Thing] = Draft(row)
        try:
            row.check_shape()
            first = self._seen.setdefault(self.named(row), row.number)
            if first != row.number:
                raise values.BadCell(self.twice.format(first))
            draft.thing = self.known(row)
            draft.said = self.said(row, draft.thing)
        except DomainError as error:
            draft.fault = error
        return draft


def texts(row: Row, longest: Mapping[str, int]) -> dict[str, Any]:
    """The named cells that say something, single-spaced."""
    return {
        name: values.text(" ".join(row[name].split()), field=name, longest=most) for name, most in longest.items() if row[name]
    }


def needed(row: Row, name: str, sentence: str, *, longest: int) -> str:
    if not row[name]:
        raise values.BadCell(sentence, field=name)
    return values.text(" ".join(row[name].split()), field=name, longest=longest)
