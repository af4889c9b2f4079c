"""A list as a file: the rows that its filters leave, all of them, in the order of the page."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from openpyxl import Workbook

from accounts import trail
from accounts.middleware import MemberRequest
from accounts.models import Business
from accounts.permissions import Action
from common.spreadsheets import CSV_TYPE, XLSX_TYPE, add_sheets, csv_lines

CHUNK = 1000


@dataclass(frozen=True)
class ListColumn:
    """A head, and what stands under it: text, number, day or moment."""

    name: str
    value: Callable[[Any], Any]


def list_file(request: MemberRequest, name: str, columns: Sequence[ListColumn], rows: "QuerySet[Any]") -> HttpResponseBase | None:
    """The file that the address asks for by `file=csv` or `file=xlsx`; None where it asks for the page.

    Written row by row: memory does not grow with the list. Raises NotAllowed for who may not export; the trail says who did.
    """
    ending = request.GET.get("file", "")
    if ending not in WRITERS:
        return None
    request.member.must(Action.EXPORT)
    business = request.business
    trail.record("list exported", business, by=request.member, at=timezone.now(), after={"list": name, "as": ending})
    answer = WRITERS[ending](name, columns, _values(columns, rows.iterator(chunk_size=CHUNK), business))
    answer["Content-Disposition"] = f'attachment; filename="{business.slug}-{name}.{ending}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _csv(name: str, columns: Sequence[ListColumn], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    return StreamingHttpResponse(csv_lines([column.name for column in columns], rows), content_type=CSV_TYPE)


def _xlsx(name: str, columns: Sequence[ListColumn], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    workbook = Workbook(write_only=True)
    add_sheets(workbook, name.capitalize(), [column.name for column in columns], rows)
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
    workbook.save(file)
    file.seek(0)
    return FileResponse(file, content_type=XLSX_TYPE)


WRITERS = {"csv": _csv, "xlsx": _xlsx}


def _values(columns: Sequence[ListColumn], rows: Iterable[Any], business: Business) -> Iterator[list[Any]]:
    """Moments are those of the business's clock, which is what a spreadsheet can hold."""
    zone = ZoneInfo(business.timezone)
    for row in rows:
        values = [column.value(row) for column in columns]
        yield [
            value.astimezone(zone).replace(tzinfo=None, microsecond=0) if isinstance(value, datetime) else value
            for value in values
        ]
