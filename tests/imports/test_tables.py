"""Whatever people call a spreadsheet is read, or refused in words."""

import gzip
import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from imports import store, tables
from imports.tables import BadFile, rows_of

ROWS = [["SKU", "Name"], ["A", "Crème brûlée – £5"], ["B", "Zwei\nZeilen"]]


def read(content: bytes) -> list[list[str]]:
    return list(rows_of(io.BytesIO(content)))


def written(sign: str) -> str:
    return f'SKU{sign}Name\nA{sign}Crème brûlée – £5\nB{sign}"Zwei\nZeilen"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_usual_encoding_is_read(encoding: str) -> None:
    assert read(written(",").encode(encoding)) == ROWS


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_any_usual_delimiter_is_found(sign: str) -> None:
    assert read(written(sign).encode()) == ROWS


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(newline: str) -> None:
    assert read(f"SKU,Name{newline}A,Ant{newline}".encode()) == [["SKU", "Name"], ["A", "Ant"]]


def test_a_comma_in_a_text_does_not_mislead(db: None) -> None:
    assert read(b"SKU;Name\nA;Ants, big\nB;Bees, small, red\n")[1] == ["A", "Ants, big"]


def test_a_packed_file_is_unpacked() -> None:
    assert read(gzip.compress(written(";").encode("cp1252"))) == ROWS


def test_a_workbook_is_read_cell_by_cell() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["SKU", "Price", "When", "Active", "Whole"])
    sheet.append(["A", 0.1 + 0.2, datetime(2026, 3, 1, 9, 30), True, 12.0])  # noqa: DTZ001
    content = io.BytesIO()
    book.save(content)

    assert read(content.getvalue())[1] == ["A", "0.3", "2026-03-01 09:30:00", "yes", "12"]


def test_a_workbook_that_unpacks_to_more_than_it_may_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LARGEST_UNPACKED", 1_000)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "0" * 100_000)

    with pytest.raises(BadFile, match="too large to be read"):
        read(content.getvalue())


def test_a_packed_file_that_unpacks_to_more_than_it_may_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LARGEST_UNPACKED", 1_000)

    with pytest.raises(BadFile, match="Unpacked, this file has more than"):
        read(gzip.compress(b"SKU,Name\n" + b"A,Ant\n" * 100_000))


def test_a_row_keeps_the_number_a_spreadsheet_gives_it(settings: object, tmp_path: object) -> None:
    table = store.take_in(source=io.BytesIO(b"\nSKU,Name\n\nA,Ant\n,\nB,Bee\n"), business_id=1)

    assert list(store.stored_rows(table.path)) == [(4, ["A", "Ant"]), (6, ["B", "Bee"])]
    assert table.rows == 2


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_ROWS", 2)

    with pytest.raises(BadFile, match="at most 2 rows"):
        store.take_in(source=io.BytesIO(b"SKU\nA\nB\nC\n"), business_id=1)


def test_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LARGEST_FILE", 10)

    with pytest.raises(BadFile, match="A file may have at most"):
        store.take_in(source=io.BytesIO(b"SKU\nA\nB\nC\nD\nE\n"), business_id=1)


def test_two_columns_of_one_name_are_told_apart() -> None:
    assert store.take_in(source=io.BytesIO(b"Price,Price,\n1,2,3\n"), business_id=1).header == ["Price", "Price (2)"]


@pytest.mark.parametrize(
    ("rows", "is_comma"),
    [
        ([["12,50"]], True),
        ([["1.234,50"]], True),
        ([["12.50"]], False),
        ([["12,50"], ["12.50"]], False),
        ([["12"], ["A, B"]], False),
        ([["1,250"], ["900"]], False),
        ([["1,250"], ["12,5"]], True),
        ([["0,125"]], True),
        ([["1.250"], ["12,5"]], True),
        ([["1,234,567"], ["12,5"]], False),
        ([["1,234.5"], ["12,5"]], False),
    ],
)
def test_a_decimal_comma_is_noticed(rows: list[list[str]], is_comma: bool) -> None:
    assert store.has_decimal_comma(rows) is is_comma


def test_what_no_database_keeps_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "rows_of", lambda _: iter([["SKU"], ["A\0nt"], ["B\ud800e"], ["C\u200bat"]]))

    table = store.take_in(source=io.BytesIO(b"x"), business_id=1)

    assert [cells for _, cells in store.stored_rows(table.path)] == [["Ant"], ["B?e"], ["Cat"]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('A,B\n"open,1\nb,2\n', None),
        ('A,B\n"two\nlines",1\n', [["A", "B"], ["two\nlines", "1"]]),
        ('A,B\n5" pipe,1\n', [["A", "B"], ['5" pipe', "1"]]),
        ('A,B\n"said ""no""\nagain",1', [["A", "B"], ['said "no"\nagain', "1"]]),
    ],
)
def test_a_quote_that_is_never_closed_is_said_and_no_row_is_lost(text: str, rows: list[list[str]] | None) -> None:
    source = io.BytesIO(text.encode())

    if rows is None:
        with pytest.raises(BadFile, match='A quote is opened in the row “"open,1”'):
            list(rows_of(source))
    else:
        assert list(rows_of(source)) == rows


def test_a_cell_without_end_is_no_table() -> None:
    with pytest.raises(BadFile, match="not a table"):
        read(b'SKU,Name\nA,"' + b"x" * 200_000)
