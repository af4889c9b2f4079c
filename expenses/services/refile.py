"""File many past expenses anew in one go: their category, payee and tags, never a day, an amount or an account."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from accounts.models import Business, Member
from audit import services as audit
from common.db import BATCH, create_all, unit_of_work
from common.errors import DomainError
from expenses.models import Expense, ExpenseCategory, Payee, Split, Tag
from expenses.services.closing import get_closed_until, hold_books
from expenses.services.watch import check_business


class ChangedMeanwhile(DomainError):
    code = "changed_meanwhile"


@dataclass(frozen=True)
class Change:
    """What becomes of an expense that was read at `version`; "" and () keep its payee and its tags."""

    expense_id: int
    version: int
    category_id: int
    payee: str = ""
    tags: tuple[str, ...] = ()


@unit_of_work()
def refile(*, by: Member, changes: Sequence[Change], at: datetime, action: str, reason: str = "") -> int:
    """Make the changes in one transaction, audited one by one, and check the budgets once. Returns how many were made.

    Left alone: what was changed since it was read, lies in a closed period, or is split. Callers check the right.
    """
    names = _Names(by.business, changes)
    hold_books(by.business, date.min)
    closed_until = get_closed_until(by.business)
    done, days = 0, set[date]()
    for start in range(0, len(changes), BATCH):
        wanted = {change.expense_id: change for change in changes[start : start + BATCH]}
        changed = list(_changed(by.business, wanted, names, closed_until))
        _write(changed, names)
        audit.record_changes(
            action=action, changed=[(one.expense, *one.values(names)) for one in changed], by=by, at=at, reason=reason
        )
        done, days = done + len(changed), days | {one.expense.spent_on for one in changed}
    if done:
        check_business(business=by.business, at=at, days=days)
    return done


class _Names:
    """The categories, payees and tags that the changes name, made where they are missing."""

    def __init__(self, business: Business, changes: Sequence[Change]) -> None:
        self.categories = dict(ExpenseCategory.objects.for_business(business).values_list("pk", "name"))
        self.payees = {
            name: Payee.objects.get_or_create(business=business, name=name)[0]
            for name in sorted({change.payee for change in changes if change.payee})
        }
        self.tags = {
            name: Tag.objects.get_or_create(business=business, name=name)[0]
            for name in sorted({name for change in changes for name in change.tags})
        }


@dataclass(frozen=True)
class _Changed:
    expense: Expense
    category_before: int
    change: Change
    tags_before: frozenset[str]

    @property
    def new_tags(self) -> list[str]:
        return [name for name in self.change.tags if name not in self.tags_before]

    @property
    def is_change(self) -> bool:
        payee = self.expense.payee.name if self.expense.payee else ""
        return (
            self.category_before != self.change.category_id
            or bool(self.change.payee and self.change.payee != payee)
            or bool(self.new_tags)
        )

    def values(self, names: _Names) -> tuple[Mapping[str, object], Mapping[str, object]]:
        payee = self.expense.payee.name if self.expense.payee else ""
        before = {"category": names.categories[self.category_before], "payee": payee, "tags": sorted(self.tags_before)}
        after = {
            "category": names.categories[self.change.category_id],
            "payee": self.change.payee or payee,
            "tags": sorted(self.tags_before | set(self.change.tags)),
        }
        return audit.changes(before, after)


def _changed(business: Business, wanted: Mapping[int, Change], names: _Names, closed_until: date | None) -> Iterator[_Changed]:
    """The expenses that may change, locked, and do change."""
    rows = Expense.objects.for_business(business).filter(pk__in=wanted).select_for_update().order_by("pk")
    for expense in rows.prefetch_related("payee", "splits", "tags"):
        change, splits = wanted[expense.pk], expense.splits.all()
        is_closed = closed_until is not None and expense.spent_on <= closed_until
        if expense.version != change.version or is_closed or len(splits) != 1 or change.category_id not in names.categories:
            continue
        one = _Changed(expense, splits[0].category_id, change, frozenset(tag.name for tag in expense.tags.all()))
        if one.is_change:
            yield one


def _write(changed: Sequence[_Changed], names: _Names) -> None:
    by_category, by_payee = defaultdict(list), defaultdict(list)
    for one in changed:
        by_category[one.change.category_id].append(one.expense)
        by_payee[one.change.payee].append(one.expense.pk)
    for category, expenses in by_category.items():
        Split.objects.filter(expense__in=[each.pk for each in expenses]).update(category=category)
        payees = {each.payee_id for each in expenses if each.payee_id}
        Payee.objects.filter(pk__in=payees).update(category=category)  # remembered for the next time, as on entry
    for payee, pks in by_payee.items():
        rows = Expense.objects.filter(pk__in=pks)
        if payee:
            rows.update(version=F("version") + 1, payee=names.payees[payee])
        else:
            rows.update(version=F("version") + 1)
    through = Expense.tags.through
    create_all(
        through, [through(expense_id=one.expense.pk, tag_id=names.tags[name].pk) for one in changed for name in one.new_tags]
    )
