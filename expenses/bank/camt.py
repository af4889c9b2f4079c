"""camt.053 (also 052 and 054): ISO 20022 statements. The sign of an amount stands in a field of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from expenses.bank.layout import LARGEST_STATEMENT, Entry, table
from imports.tables import MEGABYTE, BadFile

STATEMENTS = {"Stmt", "Rpt", "Ntfctn"}
OPENINGS = {"OPBD", "PRCD"}
NOT_BOOKED = {"PDNG", "INFO", "FUTR"}
NO_IDS = {"", "NOTPROVIDED", "NONREF", "0"}


@dataclass
class _Statement:
    account: str = ""
    currency: str = ""
    opening: str = ""


def rows(source: IO[bytes]) -> Iterator[list[str]]:
    if source.seek(0, 2) > LARGEST_STATEMENT:
        raise BadFile(f"A bank statement may have at most {LARGEST_STATEMENT // MEGABYTE} MB. Send it in parts.")
    source.seek(0)
    try:
        return table(list(_entries(source)), "camt")
    except DefusedXmlException as error:
        raise BadFile("This XML file declares entities of its own, as no bank does, so it is not read.") from error
    except (ParseError, ValueError, LookupError) as error:
        line = getattr(error, "position", (0, 0))[0]
        raise BadFile(f"This camt file is damaged{f' in line {line}' if line else ''}: its XML cannot be read.") from error


def _entries(source: IO[bytes]) -> Iterator[Entry]:
    statement, depth = _Statement(), 0
    for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
        name = _name(element)
        if event == "start":
            statement = _Statement() if name in STATEMENTS else statement
            depth += name == "Ntry"
            continue
        if name == "Acct" and not depth and not statement.account:
            statement.account = _text(element, "Id/IBAN") or _text(element, "Id/Othr/Id")
            statement.currency = _text(element, "Ccy")
        elif name == "Bal" and not statement.opening and _text(element, "Tp/CdOrPrtry/Cd") in OPENINGS:
            statement.opening = _signed(element)
        elif name == "Ntry":
            depth -= 1
            if _status(element) not in NOT_BOOKED:
                yield _entry(element, statement)
                statement.opening = ""
            element.clear()


def _entry(element: Element, statement: _Statement) -> Entry:
    """An entry as the statement books it: several payments booked in one sum are one line."""
    details = _all(element, "NtryDtls/TxDtls")
    one = details[0] if len(details) == 1 else None
    other = ("Cdtr" if _text(element, "CdtDbtInd") == "DBIT" else "Dbtr") if one is not None else ""
    payee, transfer, note = "", "", ""
    if one is not None:
        party = f"RltdPties/{other}"
        payee = _text(one, f"{party}/Pty/Nm") or _text(one, f"{party}/Nm")
        transfer = _text(one, f"RltdPties/{other}Acct/Id/IBAN") or _text(one, f"RltdPties/{other}Acct/Id/Othr/Id")
        note = " ".join(part.text or "" for part in _all(one, "RmtInf/Ustrd"))
        note = note or _text(one, "RmtInf/Strd/CdtrRefInf/Ref") or _text(one, "AddtlTxInf")
    day = _text(element, "BookgDt/Dt") or _text(element, "BookgDt/DtTm")[:10] or _text(element, "ValDt/Dt")
    amount = _signed(element)
    return Entry(
        day=day,
        amount=amount,
        payee=payee,
        note=note or _text(element, "AddtlNtryInf"),
        account=statement.account,
        transfer=transfer,
        transaction=_identity(element, day, amount),
        currency=next((each.get("Ccy", "") for each in _all(element, "Amt")), "") or statement.currency,
        opening=statement.opening,
    )


def _identity(element: Element, day: str, amount: str) -> str:
    """The bank's reference. Some give one to several bookings of a day, others only count: day and amount belong to it."""
    reference = _text(element, "AcctSvcrRef") or _text(element, "NtryRef")
    return "" if reference.upper() in NO_IDS else f"{reference} {day} {amount}"


def _signed(element: Element) -> str:
    amount = _text(element, "Amt")
    return f"-{amount}" if amount and _text(element, "CdtDbtInd") == "DBIT" else amount


def _status(element: Element) -> str:
    return _text(element, "Sts/Cd") or _text(element, "Sts")


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _all(element: Element, path: str) -> list[Element]:
    """The elements at a path, whatever version of the standard their names belong to."""
    found = [element]
    for step in path.split("/"):
        found = [child for each in found for child in each if _name(child) == step]
    return found


def _text(element: Element, path: str) -> str:
    return next(((each.text or "").strip() for each in _all(element, path)), "")
