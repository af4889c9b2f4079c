"""A report as a file: the same figures as on its page, all rows of it."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook

from accounts.models import Business
from common.pdf import paper
from common.spreadsheets import CSV_TYPE, XLSX_TYPE, add_sheets, csv_lines
from portal.reports.shapes import Column, Report, Row, Unit
from portal.reports.spans import in_words
from portal.reports.words import cells

INDENT = "  "
LONGEST_TITLE = 31  # of a sheet in Excel


@dataclass(frozen=True)
class Form:
    """A kind of file: its name for people, its content type and how it is written."""

    label: str
    content_type: str
    write: Callable[[Report, Business], bytes]


def _csv(report: Report, _business: Business) -> bytes:
    return "".join(csv_lines(_header(report), _rows(report))).encode()


def _xlsx(report: Report, _business: Business) -> bytes:
    workbook, file = Workbook(write_only=True), io.BytesIO()
    add_sheets(workbook, report.title[:LONGEST_TITLE], _header(report), _rows(report))
    workbook.save(file)
    return file.getvalue()


def _pdf(report: Report, business: Business) -> bytes:
    words = [_in_words(report, row, business.currency) for row in report.all_rows]
    columns = [{"name": report.of, "number": False}, *({"name": column.name, "number": True} for column in report.columns)]
    strong = [place for place, row in enumerate(report.all_rows) if row.is_sum]
    under = f"{business.name}, {in_words(report.period)}"
    return paper("sheet.typ", {"title": report.title, "business": under, "columns": columns, "rows": words, "strong": strong})


FORMS: Mapping[str, Form] = {
    "csv": Form("CSV", CSV_TYPE, _csv),
    "xlsx": Form("Excel", XLSX_TYPE, _xlsx),
    "pdf": Form("PDF", "application/pdf", _pdf),
}


def response(report: Report, business: Business, ending: str) -> HttpResponse:
    """The report as one of the FORMS, to be kept by whoever asked and by no cache."""
    form = FORMS[ending]
    title = report.title.lower().replace(" ", "-")
    filename = f"{business.slug}-{title}-{report.period.first}-{report.period.last}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "private, no-store"}
    return HttpResponse(form.write(report, business), content_type=form.content_type, headers=headers)


def _header(report: Report) -> list[str]:
    return [report.of, *(_head(column) for column in report.columns)]


def _rows(report: Report) -> Iterator[list[Any]]:
    for row in report.all_rows:
        yield [f"{INDENT * row.depth}{row.label}", *(figure.shown for figure in row.figures)]


def _head(column: Column) -> str:
    return f"{column.name} %" if column.unit in {Unit.PERCENT, Unit.CHANGE} else column.name


def _in_words(report: Report, row: Row, currency: str) -> list[str]:
    return [f"{INDENT * row.depth}{row.label}", *(words for _, _, words in cells(report.columns, row, currency))]
