"""Cells of CSV and XLSX. Text that a spreadsheet would run as a formula is made plain; numbers and days stay what they are."""

import re
from decimal import Decimal
from typing import Any

from openpyxl.cell import WriteOnlyCell

WIDE = ("\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *WIDE)
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"


def plain(value: Any) -> Any:
    """For CSV: text that begins like a formula gets an apostrophe before it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if not isinstance(value, str):
        return "" if value is None else value
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA) else value


def cell(sheet: Any, value: Any) -> Any:
    """For XLSX: text is text whatever it begins with, as if typed after an apostrophe."""
    if not isinstance(value, str):
        return value
    made = WriteOnlyCell(sheet, NOT_IN_XML.sub("", value))
    made.data_type = "s"
    if value.startswith(FORMULA):
        made.quotePrefix = True
    return made
