"""The accounts, categories, payees and tags of a business while a file comes in: read once, made where they are missing."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from accounts import trail
from accounts.models import Member
from common.db import create_all
from expenses.importers.lines import Line
from expenses.models import Account, AccountKind, ExpenseCategory, Payee, Tag
from expenses.services.categories import save_category
from expenses.services.rules import Filer

TO_BE_FILED = "To be filed"
NOWHERE = "Without an account"
CASH, CARD = ("cash", "wallet", "bargeld"), ("card", "visa", "mastercard", "amex", "kreditkarte")


class Book:
    def __init__(self, by: Member, at: datetime) -> None:
        self._by, self._at, self._business = by, at, by.business
        self.made: set[int] = set()
        self._accounts = {_plain(each.name): each for each in Account.objects.for_business(self._business)}
        categories = ExpenseCategory.objects.for_business(self._business).order_by("pk")
        self._categories = {(each.parent_key, each.name.casefold()): each for each in categories}
        payees = Payee.objects.for_business(self._business)
        self._payees: dict[str, tuple[int, int | None]] = {
            name.casefold(): (pk, known) for name, pk, known in payees.values_list("name", "pk", "category_id")
        }
        tags = Tag.objects.for_business(self._business).values_list("name", "pk")
        self._tags = {name.casefold(): pk for name, pk in tags}
        self._filer = Filer(self._business)

    def account(self, name: str) -> Account | None:
        return self._accounts.get(_plain(name))

    def account_by_id(self, pk: str) -> Account | None:
        return next((each for each in self._accounts.values() if str(each.pk) == pk), None)

    def only_account(self) -> Account | None:
        """The account of a bank or a card, where there is one only."""
        found = [each for each in self._accounts.values() if each.is_active and each.kind != AccountKind.CASH]
        return found[0] if len(found) == 1 else None

    def make_account(self, name: str, on: date, *, opening: Decimal = Decimal(0), is_active: bool = True) -> Account:
        """The account of this name, opened on the day of its first line where there was none."""
        if known := self.account(name):
            return known
        word = name.casefold()
        kind = AccountKind.CASH if any(w in word for w in CASH) else AccountKind.CARD if any(w in word for w in CARD) else ""
        account = Account.objects.create(
            business=self._business,
            name=name,
            kind=kind or AccountKind.BANK,
            opening_balance=opening,
            opened_on=on,
            is_active=is_active,
        )
        after = {"name": name, "opening_balance": opening, "opened_on": on}
        trail.record("account opened", account, by=self._by, at=self._at, after=after, document=self._by.via)
        self._accounts[_plain(name)] = account
        self.made.add(account.pk)
        return account

    def file(self, line: Line, account: Account | None) -> tuple[int, str, list[str]]:
        """Where it goes, whom it is of and its tags: as the file says, else a rule, else as the last time, else to be filed."""
        if line.path:
            return self.category(line.path).pk, line.payee, line.tags
        filed = self._filer.file(
            payee=line.payee, text=line.note, amount=abs(line.amount), account_id=account.pk if account else None
        )
        if filed:
            return filed.category.pk, filed.payee, [*line.tags, *filed.tags]
        _, known = self._payees.get(line.payee.casefold(), (0, None))
        return known or self.category((TO_BE_FILED,)).pk, line.payee, line.tags

    def category(self, path: tuple[str, ...]) -> ExpenseCategory:
        """The category at the end of a path; a single name is found wherever it lies, if only one has it."""
        if len(path) == 1 and (0, path[0].casefold()) not in self._categories:
            named = [each for (_, name), each in self._categories.items() if name == path[0].casefold()]
            if len(named) == 1:
                return named[0]
        found: ExpenseCategory | None = None
        for name in path:
            found = self._category(name, found)
        assert found is not None, "a path has a name"  # noqa: S101
        return found

    def payees(self, wanted: Iterable[tuple[str, int]]) -> dict[str, int]:
        """Ids by name in small letters, of (name, category); new ones remember their category."""
        missing = {name.casefold(): (name, category) for name, category in wanted if name.casefold() not in self._payees}
        made = create_all(
            Payee, [Payee(business=self._business, name=name, category_id=category) for name, category in missing.values()]
        )
        self._payees |= {each.name.casefold(): (each.pk, each.category_id) for each in made}
        return {key: pk for key, (pk, _) in self._payees.items()}

    def tags(self, wanted: Iterable[str]) -> dict[str, int]:
        """Ids by name in small letters."""
        missing = {name.casefold(): name for name in wanted if name.casefold() not in self._tags}
        made = create_all(Tag, [Tag(business=self._business, name=name) for name in missing.values()])
        self._tags |= {each.name.casefold(): each.pk for each in made}
        return self._tags

    def _category(self, name: str, parent: ExpenseCategory | None) -> ExpenseCategory:
        key = (parent.pk if parent else 0, name.casefold())
        if key not in self._categories:
            category = ExpenseCategory(business=self._business, name=name, parent=parent)
            self._categories[key] = save_category(category=category, by=self._by, at=self._at)
        return self._categories[key]


def _plain(name: str) -> str:
    """IBANs are written with and without spaces."""
    return "".join(name.casefold().split())
