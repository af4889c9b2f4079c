"""Random ledgers of Hypothesis, with names that other programs find hard, written straight into the tables."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from accounts.models import Member
from expenses.models import Account, AccountKind, Expense, ExpenseCategory, ExpenseState, Payee, Split, Tag, Transfer
from tests.factories import NOW, MemberFactory

FIRST = date(2025, 12, 20)
HARD = "aBzé Ωß東京अ 9'\":;|\\()[]{}*!=@#%-+,.~&<>\t\u200b/"
texts = st.text(HARD, max_size=20)
names = st.text(HARD, min_size=1, max_size=12).filter(lambda name: name.strip())
days = st.integers(0, 40).map(lambda n: FIRST + timedelta(days=n))


def amounts(least: int = 1) -> Any:
    return st.integers(least, 99_999)


@dataclass(frozen=True)
class Drawn:
    """What to write: amounts in the currency's smallest unit, accounts and categories by their place in the lists."""

    currency: str
    accounts: list[tuple[str, str, int, date]]
    categories: list[tuple[str, int | None]]
    expenses: list[dict[str, Any]]
    transfers: list[dict[str, Any]]


@st.composite
def ledgers(draw: Any) -> Drawn:
    accounts = draw(
        st.lists(
            st.tuples(names, st.sampled_from(AccountKind.values), amounts(-99_999), days),
            min_size=2,
            max_size=4,
            unique_by=lambda a: a[0],
        )
    )
    categories = [(name, draw(st.none() | st.integers(0, n - 1)) if n else None) for n, name in enumerate(draw(_names))]
    expense = st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["expense", "refund", "income"]),
            "on": days,
            "parts": st.lists(st.tuples(amounts(), st.integers(0, len(categories) - 1), texts), min_size=1, max_size=3),
            "account": st.none() | st.integers(0, len(accounts) - 1),
            "payee": st.none() | names,
            "note": texts,
            "tags": st.lists(names, max_size=2, unique=True),
            "foreign": st.none() | st.tuples(st.sampled_from(["USD", "JPY", "BHD"]), amounts()),
            "waits": st.booleans(),
        }
    )
    ends = st.permutations(range(len(accounts))).map(lambda order: order[:2])
    transfer = st.fixed_dictionaries({"on": days, "ends": ends, "amount": amounts(), "note": texts})
    return Drawn(
        draw(st.sampled_from(["GBP", "JPY", "BHD"])),
        accounts,
        categories,
        draw(st.lists(expense, max_size=6)),
        draw(st.lists(transfer, max_size=3)),
    )


_names = st.lists(names, min_size=1, max_size=4, unique=True)
UNIT = {"GBP": Decimal("0.01"), "USD": Decimal("0.01"), "JPY": Decimal(1), "BHD": Decimal("0.001")}


def write(drawn: Drawn) -> Member:
    """The owner of a new book with this ledger."""
    owner = MemberFactory(role="owner", business__kind="personal", business__currency=drawn.currency)
    business, unit = owner.business, UNIT[drawn.currency]
    accounts = [
        Account.objects.create(business=business, name=name, kind=kind, opening_balance=opening * unit, opened_on=on)
        for name, kind, opening, on in drawn.accounts
    ]
    categories: list[ExpenseCategory] = []
    for name, under in drawn.categories:
        parent = None if under is None else categories[under]
        key = parent.pk if parent else 0
        categories.append(ExpenseCategory.objects.create(business=business, name=name, parent=parent, parent_key=key))
    for one in drawn.expenses:
        _write_expense(owner, one, accounts, categories, unit)
    for one in drawn.transfers:
        source, target = (accounts[end] for end in one["ends"])
        common = {"business": business, "created_by": owner, "created_at": NOW, "note": one["note"], "moved_on": one["on"]}
        Transfer.objects.create(source=source, target=target, amount=one["amount"] * unit, **common)
    return owner


def _write_expense(owner: Member, one: dict[str, Any], accounts: list[Account], categories: list[Any], unit: Decimal) -> None:
    business, account = owner.business, None if one["account"] is None else accounts[one["account"]]
    foreign = one["foreign"]
    expense = Expense.objects.create(
        business=business,
        kind=one["kind"],
        state=ExpenseState.WAITING if one["waits"] and one["kind"] == "expense" else ExpenseState.POSTED,
        spent_on=one["on"],
        amount=sum(amount for amount, *_ in one["parts"]) * unit,
        account=account,
        payee=one["payee"] and Payee.objects.get_or_create(business=business, name=one["payee"])[0],
        note=one["note"],
        foreign_currency=foreign[0] if foreign else "",
        foreign_amount=foreign[1] * UNIT[foreign[0]] if foreign else None,
        rate=Decimal("1.5") if foreign else None,
        created_by=owner,
        created_at=NOW,
    )
    expense.tags.set([Tag.objects.get_or_create(business=business, name=name)[0] for name in one["tags"]])
    for amount, place, note in one["parts"]:
        signed = amount * unit * (expense.sign or 1)
        rest = {"business": business, "account": account, "spent_on": one["on"], "note": note}
        Split.objects.create(expense=expense, category=categories[place], amount=signed, is_spending=expense.sign != 0, **rest)
