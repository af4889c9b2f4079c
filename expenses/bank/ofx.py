"""OFX and QFX, 1.x (SGML, end tags left out) and 2.x (XML), read by their tags: no entity is ever looked up or expanded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html import unescape

from expenses.bank.layout import Entry, short, table
from imports.tables import BadFile

TAG = re.compile(r"<(/?)([A-Za-z0-9._]{1,40})>([^<]*)")
CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
STATEMENTS = {"STMTRS", "CCSTMTRS", "INVSTMTRS"}
OWN = {"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"}
OTHER = {"BANKACCTTO", "CCACCTTO"}
TRANSACTION, BALANCE = "STMTTRN", "LEDGERBAL"
AGGREGATES = {TRANSACTION, BALANCE, *OWN, *OTHER}
NO_IDS = {"", "0", "NONE", "NONREF"}

Leaves = dict[str, str]


@dataclass
class _Statement:
    account: str = ""
    currency: str = ""
    balance: Leaves = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


def rows(text: str) -> Iterator[list[str]]:
    reader = _Reader(CDATA.sub(lambda found: found[1].replace("&", "&amp;").replace("<", "&lt;"), text))
    for statement in reader.read():
        _give_opening(statement)
    return table([entry for statement in reader.statements for entry in statement.entries], "OFX")


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._path: list[str] = []  # the aggregates that are open and matter
        self._leaves: Leaves = {}
        self._began = 0
        self.statements = [_Statement()]

    def read(self) -> list[_Statement]:
        for tag in TAG.finditer(self._text):
            name, value = tag[2].upper(), tag[3].strip()
            if name in STATEMENTS and not tag[1]:
                self.statements.append(_Statement())
            elif name in AGGREGATES:
                self._close(name) if tag[1] else self._open(name, tag.start())
            elif value and not tag[1]:
                self._keep(name, unescape(value))
        if TRANSACTION in self._path:
            raise self._endless()
        return self.statements

    def _open(self, name: str, place: int) -> None:
        if name == TRANSACTION:
            if TRANSACTION in self._path:
                raise self._endless()
            self._leaves, self._began = {}, place
        self._path.append(name)

    def _close(self, name: str) -> None:
        if name not in self._path:
            return
        self._path = [each for each in self._path if each != name]
        if name == TRANSACTION:
            self.statements[-1].entries.append(_entry(self._leaves, self.statements[-1]))

    def _keep(self, name: str, value: str) -> None:
        inner, statement = (self._path or [""])[-1], self.statements[-1]
        if inner == TRANSACTION:
            self._leaves.setdefault(name, value)
        elif inner in OTHER and name == "ACCTID":
            self._leaves["OTHER"] = value
        elif inner in OWN and name == "ACCTID":
            statement.account = value
        elif inner == BALANCE:
            statement.balance[name] = value
        elif name == "CURDEF":
            statement.currency = value.upper()

    def _endless(self) -> BadFile:
        line = self._text.count("\n", 0, self._began) + 1
        return BadFile(f"The transaction (STMTTRN) that begins in line {line} has no end. Is the file cut off?")


def _entry(leaves: Leaves, statement: _Statement) -> Entry:
    payee, memo = leaves.get("NAME", ""), leaves.get("MEMO", "")
    check = leaves.get("CHECKNUM", "")
    amount = leaves.get("TRNAMT", "")
    identity = leaves.get("FITID", "")
    return Entry(
        day=_day(leaves.get("DTPOSTED", "")),
        amount=amount.replace(",", ".") if "." not in amount else amount.replace(",", ""),
        payee=payee or memo,
        note=" ".join(part for part in (memo if memo != payee and payee else "", f"Check {check}" if check else "") if part),
        account=statement.account,
        transfer=leaves.get("OTHER", ""),
        transaction="" if identity.upper() in NO_IDS else identity,
        currency=leaves.get("CURSYM", statement.currency),
    )


def _day(stamp: str) -> str:
    """20260331120000[-5:EST] is the 31st wherever it is read."""
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}" if stamp[:8].isdigit() and len(stamp) >= 8 else short(stamp)


def _give_opening(statement: _Statement) -> None:
    """What the account began with: the closing balance without all that is listed, where it is not older than that."""
    if not statement.entries or "BALAMT" not in statement.balance:
        return
    if _day(statement.balance.get("DTASOF", "")) < max(entry.day for entry in statement.entries):
        return
    try:
        moved = sum(Decimal(entry.amount) for entry in statement.entries)
        statement.entries[0].opening = f"{Decimal(statement.balance['BALAMT'].replace(',', '.')) - moved:f}"
    except InvalidOperation:
        return
