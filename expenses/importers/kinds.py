"""What this app can import: the statement of one account, and lists of expenses with their accounts and categories."""

from functools import partial

from accounts.models import Business, Scope
from expenses import bank
from expenses.bank.layout import HEADER
from expenses.importers.accounts import ACCOUNT, NEW, ChosenAccount, NamedAccounts
from expenses.importers.columns import OF_BANK, OF_EXPENSES
from expenses.importers.session import MATCH, UNSIGNED, EntrySession
from expenses.models import Account
from imports.registry import MONTH_FIRST, ImportKind, Option, Preset, register

SUFFIXES = (".csv", ".tsv", ".txt", ".gz", ".xlsx", ".ofx", ".qfx", ".qif", ".xml", ".sta", ".mt940", ".940")
SORTS = (
    ("expense", "Expenses"),
    ("refund", "Refunds"),
    ("income", "Incomes"),
    ("transfer", "Transfers"),
    ("opening", "Opening balances"),
    ("match", "Recorded by hand before"),
)
MATCHING = Option(
    MATCH,
    "Match what you recorded by hand",
    "The same amount within three days, on this account or none, is linked instead of coming in twice.",
)


def accounts(business: Business) -> list[tuple[str, str]]:
    """Where there is one only it comes first, and so is chosen until somebody says otherwise."""
    rows = Account.objects.for_business(business).filter(is_active=True).order_by("name")
    found = [(str(account.pk), account.name) for account in rows]
    new = (NEW, "A new account, named as in the file")
    return [*found, new] if len(found) == 1 else [("", "The one that the file names, or a new one"), *found, new]


def _preset(name: str, label: str) -> Preset:
    """Their columns are ours by the time they are looked at."""
    return Preset(name, label, {column.name: (column.label,) for column in OF_EXPENSES if column.label in HEADER})


BANK = register(
    ImportKind(
        name="bank",
        leads_to="to_be_filed",
        label="Bank statement",
        help="One account's lines, as the bank hands them out. Those that came in before are passed over.",
        columns=OF_BANK,
        one_of=(("amount", "paid_out", "paid_in"),),
        options=(
            Option(ACCOUNT, "Account", "Remembered for the next file of this bank.", choices=accounts),
            MONTH_FIRST,
            MATCHING,
        ),
        sorts=SORTS,
        rows=bank.rows_of,
        told_by="account",
        suffixes=SUFFIXES,
        open=partial(EntrySession, accounts=ChosenAccount),
        is_for_shops=False,
        scope=Scope.EXPENSE,
    )
)
EXPENSES = register(
    ImportKind(
        name="expenses",
        leads_to="expenses",
        label="Expenses and incomes",
        help="A list with categories and accounts, or all you kept in Firefly III, Actual or YNAB. What is missing is made.",
        columns=OF_EXPENSES,
        one_of=(("amount", "paid_out", "paid_in"),),
        presets=(_preset("firefly-iii", "Firefly III"), _preset("actual", "Actual"), _preset("ynab", "YNAB")),
        options=(
            Option(UNSIGNED, "Amounts without a sign are spent", "For a list of expenses without any minus."),
            MONTH_FIRST,
            MATCHING,
        ),
        sorts=SORTS,
        rows=bank.rows_of,
        suffixes=SUFFIXES,
        open=partial(EntrySession, accounts=NamedAccounts),
        is_for_shops=False,
        scope=Scope.EXPENSE,
    )
)
