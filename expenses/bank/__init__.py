"""Bank statements of every format, and other programs' exports, read into one table. No models here: bytes in, text out."""

import re
from collections.abc import Iterator
from typing import IO

from expenses.bank import camt, exports, mt940, ofx, qif
from expenses.bank.layout import HEADER, text_of
from imports import tables

LOOKED_AT = 64 * 1024
MT940 = re.compile(rb"^:(20|25|28C?|60[FM]):", re.MULTILINE)
QIF = re.compile(rb"^!(type:|account|option:|clear:)", re.IGNORECASE)


def rows_of(source: IO[bytes]) -> Iterator[list[str]]:
    """All rows, the names of the columns first. A table keeps its own; everything else has those of `layout.HEADER`."""
    source.seek(0)
    start = source.read(LOOKED_AT)
    source.seek(0)
    plain = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    upper = plain.upper()
    if upper.startswith((b"OFXHEADER", b"<OFX>", b"<?OFX")) or b"<OFX>" in upper:
        return ofx.rows(text_of(source))
    if b"camt.05" in plain or b"BkToCstmr" in plain:
        return camt.rows(source)
    if plain.startswith((b"<?xml", b"<!DOCTYPE")):
        raise tables.BadFile("This is an XML file, but neither OFX nor camt.053. Send one of those, or CSV.")
    if QIF.match(plain):
        return qif.rows(text_of(source))
    if len(MT940.findall(plain.replace(b"\r", b""))) > 1:
        return mt940.rows(text_of(source))
    return _table(source)


def _table(source: IO[bytes]) -> Iterator[list[str]]:
    rows = tables.rows_of(source)
    for header in rows:
        if not header:
            yield header
            continue
        read = exports.reader_for(header)
        yield HEADER if read else header
        yield from exports.entries(header, rows, read) if read else rows
