"""OFX 2.1.1, a statement for each account: what a bank would send, for programs that read bank files."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

from common import money
from expenses.exports.book import TRANSFER, Book, Record
from expenses.exports.names import one_line
from expenses.models import Account, AccountKind, ExpenseKind

HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    '<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
)
OK = "<STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>"
BANK = "TILLBOOK"  # at most 9 characters
LONGEST_NAME, LONGEST_MEMO, LONGEST_ACCOUNT = 32, 255, 22


def ofx(book: Book, *, at: datetime) -> Iterator[str]:
    signed_on = f"<SONRS>{OK}<DTSERVER>{at:%Y%m%d%H%M%S}</DTSERVER><LANGUAGE>ENG</LANGUAGE></SONRS>"
    yield f"{HEAD}<OFX>\n<SIGNONMSGSRSV1>{signed_on}</SIGNONMSGSRSV1>\n"
    cards = [account for account in book.accounts.values() if account.kind == AccountKind.CARD]
    banks = [account for account in book.accounts.values() if account.kind != AccountKind.CARD]
    for accounts, messages, prefix in ((banks, "BANKMSGSRSV1", ""), (cards, "CREDITCARDMSGSRSV1", "CC")):
        if accounts:
            yield f"<{messages}>\n"
            for account in accounts:
                yield from _statement(book, account, prefix)
            yield f"</{messages}>\n"
    yield "</OFX>\n"


def _statement(book: Book, account: Account, prefix: str) -> Iterator[str]:
    yield f"<{prefix}STMTTRNRS><TRNUID>{account.pk}</TRNUID>{OK}<{prefix}STMTRS><CURDEF>{book.currency}</CURDEF>"
    number = _text(f"{account.pk} {account.name}", LONGEST_ACCOUNT)
    if prefix:
        yield f"<CCACCTFROM><ACCTID>{number}</ACCTID></CCACCTFROM>\n"
    else:
        yield f"<BANKACCTFROM><BANKID>{BANK}</BANKID><ACCTID>{number}</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM>\n"
    yield f"<BANKTRANLIST><DTSTART>{_day(book.first_day)}</DTSTART><DTEND>{_day(book.until)}</DTEND>\n"
    for record in book.posted(account=account.pk):
        yield _transaction(book, record, account.pk)
    balance = f"<BALAMT>{_number(book.closing[account.pk], book.currency)}</BALAMT><DTASOF>{_day(book.until)}</DTASOF>"
    yield f"</BANKTRANLIST><LEDGERBAL>{balance}</LEDGERBAL></{prefix}STMTRS></{prefix}STMTTRNRS>\n"


def _transaction(book: Book, record: Record, account: int) -> str:
    amount = record.effect_on(account)
    kind = "XFER" if record.kind == TRANSFER else "CREDIT" if amount > 0 else "DEBIT"
    categories = ", ".join(book.categories[part.category_id][-1] for part in record.parts)
    memo = _text(" - ".join(part for part in (record.note, categories) if part), LONGEST_MEMO)
    name = _text(record.payee or _named(record), LONGEST_NAME)
    return (
        f"<STMTTRN><TRNTYPE>{kind}</TRNTYPE><DTPOSTED>{_day(record.on)}</DTPOSTED>"
        f"<TRNAMT>{_number(amount, book.currency)}</TRNAMT><FITID>{record.key}</FITID><NAME>{name}</NAME>"
        f"{f'<MEMO>{memo}</MEMO>' if memo else ''}{_origin(record, book.currency)}</STMTTRN>\n"
    )


def _named(record: Record) -> str:
    return "Transfer" if record.kind == TRANSFER else str(ExpenseKind(record.kind).label)


def _origin(record: Record, currency: str) -> str:
    """What it was paid in: the amount above is converted already."""
    known = record.rate and record.foreign_currency in money.living_currencies() and record.foreign_currency != currency
    if not known:
        return ""
    return f"<ORIGCURRENCY><CURRATE>{record.rate:f}</CURRATE><CURSYM>{record.foreign_currency}</CURSYM></ORIGCURRENCY>"


def _day(on: date) -> str:
    return f"{on:%Y%m%d}120000"


def _number(amount: Decimal, currency: str) -> str:
    return f"{amount:.{money.places(currency)}f}"


def _text(text: str, longest: int) -> str:
    return escape(one_line(text)[:longest].strip())
