"""QIF: a letter and a value a line, a caret behind each record."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from expenses.bank.layout import Entry, short, table
from imports.tables import BadFile

MONEY = {"bank", "cash", "ccard", "oth a", "oth l"}
OPENING = "opening balance"
DATE = re.compile(r"\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*([/.'-])\s*(\d{2,4})\s*")
LETTERS = set("DTUPMLNCAFSE$%") | set("XYQIORVBGHJKWZ0123456789")
RECONCILED = {"x", "r"}


@dataclass
class _Record:
    """What stands between two carets; the parts are (category, note, amount) of a split."""

    line: int = 0
    values: dict[str, str] = field(default_factory=dict)
    parts: list[list[str]] = field(default_factory=list)


def rows(text: str) -> Iterator[list[str]]:
    return table(list(_entries(text)), "QIF")


def _entries(text: str) -> Iterator[Entry]:
    section, account = "", ""
    for head, record in _records(text):
        section = head
        if section == "account":
            account = record.values.get("N", account)
        elif section in MONEY:
            if record.values.get("P", "").casefold() == OPENING and (own := _bracketed(record.values.get("L", ""))):
                account = own
            yield from _of_record(record, account)


def _records(text: str) -> Iterator[tuple[str, _Record]]:
    """Each record with the section it stands in."""
    section, record = "bank", _Record()
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip()
        if line.startswith("!"):
            section = _section(line) or section
        elif line.startswith("^"):
            if record.values or record.parts:
                yield section, record
            record = _Record()
        elif line:
            _take(record, line, number, section)
    if record.values:
        yield section, record


def _section(line: str) -> str:
    """!Type:Bank and !Account begin a section; !Option and !Clear do not."""
    head = line[1:].strip().casefold()
    if head.startswith("type:"):
        return head.removeprefix("type:").strip()
    return "account" if head == "account" else ""


def _take(record: _Record, line: str, number: int, section: str) -> None:
    letter, value = line[0].upper(), line[1:].strip()
    if section not in MONEY | {"account"}:
        return
    if letter not in LETTERS:
        raise BadFile(f"Line {number} of this QIF file cannot be read: “{short(line)}”.")
    if not (record.values or record.parts):
        record.line = number
    if letter == "S":
        record.parts.append([value, "", ""])
    elif letter in "E$" and record.parts:
        record.parts[-1]["E$".index(letter) + 1] = value
    else:
        record.values.setdefault(letter, value)


def _of_record(record: _Record, account: str) -> Iterator[Entry]:
    values = record.values
    if "D" not in values or not ("T" in values or "U" in values):
        raise BadFile(f"The record that begins in line {record.line} of this QIF file has no date or no amount.")
    entry = Entry(
        day=_day(values["D"]),
        amount=values.get("T") or values["U"],
        payee=values.get("P", ""),
        note=_note(values),
        account=account,
        reconciled="yes" if values.get("C", "").casefold() in RECONCILED else "",
    )
    if values.get("P", "").casefold() == OPENING:
        entry.sort, entry.payee = "opening", ""
        yield entry
        return
    if len(record.parts) > 1:
        for category, note, amount in record.parts:
            part = Entry(day=entry.day, amount=amount, payee=entry.payee, note=note or entry.note, account=account)
            part.reconciled, part.split = entry.reconciled, f"line {record.line}"
            yield _filed(part, category)
        return
    yield _filed(entry, record.parts[0][0] if record.parts else values.get("L", ""))


def _filed(entry: Entry, category: str) -> Entry:
    """A category, or in brackets the other account; a class behind a slash is no part of it."""
    if own := _bracketed(category):
        entry.transfer = "" if own == entry.account else f"[{own}]"
    else:
        entry.category = category.partition("/")[0].strip()
    return entry


def _bracketed(text: str) -> str:
    return text[1:].partition("]")[0].strip() if text.startswith("[") else ""


def _note(values: dict[str, str]) -> str:
    number = values.get("N", "")
    return " ".join(part for part in (values.get("M", ""), f"No. {number}" if number.isdigit() else "") if part)


def _day(text: str) -> str:
    """1/ 5'24 is of 2024; which of the first two is the month is seen from all of them together."""
    if not (found := DATE.fullmatch(text)):
        return text
    first, second, mark, year = found.groups()
    if len(year) == 2:
        year = f"20{year}" if mark == "'" or int(year) < 70 else f"19{year}"
    return f"{int(first):02}/{int(second):02}/{year}"
