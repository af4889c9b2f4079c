"""The batches that callers name: found, or made where goods of a new one come in."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from common.db import create_all
from common.errors import DomainError, InvalidInput
from inventory.models import Batch, MovementKind, Product
from inventory.services.levels import Move
from inventory.shelves import BatchRef

DATED = (MovementKind.OPENING, MovementKind.RECEIVED, MovementKind.ADJUSTED)  # what comes so must say when it expires
LONGEST = 64


class MissingExpiry(InvalidInput):
    code = "missing_expiry"
    field = "expires_on"


class BadBatch(InvalidInput):
    field = "batch"


class OtherExpiry(DomainError):
    """One batch expires on one day."""

    code = "other_expiry"
    field = "expires_on"


def find_batches(moves: Sequence[Move]) -> dict[int, Batch]:
    """By the place of the move, the batch that its caller names. No query where none does.

    Whoever comes here holds the products' shelves, so that no two make the same batch.
    """
    named = {place: move for place, move in enumerate(moves) if move.batch and (move.batch.key or move.batch.batch)}
    for move in moves:
        _check(move)
    if not named:
        return {}
    known = _known(list(named.values()))
    found = {}
    for place, move in named.items():
        with move.on_its_line():
            found[place] = _found(move, known)
    fresh = {(batch.product_id, batch.code): batch for batch in found.values() if batch.pk is None}
    create_all(Batch, list(fresh.values()))
    return found


def spoken(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _check(move: Move) -> None:
    product, is_named = move.shelf.product, move.batch is not None and bool(move.batch.key or move.batch.batch)
    if is_named and not product.tracks_batches:
        raise BadBatch(f"{product.label} has no batches. Turn them on where the product is changed.", line=move.line)
    is_asked = product.tracks_batches and move.kind in DATED and move.quantity > 0 and move.gives_back is None
    if is_asked and not is_named:
        raise MissingExpiry(f"{product.label}: say when it expires.", line=move.line)


def _known(moves: Sequence[Move]) -> dict[tuple[int, str | int], Batch]:
    """By product, and code or id."""
    wanted = Q(pk__in=[])
    for move in moves:
        ref = move.batch or BatchRef()
        wanted |= Q(product=move.product_id, pk=ref.batch) if ref.batch else Q(product=move.product_id, code=ref.key)
    known: dict[tuple[int, str | int], Batch] = {}
    for batch in Batch.objects.filter(wanted):
        known[batch.product_id, batch.pk] = known[batch.product_id, batch.code] = batch
    return known


def _found(move: Move, known: dict[tuple[int, str | int], Batch]) -> Batch:
    ref, product = move.batch or BatchRef(), move.shelf.product
    batch = known.get((product.pk, ref.batch or ref.key))
    if batch is None and (ref.batch or move.quantity < 0):
        raise BadBatch(f"{product.label} has no such batch.")
    if batch is None:
        batch = known[product.pk, ref.key] = _new(product, ref)
    if ref.expires_on and batch.expires_on != ref.expires_on:
        known_day, said = spoken(batch.expires_on), spoken(ref.expires_on)
        raise OtherExpiry(f"Batch {batch} of {product.label} expires on {known_day}, not on {said}.")
    return batch


def _new(product: Product, ref: BatchRef) -> Batch:
    if ref.expires_on is None:
        raise MissingExpiry(f"{product.label}: say when batch {ref.code} expires.")
    if len(ref.key) > LONGEST:
        raise BadBatch(f"The code of a batch has at most {LONGEST} characters.", field="batch_code")
    return Batch(business_id=product.business_id, product=product, code=ref.key, expires_on=ref.expires_on)
