"""MT940: SWIFT's statement of an account, as banks hand it out."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from expenses.bank.layout import Entry, short, table
from imports.tables import BadFile

FIELD = re.compile(r"^:(\d{2}[A-Z]?):(.*)$")
LINE = re.compile(
    r"(?P<value>\d{6})(?P<booked>\d{4})?(?P<mark>R?[CD])(?P<funds>[A-Z])?(?P<amount>[\d.]{1,15},\d{0,4}|\d{1,15})"
    r"(?P<kind>[A-Z][A-Z0-9]{3})?(?P<reference>.*)"
)
BALANCE = re.compile(r"(?P<mark>[CD])(?P<day>\d{6})(?P<currency>[A-Z]{3})(?P<amount>[\d.]{1,15},\d{0,4}|\d{1,15})")
SUBFIELD = re.compile(r"\?(\d{2})")
CODED = re.compile(r"/(NAME|REMI|IBAN|BENM|ORDP|CNTP|EREF|MARF|CSID|USTD|TRTP|BIC|PURP|CREF)/")
ENVELOPE = re.compile(r"-\}?\s*$|\{")
PURPOSE = [*range(20, 30), *range(60, 64)]


def rows(text: str) -> Iterator[list[str]]:
    reader = _Reader()
    for tag, value, number in _fields(text):
        reader.take(tag, value, number)
    return table(reader.entries, "MT940")


class _Reader:
    """Knows the account and the balance that the lines to come belong to."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._account = self._currency = self._opening = ""
        self._is_described = True

    def take(self, tag: str, value: str, number: int) -> None:
        if tag == "25":
            self._account = value.partition("\n")[0].strip()
        elif tag in {"60F", "60M"}:
            self._currency, self._opening = _opened(value, number)
        elif tag == "61":
            self._add(_line(value, number))
        elif tag == "86" and not self._is_described:
            _describe(self.entries[-1], value)
        self._is_described = tag != "61"

    def _add(self, entry: Entry) -> None:
        entry.account, entry.currency, entry.opening, self._opening = self._account, self._currency, self._opening, ""
        self.entries.append(entry)


def _fields(text: str) -> Iterator[tuple[str, str, int]]:
    """Tag, value with its further lines, and the line it begins in."""
    tag, value, began = "", "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        if found := FIELD.match(line.rstrip()):
            if tag:
                yield tag, value, began
            tag, value, began = found[1], found[2], number
        elif tag and ENVELOPE.match(line):
            yield tag, value, began
            tag = ""
        elif tag:
            value += "\n" + line.rstrip()
    if tag:
        yield tag, value, began


def _opened(value: str, number: int) -> tuple[str, str]:
    found = BALANCE.match(value.strip())
    if not found:
        raise BadFile(f"Line {number} holds no opening balance (:60F:) that can be read: “{short(value)}”.")
    sign = "-" if found["mark"] == "D" else ""
    return found["currency"], sign + _amount(found["amount"], number)


def _line(value: str, number: int) -> Entry:
    first, _, more = value.partition("\n")
    found = LINE.match(first.strip())
    if not found:
        raise BadFile(f"Line {number} is no transaction (:61:) that can be read: “{short(value)}”.")
    sign = "-" if found["mark"] in {"D", "RC"} else ""  # a credit taken back goes out
    reference = found["reference"].replace("NONREF", "").replace("//", " ").strip()
    return Entry(
        day=_booked(found["value"], found["booked"] or "", number),
        amount=sign + _amount(found["amount"], number),
        note=" ".join(part for part in (reference, more) if part),
    )


def _amount(text: str, number: int) -> str:
    try:
        return f"{Decimal(text.replace('.', '').replace(',', '.')):.2f}" if "," in text else f"{Decimal(text):.2f}"
    except InvalidOperation as error:
        raise BadFile(f"Line {number} holds no amount that can be read: “{short(text)}”.") from error


def _booked(value: str, booked: str, number: int) -> str:
    """The day of entry, which comes without its year: the one next to the value date."""
    try:
        day = date(2000 + int(value[:2]), int(value[2:4]), int(value[4:]))
        if not booked:
            return day.isoformat()
        near = [_in_year(day.year + step, booked) for step in (-1, 0, 1)]
    except ValueError as error:
        raise BadFile(f"Line {number} holds no date that can be read: “{value}{booked}”.") from error
    return min((each for each in near if each), key=lambda each: abs((each - day).days), default=day).isoformat()


def _in_year(year: int, booked: str) -> date | None:
    try:
        return date(year, int(booked[:2]), int(booked[2:]))
    except ValueError:
        return None


def _describe(entry: Entry, value: str) -> None:
    """Payee and purpose, by the codes of German (?20), Dutch (/REMI/) and all other banks (plain text)."""
    joined = value.replace("\n", "")
    if SUBFIELD.search(joined):
        parts = SUBFIELD.split(joined)
        fields = dict(zip(map(int, parts[1::2]), parts[2::2], strict=True))
        entry.payee = "".join(fields.get(key, "") for key in (32, 33))
        note = "".join(fields.get(key, "") for key in PURPOSE)
        entry.note = note or fields.get(0, "") or entry.note
        entry.transfer = fields.get(31, "")
    elif CODED.search(joined):
        parts = CODED.split(joined)
        named = dict(zip(parts[1::2], (part.strip("/ ") for part in parts[2::2]), strict=True))
        entry.payee = named.get("NAME", "")
        entry.note = named.get("REMI", "").removeprefix("USTD//") or named.get("USTD", "") or entry.note
        entry.transfer = named.get("IBAN", "")
    else:
        entry.note = " ".join(part for part in (value.replace("\n", " "), entry.note) if part)
