"""Small statements in each format, made up here: the same three lines of one account."""

import io
from decimal import Decimal

from accounts.models import Kind, Member
from accounts.permissions import Role
from expenses.models import Expense, Transfer
from tests.factories import BusinessFactory, MemberFactory
from tests.imports.helpers import bring_in, csv_file

LINES = [
    ("2026-03-01", Decimal("-12.50"), "Corner Café & Co", "Latte"),
    ("2026-03-02", Decimal("1234.00"), "Boss", "Wages"),
    ("2026-03-03", Decimal("-12.50"), "Corner Café & Co", "Latte"),
]
CSV = """Date,Amount,Payee,Note
2026-03-01,-12.50,Corner Café & Co,Latte
2026-03-02,1234.00,Boss,Wages
2026-03-03,-12.50,Corner Café & Co,Latte
"""
GERMAN = """Buchungstag;Beguenstigter/Zahlungspflichtiger;Verwendungszweck;Betrag;Waehrung
01.03.2026;Corner Café & Co;Latte;-12,50;GBP
02.03.2026;Boss;Wages;1.234,00;GBP
03.03.2026;Corner Café & Co;Latte;-12,50;GBP
"""
TWO_COLUMNS = """Date,Description,Money out,Money in,Notes
01/03/2026,Corner Café & Co,12.50,,Latte
02/03/2026,Boss,,"1,234.00",Wages
03/03/2026,Corner Café & Co,12.50,,Latte
17/02/2026,,0.00,0.00,
"""
SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS></SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>GBP
<BANKACCTFROM><BANKID>200000<ACCTID>12345678<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260301<DTEND>20260303
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260301120000[0:GMT]<TRNAMT>-12.50<FITID>F1<NAME>Corner Café &amp; Co<MEMO>Latte</STMTTRN>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260302<TRNAMT>+1234.00<FITID>F2<NAME>Boss<MEMO>Wages</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260303<TRNAMT>-12,50<FITID>F3<NAME>Corner Café &amp; Co<MEMO>Latte</STMTTRN>
</BANKTRANLIST>
<LEDGERBAL><BALAMT>1309.00<DTASOF>20260303</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
OFX2 = """<?xml version="1.0" encoding="UTF-8"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>GBP</CURDEF>
<CCACCTFROM><ACCTID>12345678</ACCTID></CCACCTFROM><BANKTRANLIST>
<STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20260301</DTPOSTED><TRNAMT>-12.50</TRNAMT><FITID>F1</FITID>
<NAME><![CDATA[Corner Café & Co]]></NAME><MEMO>Latte</MEMO></STMTTRN>
<STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20260302</DTPOSTED><TRNAMT>1234.00</TRNAMT><FITID>F2</FITID>
<NAME>Boss</NAME><MEMO>Wages</MEMO></STMTTRN>
<STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20260303</DTPOSTED><TRNAMT>-12.50</TRNAMT><FITID>F3</FITID>
<NAME>Corner Caf&#233; &amp; Co</NAME><MEMO>Latte</MEMO></STMTTRN>
</BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>
"""
QIF = """!Type:Bank
D3/ 1'26
T-12.50
PCorner Café & Co
MLatte
^
D3/ 2'26
T1,234.00
PBoss
MWages
^
D3/ 3'26
T-12.50
PCorner Café & Co
MLatte
^
D2/ 17'26
T-0.00
^
"""
MT940 = """{1:F01BANKGB2LAXXX0000000000}{2:I940BANKGB2LXXXXN}{4:
:20:STARTUMSE
:25:200000/12345678
:28C:00001/001
:60F:C260228GBP100,00
:61:2603010301D12,50NTRFNONREF//0001
:86:020?00Card?20Lat?21te?32Corner Café?33 & Co
:61:2603020302C1234,00NTRFNONREF
:86:/TRTP/SEPA/NAME/Boss/REMI/Wages/EREF/NOTPROVIDED
:61:260303D12,50NMSCNONREF
:86:105?20Latte?32Corner Café & Co
:62F:C260303GBP1309,00
-}
"""


def camt(*entries: str, account: str = "GB33BUKB20201555555555") -> str:
    opening = '<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">87.50</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<Stmt><Acct><Id><IBAN>{account}</IBAN></Id><Ccy>GBP</Ccy></Acct>{opening}{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    )


def camt_entry(day: str, amount: str, name: str, note: str, reference: str = "", status: str = "BOOK") -> str:
    """The sign stands apart from the amount, the party on the other side of it."""
    mark, party = ("DBIT", "Cdtr") if amount.startswith("-") else ("CRDT", "Dbtr")
    return (
        f'<Ntry><Amt Ccy="GBP">{amount.lstrip("-")}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><{party}><Pty><Nm>"
        f"{name}</Nm></Pty></{party}></RltdPties><RmtInf><Ustrd>{note}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


CAMT = camt(
    camt_entry("2026-03-01", "-12.50", "Corner Café &amp; Co", "Latte", "R1"),
    camt_entry("2026-03-02", "1234.00", "Boss", "Wages", "R2"),
    camt_entry("2026-03-03", "-12.50", "Corner Café &amp; Co", "Latte", "R3"),
    camt_entry("2026-03-04", "-99.00", "Not yet", "Booked", "R4", status="PDNG"),
)
FORMATS = {
    "csv": CSV.encode(),
    "csv of windows": CSV.encode("cp1252"),
    "csv of excel": CSV.encode("utf-16"),
    "german csv": GERMAN.encode("cp1252"),
    "two columns": TWO_COLUMNS.encode(),
    "ofx 1": SGML.encode("cp1252"),
    "ofx 2": OFX2.encode(),
    "qif": QIF.encode(),
    "mt940": MT940.replace("\n", "\r\n").encode(),
    "camt": CAMT.encode(),
}


def person() -> Member:
    return MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL, currency="GBP"), role=Role.OWNER)


def posted(by: Member) -> list[tuple[str, Decimal, str, str]]:
    """All expenses and incomes as lines: day, signed amount, payee and note, in the order of their days."""
    rows = Expense.objects.for_business(by.business).select_related("payee").order_by("spent_on", "pk")
    return [
        (
            str(each.spent_on),
            each.amount if each.kind != "expense" else -each.amount,
            each.payee.name if each.payee else "",
            each.note,
        )
        for each in rows
    ]


def moved(by: Member) -> list[tuple[str, str, Decimal]]:
    rows = Transfer.objects.for_business(by.business).order_by("moved_on", "pk")
    return list(rows.values_list("source__name", "target__name", "amount"))


def lines(by: Member, *rows: tuple[object, ...], kind: str = "bank", **options: object):
    """Bring rows of date, amount, payee and note in."""
    return bring_in(by, kind, csv_file(("Date", "Amount", "Payee", "Note"), *rows), **options)


def send(by: Member, content: str | bytes, kind: str = "bank", **options: object):
    return bring_in(by, kind, io.BytesIO(content.encode() if isinstance(content, str) else content), **options)
