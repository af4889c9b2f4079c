"""One run over a statement or a list of expenses: which of its lines are new, and what becomes of them."""

from collections.abc import Callable, Sequence
from datetime import date

from common.errors import DomainError
from expenses.importers import agreed, fingerprints
from expenses.importers.accounts import Accounts
from expenses.importers.book import Book
from expenses.importers.lines import Line, LineReader
from expenses.importers.matches import Candidate, Matches
from expenses.importers.post import KINDS, Poster
from expenses.models import Account, StatementLine
from expenses.queries import get_budgets
from expenses.services.closed import forget
from expenses.services.closing import get_closed_until, hold_books, refusal
from expenses.services.statements import open_earlier
from expenses.services.watch import check_business
from imports.registry import Document, Job, Outcome, Row, Verdict

MATCH, UNSIGNED = "match", "unsigned"
LOOKS_LIKE = "You recorded the same amount by hand on {day}. If it is the same, choose to match it; now it comes in as well."
MATCHED = "It is what you recorded by hand on {day}."
TWICE = "This transaction stands in the file twice; it is taken once."


class EntrySession:
    def __init__(self, job: Job, accounts: Callable[[Job, Book], Accounts]) -> None:
        self._job, self._business = job, job.by.business
        self._reader = LineReader(job, unsigned=bool(job.options.get(UNSIGNED)))
        self._book = Book(job.by, job.at)
        self._accounts = accounts(job, self._book)
        self._matches = Matches(self._business)
        self._ids: set[tuple[str, str]] = set()
        self._first_days: dict[int, date] = {}
        self._days: set[date] = set()

    def key(self, row: Row) -> str:
        """A day's rows are one document, so that equal ones can be counted and transfers be paired within it."""
        self._accounts.note(row)
        try:
            return self._reader.day(row).isoformat()
        except DomainError:
            return ""

    def judge(self, documents: Sequence[Document]) -> list[Verdict]:
        lines = self._lines(documents)
        agreed.keep(lines, self._business, self._touched)
        self._propose(lines)
        return [_verdict(line) for line in lines]

    def apply(self, documents: Sequence[Document]) -> list[Verdict]:
        hold_books(self._business, date.min)
        lines = self._lines(documents)
        agreed.keep(lines, self._business, self._touched, hold=True)
        matched = self._propose(lines)
        poster = Poster(self._job, self._book, self._accounts)
        taken = [line for line in lines if line.outcome in {Outcome.NEW, Outcome.CHANGED}]
        poster.post(taken, matched)
        self._forget({line.day for line in taken} | {candidate.day for candidate in matched.values()})
        for account, day in poster.first_days.items():
            self._first_days[account] = min(day, self._first_days.get(account, day))
        return [_verdict(line) for line in lines]

    def finish(self) -> None:
        """Budgets are checked once, whatever came in."""
        made = {account: day for account, day in self._first_days.items() if account in self._book.made}
        open_earlier(by=self._job.by, first_days=made)
        check_business(business=self._business, at=self._job.at, days=self._days)

    def _forget(self, days: set[date]) -> None:
        """In the transaction that wrote on these days: an import may end long after, or never."""
        self._days |= days
        forget(budgets=get_budgets(self._business), days=days, today=self._business.local_day(self._job.at))

    def _lines(self, documents: Sequence[Document]) -> list[Line]:
        found: list[Line] = []
        for rows in documents:
            lines = [self._read(row) for row in rows]
            fingerprints.give(lines)
            found += lines
        self._pass_over_known([line for line in found if line.is_new])
        self._refuse_closed([line for line in found if line.is_new])
        for line in found:
            line.what = self._what(line)
        return found

    def _read(self, row: Row) -> Line:
        line = self._reader.read(row)
        try:
            if line.is_new:
                self._accounts.check(line)
        except DomainError as error:
            line.refuse(error)
        return line

    def _pass_over_known(self, lines: Sequence[Line]) -> None:
        """What came in before, or stands in the file twice with the bank's own id."""
        homes = {line.account: self._accounts.home(line) for line in lines}
        places = {account.pk for account in homes.values() if account}
        rows = StatementLine.objects.for_business(self._business).filter(account__in=places)
        prints = {line.fingerprint for line in lines}
        here = set(rows.filter(fingerprint__in=prints).values_list("account_id", "fingerprint")) if places else set()
        for line in lines:
            account = homes[line.account]
            if account and (account.pk, line.fingerprint) in here:
                line.pass_over()
            elif line.row["transaction"]:
                self._take_once(line)

    def _take_once(self, line: Line) -> None:
        key = (line.account, line.fingerprint)
        if key in self._ids:
            line.pass_over(TWICE)
        self._ids.add(key)

    def _refuse_closed(self, lines: Sequence[Line]) -> None:
        closed_until = get_closed_until(self._business)
        for line in lines:
            if closed_until is not None and line.day <= closed_until:
                line.refuse(refusal(closed_until))

    def _what(self, line: Line) -> str:
        """Its sort for the sums."""
        if line.outcome is Outcome.ERROR or line.sort == "whole":
            return ""
        if line.sort == "opening":
            return "opening"
        if self._accounts.other(line):
            return "transfer"
        return "expense" if line.amount < 0 else "refund" if line.sort == "refund" else "income"

    def _touched(self, line: Line) -> list[Account]:
        """The accounts that a tick or an opening balance of the line would move."""
        other = self._book.account(self._accounts.other(line)) if line.sort == "both" else None
        return [account for account in (self._accounts.find(line), other) if account]

    def _propose(self, lines: Sequence[Line]) -> dict[int, Candidate]:
        """What was recorded by hand and may be one of the new lines, by row number; the line says so."""
        wanted = [line for line in lines if line.is_new and line.what in KINDS]
        is_on = bool(self._job.options.get(MATCH))
        found: dict[int, Candidate] = {}
        self._matches.look_up(wanted)
        for line in wanted:
            account = self._accounts.find(line)
            if candidate := self._matches.take(line, account.pk if account else None):
                found[line.row.number] = candidate
                line.note_that((MATCHED if is_on else LOOKS_LIKE).format(day=f"{candidate.day.day} {candidate.day:%B %Y}"))
                if is_on:
                    line.outcome, line.what = Outcome.CHANGED, "match"
        return found


def _verdict(line: Line) -> Verdict:
    fault = line.fault
    message = fault.message if fault else line.notice
    return Verdict(line.row, line.outcome, line.what, abs(line.amount), fault.field if fault else "", message)
