"""What other programs export for people to move out: Firefly III, Actual and YNAB, told by their columns."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation

from expenses.bank.layout import Entry

Cells = dict[str, str]
Reader = Callable[[Cells], Entry]

FIREFLY = {"journal_id", "source_name", "source_type", "destination_name", "destination_type", "amount", "date"}
ACTUAL = {"account", "date", "payee", "notes", "category", "amount", "split_amount"}
YNAB = {"account", "date", "payee", "memo", "outflow", "inflow"}
PART = re.compile(r"^\(?\s*split\s*\(?\s*(\d+)\s*(?:/|of)\s*(\d+)\s*\)\s*", re.IGNORECASE)
WHOLE = re.compile(r"^\(split into \d+\)\s*", re.IGNORECASE)
STARTS = {"starting balance", "starting balances"}
EARNED = {"income", "inflow", "ready to assign", "to be budgeted", "starting balances"}
MONEY_SIGNS = re.compile(r"[^\d.,()−-]")


def reader_for(header: list[str]) -> Reader | None:
    """What reads the rows below such a header, where it is one of theirs."""
    names = set(_names(header))
    if names >= FIREFLY:
        return _firefly
    if names >= ACTUAL:
        return _Parts(_actual)
    return _Parts(_ynab) if names >= YNAB else None


def entries(header: list[str], rows: Iterator[list[str]], read: Reader) -> Iterator[list[str]]:
    """Their rows as ours, one for one and blank ones too, so that row numbers stay."""
    names = _names(header)
    for row in rows:
        yield read(dict(zip(names, row, strict=False))).cells() if row else []


class _Parts:
    """Gives the parts of a split payment, which are numbered in their notes, a word in common."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._group = 0

    def __call__(self, cells: Cells) -> Entry:
        entry = self._read(cells)
        if found := PART.match(entry.note):
            self._group += found[1] == "1"
            entry.note, entry.split = entry.note[found.end() :], f"split {self._group}"
        entry.note = WHOLE.sub("", entry.note)
        return entry


def _firefly(cells: Cells) -> Entry:
    """Whose account is whose is told by its type; the sign of the amount is not looked at."""
    get = cells.get
    source, target = get("source_name", ""), get("destination_name", "")
    is_out = _is_own(get("source_type", ""))
    amount, foreign = get("amount", "").lstrip("-−"), get("foreign_amount", "").lstrip("-−")
    entry = Entry(
        day=get("date", "")[:10],
        amount=f"-{amount}" if is_out and amount else amount,
        payee=target if is_out else source,
        note=get("description", ""),
        category=get("category", ""),
        account=source if is_out else target,
        transaction=get("journal_id", ""),
        currency=get("currency_code", ""),
        reconciled="yes" if get("reconciled", "").casefold() in {"1", "true", "yes"} else "",
        tags=get("tags", ""),
        foreign_amount=foreign,
        foreign_currency=get("foreign_currency_code", "") if foreign else "",
        split=get("group_id", "") if get("group_title", "") else "",
    )
    if notes := get("notes", ""):
        entry.note = f"{entry.note} – {notes}" if entry.note else notes
    if is_out and _is_own(get("destination_type", "")):
        entry.transfer, entry.payee, entry.category, entry.sort = f"[{target}]", "", "", "both"
    elif (
        "opening" in get("type", "").casefold() or "initial" in (get("source_type", "") + get("destination_type", "")).casefold()
    ):
        entry.sort = "opening"
    return entry


def _is_own(kind: str) -> bool:
    return "asset" in kind.casefold()


def _actual(cells: Cells) -> Entry:
    get = cells.get
    whole = get("split_amount", "")
    is_whole = bool(whole.strip("-0.,")) and not get("amount", "").strip("-0.,")
    entry = Entry(
        day=get("date", ""),
        amount=whole if is_whole else get("amount", ""),
        payee=get("payee", ""),
        note=get("notes", ""),
        group=get("category_group", ""),
        category=get("category", ""),
        account=get("account", ""),
        transfer="" if is_whole or get("category", "") else get("payee", ""),
        sort="whole" if is_whole else "",
        reconciled="yes" if get("cleared", "").casefold() == "reconciled" else "",
    )
    return _sorted(entry, is_plus=not entry.amount.startswith(("-", "−", "(")))


def _ynab(cells: Cells) -> Entry:
    get = cells.get
    out, into = _plain(get("outflow", "")), _plain(get("inflow", ""))
    group, category = get("category group", ""), get("category", "")
    if not category and ":" in get("category group/category", ""):
        group, _, category = (part.strip() for part in get("category group/category", "").partition(":"))
    payee = get("payee", "")
    own = payee.partition(":")[2].strip() if payee.casefold().startswith("transfer") and ":" in payee else ""
    entry = Entry(
        day=get("date", ""),
        amount=_net(out, into),
        payee="" if own else payee,
        note=get("memo", ""),
        group=group,
        category=category,
        account=get("account", ""),
        transfer=f"[{own}]" if own else "",
        reconciled="yes" if get("cleared", "").casefold() == "reconciled" else "",
    )
    return _sorted(entry, is_plus=not entry.amount.startswith("-"))


def _sorted(entry: Entry, *, is_plus: bool) -> Entry:
    """A plus in a category that money is spent on was given back; what an account began with is no income."""
    filed = {entry.group.casefold(), entry.category.casefold()}
    if entry.payee.casefold() in STARTS or filed & STARTS:
        entry.sort, entry.transfer = "opening", ""
    elif is_plus and entry.category and not filed & EARNED and not entry.sort:
        entry.sort = "refund"
    if filed & {"inflow"}:
        entry.group = entry.category = ""
    return entry


def _net(out: str, into: str) -> str:
    """Outflow and inflow in one signed amount; whatever is no number is left to be refused with its row."""
    has_out, has_in = bool(out.strip("0.,")), bool(into.strip("0.,"))
    if has_out and has_in:
        try:
            return f"{Decimal(into.replace(',', '')) - Decimal(out.replace(',', '')):f}"
        except InvalidOperation:
            return f"{into} − {out}"
    return (f"-{out}" if not out.startswith("-") else out[1:]) if has_out else into or out


def _plain(amount: str) -> str:
    """Without whatever sign of a currency."""
    return MONEY_SIGNS.sub("", amount)


def _names(header: list[str]) -> list[str]:
    return [name.strip().casefold().lstrip("\ufeff") for name in header]
