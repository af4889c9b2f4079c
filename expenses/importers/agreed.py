"""What agreed with a statement here stays as it agreed: no file ticks a line of such an account or moves its opening balance."""

from collections.abc import Callable, Sequence
from datetime import date

from accounts.models import Business
from expenses.importers.lines import Line
from expenses.models import Account
from expenses.reconciling import get_agreed

OPENING_STAYS = "The opening balance stays: {account} was reconciled here up to {day}."
UNTICKED = "It comes in without its tick: {account} was reconciled here up to {day}. Tick it off with the next statement."


def keep(lines: Sequence[Line], business: Business, touched: Callable[[Line], list[Account]], *, hold: bool = False) -> None:
    """Pass over such opening balances, take the tick from such lines, and say so beside each."""
    asked = [(line, touched(line)) for line in lines if line.is_new and (line.is_reconciled or line.what == "opening")]
    places = {account.pk for _, accounts in asked for account in accounts}
    if not places:
        return
    days = get_agreed(business, places, hold=hold)
    for line, accounts in asked:
        for account in accounts:
            if account.pk in days:
                _keep(line, account, days[account.pk])


def _keep(line: Line, account: Account, day: date) -> None:
    said = {"account": account.name, "day": f"{day.day} {day:%B %Y}"}
    if line.what == "opening":
        line.pass_over(OPENING_STAYS.format(**said))
    elif line.is_reconciled:
        line.is_reconciled = False
        line.note_that(UNTICKED.format(**said))
