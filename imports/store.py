"""Keeps a file that was sent as plain CSV with the row numbers people see, so that it is read the same way every time."""

import csv
import gzip
import hashlib
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import default_storage

from common.text import seen
from imports.tables import LARGEST_FILE, MEGABYTE, BadFile, rows_of
from imports.traits import Traits

MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
LONGEST_NAME = 120
LOOKED_AT = 200
QUICK = 1
COMMA_NUMBER = re.compile(r"-?(\d{1,3}(\.\d{3})+,\d+|\d+,(\d{1,2}|\d{4,})|0,\d+)")  # 1,250 may be a thousand: it says nothing
POINT_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}|\d+\.\d{1,2})")
LETTER = re.compile(r"[^\W\d_]")

Numbered = tuple[int, list[str]]


@dataclass(frozen=True)
class StoredTable:
    """A file as it was taken in. `rows` counts those that are not blank, without the column names; `first` is one of them."""

    path: str
    header: list[str]
    rows: int
    first: list[str]
    digest: str
    decimal_comma: bool
    traits: Traits


def take_in(
    *, source: IO[bytes], business_id: int, read: Callable[[IO[bytes]], Iterator[list[str]]] | None = None
) -> StoredTable:
    """Read the file once, whatever it is, and keep a normalised copy. Raises BadFile with a sentence."""
    digest = _digest(source)
    rows = ((number, cells) for number, cells in enumerate(map(_storable, (read or rows_of)(source)), start=1) if any(cells))
    header = _header(rows)
    first = list(islice(rows, LOOKED_AT))
    if not first:
        raise BadFile("This file has column names but no rows below them.")
    traits = Traits([cells for _, cells in first])
    with tempfile.TemporaryFile() as copy:
        count = _write(copy, chain(first, rows), traits)
        copy.seek(0)
        path = default_storage.save(f"imports/{business_id}/{uuid4().hex}.csv.gz", File(copy))
    comma = has_decimal_comma(cells for _, cells in first)
    return StoredTable(path, header, count, first[0][1], digest, comma, traits)


def stored_rows(path: str) -> Iterator[Numbered]:
    """The kept rows with their numbers, as a spreadsheet counts them."""
    with default_storage.open(path) as file, gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        for number, *cells in csv.reader(lines):
            yield int(number), cells


@contextmanager
def kept(path: str) -> Iterator[None]:
    """A stored file, unless what is made of it inside fails: then nobody would ever ask for it again."""
    try:
        yield
    except BaseException:
        drop(path)
        raise


def drop(path: str) -> None:
    default_storage.delete(path)


def has_decimal_comma(rows: Iterable[list[str]]) -> bool:
    """Whether numbers are written 12,50: some are, and none is written 12.50. What could be either way says nothing."""
    cells = [cell for row in rows for cell in row]
    return any(map(COMMA_NUMBER.fullmatch, cells)) and not any(map(POINT_NUMBER.fullmatch, cells))


def digest_of(source: IO[bytes]) -> str:
    return _digest(source)


def _storable(cells: list[str]) -> list[str]:
    """Without what no database keeps: zero characters, halves of characters."""
    return [cell if cell.isascii() and "\0" not in cell else _mended(cell) for cell in cells]


def _mended(cell: str) -> str:
    return seen(cell.replace("\0", "").encode("utf-8", "replace").decode("utf-8"))


def _digest(source: IO[bytes]) -> str:
    found, size = hashlib.sha256(), 0
    source.seek(0)
    while block := source.read(MEGABYTE):
        size += len(block)
        if size > LARGEST_FILE:
            raise BadFile(f"A file may have at most {LARGEST_FILE // MEGABYTE} MB. Send it in parts, or packed as .csv.gz.")
        found.update(block)
    source.seek(0)
    return found.hexdigest()


def _header(rows: Iterator[Numbered]) -> list[str]:
    _, names = next(rows, (0, []))
    if not names:
        raise BadFile("This file is empty.")
    if not any(LETTER.search(name) for name in names):
        raise BadFile("The first row must hold the names of the columns, for example SKU, Name, Price.")
    if len(names) > MOST_COLUMNS:
        raise BadFile(f"A file may have at most {MOST_COLUMNS} columns; this one has {len(names)}.")
    return _distinct([name[:LONGEST_NAME] or f"Column {place}" for place, name in enumerate(names, start=1)])


def _distinct(names: list[str]) -> list[str]:
    taken: dict[str, int] = {}
    found = []
    for name in names:
        taken[name] = taken.get(name, 0) + 1
        found.append(name if taken[name] == 1 else f"{name} ({taken[name]})")
    return found


def _write(copy: IO[bytes], rows: Iterable[Numbered], traits: Traits) -> int:
    count = 0
    with gzip.open(copy, "wb", compresslevel=QUICK) as packed, io.TextIOWrapper(packed, encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        for count, (number, cells) in enumerate(rows, start=1):
            if count > MOST_ROWS:
                raise BadFile(f"A file may have at most {MOST_ROWS:,} rows. Send it in parts.")
            traits.see(cells)
            writer.writerow([number, *cells])
    return count
