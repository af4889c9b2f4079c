"""From judged lines to what is written: openings, transfers, links to what was there, and expenses with their splits."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from expenses.importers.accounts import Accounts
from expenses.importers.book import Book
from expenses.importers.lines import Line
from expenses.importers.matches import Candidate
from expenses.importers.transfers import Pairs
from expenses.models import ExpenseKind
from expenses.services.statements import Link, Mark, Moving, Posting, link, move, open_with, post
from imports.registry import Job

KINDS = {"expense": ExpenseKind.EXPENSE, "refund": ExpenseKind.REFUND, "income": ExpenseKind.INCOME}


class Poster:
    """Writes the new lines of one chunk, in the caller's transaction."""

    def __init__(self, job: Job, book: Book, accounts: Accounts) -> None:
        self._job, self._book, self._accounts = job, book, accounts
        self.first_days: dict[int, date] = {}

    def post(self, lines: Sequence[Line], matched: Mapping[int, Candidate]) -> None:
        by, at = self._job.by, self._job.at
        for line in sorted(lines, key=lambda line: line.day):
            self._note(line)
        sorts = defaultdict(list)
        for line in lines:
            sorts[line.what].append(line)
        open_with(by=by, marks=[self._mark(line) for line in sorts["opening"]])
        move(by=by, at=at, movings=self._movings(sorts["transfer"]))
        link(by=by, links=[self._link(line, matched[line.row.number]) for line in sorts["match"]])
        post(by=by, at=at, postings=self._postings([line for line in lines if line.what in KINDS]))

    def _note(self, line: Line) -> None:
        """Make the account, on the day of its earliest line."""
        self.first_days.setdefault(self._accounts.make_home(line, line.day).pk, line.day)

    def _mark(self, line: Line) -> Mark:
        return Mark(self._accounts.make_home(line, line.day).pk, line.fingerprint, line.day, line.amount)

    def _link(self, line: Line, candidate: Candidate) -> Link:
        account = self._accounts.find(line)
        return Link(self._mark(line), candidate.expense_id, account.pk if account else None, line.is_reconciled)

    def _movings(self, lines: Sequence[Line]) -> list[Moving]:
        pairs = Pairs(self._job.by.business, [line.day for line in lines])
        for line in lines:
            account = self._accounts.make_home(line, line.day)
            other = self._book.make_account(self._accounts.other(line), line.day)
            self.first_days.setdefault(other.pk, line.day)
            pairs.add(line, account.pk, other.pk, is_both=line.sort == "both")
        return [
            Moving(
                source_id=source,
                target_id=target,
                amount=amount,
                day=draft.day,
                note=draft.lines[0][1].note,
                transfer_id=draft.transfer_id,
                marks=[self._side(line, account, source) for account, line in draft.lines],
                reconciled_ids={account for account, line in draft.lines if line.is_reconciled},
            )
            for (source, target, amount), draft in pairs.touched()
        ]

    def _side(self, line: Line, account: int, source: int) -> Mark:
        return Mark(account, line.fingerprint, line.day, -abs(line.amount) if account == source else abs(line.amount))

    def _postings(self, lines: Sequence[Line]) -> list[Posting]:
        groups = _groups(lines)
        filed = [self._book.file(line, self._accounts.find(line)) for group in groups for line in group]
        payees = self._book.payees((payee, category) for category, payee, _ in filed if payee)
        tags = self._book.tags(tag for _, _, names in filed for tag in names)
        found, places = [], iter(filed)
        for group in groups:
            homes = [next(places) for _ in group]
            first, account = group[0], self._accounts.find(group[0])
            names = dict.fromkeys(name.casefold() for _, _, each in homes for name in each)
            posting = Posting(
                marks=[self._mark(line) for line in group],
                kind=KINDS[first.what],
                day=first.day,
                amount=sum((abs(line.amount) for line in group[1:]), abs(first.amount)),
                shares=[
                    (home[0], abs(line.amount), line.note if len(group) > 1 else "")
                    for home, line in zip(homes, group, strict=True)
                ],
                account_id=account.pk if account else None,
                payee_id=payees.get(homes[0][1].casefold()),
                note=first.note,
                tag_ids=[tags[name] for name in names],
                tax=sum((line.tax for line in group[1:]), first.tax),
                is_reconciled=first.is_reconciled,
            )
            if len(group) == 1 and first.foreign_amount:
                posting.foreign_amount, posting.foreign_currency = first.foreign_amount, first.foreign_currency
            found.append(posting)
        return found


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """The parts of one payment together, where all go the same way on one account and day; every other line alone."""
    groups: dict[object, list[Line]] = {}
    for line in lines:
        split = line.row["split"]
        key: object = (split, line.day, line.account, line.what) if split else line.row.number
        groups.setdefault(key, []).append(line)
    return list(groups.values())
