"""Cuts a stored file into documents: rows that belong together, wherever they stand in the file."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from imports import store
from imports.models import ImportBatch
from imports.registry import Document, Row, Session

CHUNK_DOCUMENTS = 200
CHUNK_ROWS = 2_000


def rows_of(batch: ImportBatch) -> Iterator[Row]:
    header = batch.columns
    places = {name: header.index(column) for name, column in batch.mapped.items()}
    width, last = len(header), max(places.values(), default=-1)
    for number, raw in store.stored_rows(batch.file):
        if last < len(raw):
            cells = {name: raw[place] for name, place in places.items()}
        else:
            cells = {name: raw[place] for name, place in places.items() if place < len(raw)}
        yield Row(number, cells, raw, is_too_long=len(raw) > width)


def chunks_of(batch: ImportBatch, session: Session, *, after: int = 0) -> Iterator[Sequence[Document]]:
    """Documents in the order of their last rows, of which the first is beyond `after`; only open ones are held in memory.

    So what is dealt with is known from one number, also for an invoice whose rows are scattered.
    """
    last = {key: row.number for row in rows_of(batch) if (key := session.key(row))}
    chunk: list[Document] = []
    size = 0
    for document in _documents(batch, session, last, after):
        chunk.append(document)
        size += len(document)
        if len(chunk) >= CHUNK_DOCUMENTS or size >= CHUNK_ROWS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _documents(batch: ImportBatch, session: Session, last: dict[str, int], after: int) -> Iterator[Document]:
    held: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(batch):
        key = session.key(row)
        if last.get(key, row.number) <= after:
            continue
        if not key:
            yield [row]
            continue
        held[key].append(row)
        if last[key] == row.number:
            yield held.pop(key)
