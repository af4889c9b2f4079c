"""Whatever a bank hands out is read to the same lines; what cannot be read is said in one sentence."""

from contextlib import suppress
from decimal import Decimal
from io import BytesIO

import pytest

from expenses import bank
from expenses.models import Account, StatementLine
from imports.models import ImportBatch
from imports.tables import BadFile
from tests.expenses.statements import CAMT, FORMATS, LINES, MT940, QIF, SGML, camt, camt_entry, moved, person, posted, send
from tests.imports.helpers import errors, start

pytestmark = pytest.mark.django_db
BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><Document xmlns="camt.053">&b;</Document>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Document xmlns="camt.053">&a;</Document>'


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_lines_come_from_every_format(name):
    me = person()

    batch = send(me, FORMATS[name])

    assert errors(batch) == []
    assert posted(me) == LINES
    assert batch.new_rows == 3


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_file_again_adds_nothing(name):
    me = person()
    send(me, FORMATS[name])

    again = send(me, FORMATS[name])

    assert (again.new_rows, again.changed_rows, again.error_rows) == (0, 0, 0)
    assert posted(me) == LINES
    assert Account.objects.for_business(me.business).count() == 1


@pytest.mark.parametrize(
    ("name", "account", "opening"),
    [
        ("ofx 1", "12345678", "100.00"),  # the closing balance less its lines
        ("mt940", "200000/12345678", "100.00"),
        ("camt", "GB33BUKB20201555555555", "87.50"),
        ("csv", "Bank account", "0"),
    ],
)
def test_a_new_account_has_the_files_number_and_begins_with_its_balance(name, account, opening):
    me = person()

    send(me, FORMATS[name])

    made = Account.objects.get(business=me.business)
    assert (made.name, made.opening_balance, str(made.opened_on)) == (account, Decimal(opening), "2026-03-01")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (SGML[: SGML.index("<FITID>F2")], "The transaction (STMTTRN) that begins in line 12 has no end"),
        (SGML.replace("</STMTTRN>\n<STMTTRN><TRNTYPE>CREDIT", "\n<STMTTRN><TRNTYPE>CREDIT"), "that begins in line 11 has no end"),
        ("OFXHEADER:100\n\n<OFX></OFX>", "This OFX file holds no transactions."),
        (CAMT[:-40], "This camt file is damaged in line 1"),
        (CAMT.replace("</Sts>", "</Stz>"), "This camt file is damaged in line 1"),
        (camt(), "This camt file holds no transactions."),
        (BOMB, "declares entities of its own"),
        (OUTSIDE, "declares entities of its own"),
        ('<?xml version="1.0"?><html/>', "neither OFX nor camt.053"),
        (QIF.replace("PBoss", "?Boss"), "Line 9 of this QIF file cannot be read: “?Boss”."),
        ("!Type:Bank\nPNobody\n^\n", "The record that begins in line 2 of this QIF file has no date or no amount."),
        ("!Type:Cat\nNFood\n^\n", "This QIF file holds no transactions."),
        (MT940.replace("2603020302C1234,00", "26030203X"), "Line 8 is no transaction (:61:) that can be read"),
        (MT940.replace("2603010301D", "2613410301D"), "Line 6 holds no date that can be read"),
        (MT940.replace("C260228GBP100,00", "what"), "Line 5 holds no opening balance (:60F:)"),
    ],
)
def test_a_broken_file_answers_with_one_sentence_and_keeps_nothing(content, sentence):
    with pytest.raises(BadFile) as refused:
        start(person(), "bank", _file(content))

    assert sentence in refused.value.message
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("cut", range(0, 1400, 37))
@pytest.mark.parametrize("name", ["ofx 1", "ofx 2", "qif", "mt940", "camt"])
def test_a_file_cut_anywhere_is_read_or_refused_but_never_breaks(name, cut):
    with suppress(BadFile):
        assert list(bank.rows_of(_file(FORMATS[name][:cut])))


def test_an_entity_in_ofx_is_text_and_nothing_more():
    me = person()

    send(me, SGML.replace("<NAME>Boss", "<NAME>&boss; &lt;b&gt;"))

    assert posted(me)[1][2] == "&boss; <b>"


def test_a_row_without_a_date_or_amount_is_named():
    me = person()
    batch = send(me, SGML.replace("<DTPOSTED>20260302", "").replace("-12,50", "none"), partial=True)

    assert errors(batch) == [(3, "spent_on", "The row has no date."), (4, "amount", "“none” is not a number.")]
    assert posted(me) == LINES[:1]


def test_a_qif_split_is_one_expense_and_brackets_are_own_accounts():
    me = person()

    send(
        me,
        "!Type:Bank\nD31/03/2026\nT-30.00\nPShop\nSFood\n$-10.00\nSHome:Tools/2026\nEnails\n$-20.00\n^\n"
        "D31/03/2026\nT-100.00\nPMe\nL[Savings]\nCX\n^\nD30/03/2026\nT500\nPOpening Balance\nL[Current]\n^\n",
    )

    assert posted(me) == [("2026-03-31", Decimal("-30.00"), "Shop", "")]
    splits = me.business.expenses.get().splits.order_by("pk")
    assert [(split.category.name, split.amount, split.note) for split in splits] == [
        ("Food", Decimal(10), ""),
        ("Tools", Decimal(20), "nails"),
    ]
    assert moved(me) == [("Current", "Savings", Decimal(100))]
    assert Account.objects.get(name="Current").opening_balance == 500


def test_a_credit_taken_back_goes_out_and_a_new_year_is_found():
    me = person()

    send(me, MT940.replace("2603010301D12,50", "2512310101RC12,50").replace("2603020302C", "2603020302RD"))

    assert [line[:2] for line in posted(me)] == [
        ("2026-01-01", Decimal("-12.50")),
        ("2026-03-02", Decimal("1234.00")),
        ("2026-03-03", Decimal("-12.50")),
    ]


def test_several_payments_booked_in_one_sum_are_one_line():
    me = person()
    part = "<TxDtls><RltdPties><Cdtr><Nm>Somebody</Nm></Cdtr></RltdPties></TxDtls>"
    entry = camt_entry("2026-03-01", "-40.00", "A", "B", "R1").replace("</TxDtls>", f"</TxDtls>{part}")

    send(me, camt(entry.replace("</Ntry>", "<AddtlNtryInf>2 payments</AddtlNtryInf></Ntry>")))

    assert posted(me) == [("2026-03-01", Decimal("-40.00"), "", "2 payments")]


def test_a_second_reference_on_a_day_is_told_by_its_amount():
    me = person()
    same = [camt_entry("2026-03-01", amount, "A", "B", "R1") for amount in ("-40.00", "-41.00", "-40.00")]

    batch = send(me, camt(*same))

    assert (batch.new_rows, batch.unchanged_rows) == (2, 1)
    assert StatementLine.objects.count() == 2


def _file(content):
    return BytesIO(content.encode() if isinstance(content, str) else content)
