"""Cells of CSV and XLSX. Text that a spreadsheet would run as a formula is made plain; numbers and days stay what they are."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import IO, Any, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

WIDE = ("\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *WIDE)
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
ROWS_A_SHEET = 1_000_000  # Excel holds 1,048,576


def plain(value: Any) -> Any:
    """For CSV: text that begins like a formula gets an apostrophe before it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if not isinstance(value, str):
        return "" if value is None else value
    return f"'{value}" if _is_formula(value) else value


def meant(text: str) -> str:
    """What `plain` was given: a file of ours comes back as it went out."""
    return text[1:] if text.startswith("'") and _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Or one behind an apostrophe already, which `meant` would otherwise take for ours."""
    return text.lstrip("'").lstrip(" ").startswith(FORMULA)


def cell(sheet: Any, value: Any) -> Any:
    """For XLSX: text is text whatever it begins with, as if typed after an apostrophe."""
    if not isinstance(value, str):
        return value
    made = WriteOnlyCell(sheet, NOT_IN_XML.sub("", value))
    made.data_type = "s"
    if value.startswith(FORMULA):
        made.quotePrefix = True
    return made


class _Lines:
    """A file that hands on what was written to it last."""

    def write(self, line: str) -> str:
        return line


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a CSV file, one at a time."""
    write = csv.writer(cast("IO[str]", _Lines())).writerow
    yield "\N{BYTE ORDER MARK}"  # without it Excel reads another encoding
    for row in chain([header], rows):
        yield cast("str", write([plain(value) for value in row])).encode("utf-8", "replace").decode()


def add_sheets(workbook: Workbook, title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """One sheet, or as many as the rows need, each with the header. In a write-only workbook rows go to disk as they come."""
    sheet = add_sheet(workbook, title, header)
    for number, row in enumerate(rows):
        if number and number % ROWS_A_SHEET == 0:
            sheet = add_sheet(workbook, f"{title} {number // ROWS_A_SHEET + 1}", header)
        sheet.append([cell(sheet, value) for value in row])


def add_sheet(workbook: Workbook, title: str, header: Sequence[str]) -> Any:
    sheet = workbook.create_sheet(title)
    sheet.append([cell(sheet, name) for name in header])
    return sheet
