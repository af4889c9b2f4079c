"""Reads whatever people call a spreadsheet, row by row, as lists of text; says in words what cannot be read."""

import codecs
import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import IO, Any, cast

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from common.errors import InvalidInput
from common.spreadsheets import meant

MEGABYTE = 1024 * 1024
LARGEST_FILE = 100 * MEGABYTE
LARGEST_WORKBOOK = 25 * MEGABYTE
LARGEST_UNPACKED = 500 * MEGABYTE
LARGEST_STRINGS = 64 * MEGABYTE
SAMPLE = 64 * 1024
SAMPLE_LINES = 20
DELIMITERS = ",;\t|"
OPEN_QUOTE = "unexpected end of data"  # what the csv module says of it
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
FOREIGN = {
    b"%PDF": "This is a PDF. Export the list as CSV or XLSX and send that.",
    b"\xd0\xcf\x11\xe0": "This is an old Excel file. Save it as .xlsx or CSV and send that.",
    b"\x89PNG": "This is a picture. Send a CSV or XLSX file.",
    b"\xff\xd8\xff": "This is a picture. Send a CSV or XLSX file.",
}
DAMAGED = "This file is damaged and cannot be read. Save it again and send it once more."


class BadFile(InvalidInput):
    code = "bad_file"
    field = "file"


def rows_of(source: IO[bytes]) -> Iterator[list[str]]:
    """All rows of a CSV (also .gz) or the first sheet of an XLSX file; a blank row is an empty list. Raises BadFile."""
    start = _peek(source, 8)
    if not start:
        raise BadFile("This file is empty.")
    if start.startswith(b"PK\x03\x04"):
        return _workbook(source)
    if start.startswith(b"\x1f\x8b"):
        return _text(_unpacked(source))
    return _text(source)


def delimiter_of(sample: str) -> str:
    """The sign that cuts the sample's lines into the same number of columns, the most of them."""
    lines = [line for line in sample.splitlines() if line.strip()][:SAMPLE_LINES]

    def score(sign: str) -> tuple[bool, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
        return len(set(widths)) == 1 and widths[0] > 1, widths[0] if widths else 0

    return max(DELIMITERS, key=score)


def _peek(source: IO[bytes], size: int) -> bytes:
    source.seek(0)
    start = source.read(size)
    source.seek(0)
    return start


def _unpacked(source: IO[bytes]) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(fileobj=source, mode="rb"))


def _text(source: IO[bytes]) -> Iterator[list[str]]:
    try:
        encoding = encoding_of(source)
        source.seek(0)
        lines = io.TextIOWrapper(source, encoding=encoding, errors="replace", newline="")
        try:
            yield from _records(lines)
        finally:
            lines.detach()
    except (OSError, EOFError, UnicodeError, zlib.error) as error:
        raise BadFile(DAMAGED) from error
    except csv.Error as error:
        raise BadFile("This file is not a table of rows and columns. Send a CSV or XLSX file.") from error


def _records(lines: io.TextIOWrapper) -> Iterator[list[str]]:
    sample = lines.read(SAMPLE)
    sign = delimiter_of(sample.rpartition("\n")[0] or sample)
    lines.seek(0)
    of_row: list[str] = []
    for row in csv.reader(_noted(lines, of_row), delimiter=sign):
        if len(of_row) > 1:
            _refuse_open_quote("".join(of_row), sign)
        of_row.clear()
        yield _trimmed([meant(cell.strip()) for cell in row])


def _noted(lines: Iterable[str], notes: list[str]) -> Iterator[str]:
    for line in lines:
        notes.append(line)
        yield line


def _refuse_open_quote(text: str, sign: str) -> None:
    """Where a quote is never closed, all rows below it are one cell: better no file than half of one."""
    try:
        list(csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True))
    except csv.Error as error:
        if str(error) == OPEN_QUOTE:
            start = text.splitlines()[0][:40]
            raise BadFile(
                f"A quote is opened in the row “{start}” and never closed. Close it and send the file again."
            ) from error


def encoding_of(source: IO[bytes]) -> str:
    """UTF-8 where every byte of it is, UTF-16 by its mark, else Windows-1252, as Excel writes. Reads the file once."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    guess, size = "utf-8-sig", 0
    while block := source.read(MEGABYTE):
        if not size:
            _refuse_foreign(block)
            guess = "utf-16" if block.startswith(UTF16) else guess
        size += len(block)
        if size > LARGEST_UNPACKED:
            raise BadFile(f"Unpacked, this file has more than {LARGEST_UNPACKED // MEGABYTE} MB. Send it in parts.")
        if guess == "utf-8-sig" and not _decodes(decoder, block):
            guess = "cp1252"
    if not size:
        raise BadFile("This file is empty.")
    return guess


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_foreign(block: bytes) -> None:
    for magic, sentence in FOREIGN.items():
        if block.startswith(magic):
            raise BadFile(sentence)
    if b"\0" in block and not block.startswith(UTF16):
        raise BadFile("This is not a table. Send a CSV or XLSX file.")


def _workbook(source: IO[bytes]) -> Iterator[list[str]]:
    try:
        _refuse_bomb(source)
        book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write wrong ones
        for row in sheet.iter_rows(values_only=True):
            yield _trimmed([_cell(value) for value in row])
    except BadFile:
        raise
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        IndexError,
        ValueError,
        OSError,
        EOFError,
        SyntaxError,
        zlib.error,
    ) as error:
        raise BadFile("This is not a spreadsheet that can be read. Save it as .xlsx or CSV and send that.") from error


def _refuse_bomb(source: IO[bytes]) -> None:
    if source.seek(0, io.SEEK_END) > LARGEST_WORKBOOK:
        raise BadFile(f"A spreadsheet may have at most {LARGEST_WORKBOOK // MEGABYTE} MB. Save it as CSV and send that.")
    source.seek(0)
    with zipfile.ZipFile(source) as archive:
        parts = archive.infolist()
    strings = sum(part.file_size for part in parts if "sharedStrings" in part.filename)
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED or strings > LARGEST_STRINGS:
        raise BadFile("Unpacked, this spreadsheet is too large to be read. Save it as CSV and send that.")
    source.seek(0)


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}" if abs(value) < 1e15 else f"{value:f}"
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value).strip()
