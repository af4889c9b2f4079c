"""What stock cost, as arithmetic: one product's movements in, in the order of the ledger; its value out.

Nothing here knows a database. `docs/adr/0013-value-derived-from-the-ledger.md` tells why it is reckoned so.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext

from common.fields import COST_STEP

ZERO = Decimal(0)
DIGITS = 60  # 999,999,999.999 units at 99,999,999,999.999999 need 38


@dataclass(frozen=True, slots=True)
class Event:
    """What the ledger says of one movement.

    `worth`: what all of it cost, landed costs included; 0 where nobody knows. `is_receipt`: bought, so that what stands
    below zero takes its cost. `gives_back`: the movement that took what now comes back. `expected`: what one was expected
    to cost, for where nobody knows.
    """

    key: int
    quantity: Decimal
    worth: Decimal = ZERO
    is_receipt: bool = False
    gives_back: int | None = None
    expected: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Correction:
    """What a movement that went below zero turned out to have cost, beyond what was booked."""

    key: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    """What one movement did to the value. `value` has the sign of the quantity; `revalued` is what else changed at its moment.

    `came` and `gone` count everything that ever came and went: under FIFO they say which layer the next unit is taken from.
    """

    key: int
    quantity: Decimal
    value: Decimal
    revalued: Decimal
    quantity_after: Decimal
    value_after: Decimal
    unit_cost: Decimal
    first_cost: Decimal
    came: Decimal
    gone: Decimal
    corrections: tuple[Correction, ...] = ()


@dataclass(slots=True)
class Layer:
    """What came at once; `until` is where it ends in the row of everything that ever came."""

    quantity: Decimal
    worth: Decimal
    until: Decimal


@dataclass(slots=True)
class Owed:
    """What went below zero and is not yet covered by what came."""

    key: int
    quantity: Decimal


@dataclass(slots=True)
class Left:
    """What a movement took and what that cost, kept for when some of it comes back."""

    quantity: Decimal
    cost: Decimal


def exact(value: Decimal) -> Decimal:
    return value.quantize(COST_STEP, rounding=ROUND_HALF_UP)


@dataclass(slots=True)
class Book:
    """One product's stock: how many, what they are worth, and at what cost the next one goes below zero."""

    fifo: bool
    quantity: Decimal = ZERO
    value: Decimal = ZERO
    unit_cost: Decimal = ZERO  # last known; 0 where none ever was
    first_cost: Decimal = ZERO  # what the layers that came before any cost was known are taken at
    came: Decimal = ZERO
    gone: Decimal = ZERO
    layers: deque[Layer] = field(default_factory=deque)
    owed: deque[Owed] = field(default_factory=deque)
    left: dict[int, Left] = field(default_factory=dict)  # by movement; the keys are those of which something comes back

    def enter_all(self, events: Iterable[Event]) -> list[Entry]:
        return [self.enter(event) for event in events]

    def enter(self, event: Event) -> Entry:
        """Book the next movement. Raises nothing: below zero is a state like others; who permits it is not asked here."""
        with localcontext(prec=DIGITS):
            before = self.value
            value, corrections = self._take_in(event) if event.quantity > 0 else self._give_out(event)
            return Entry(
                key=event.key,
                quantity=event.quantity,
                value=value,
                revalued=self.value - before - value,
                quantity_after=self.quantity,
                value_after=self.value,
                unit_cost=self.unit_cost,
                first_cost=self.first_cost,
                came=self.came,
                gone=self.gone,
                corrections=tuple(corrections),
            )

    def remaining(self) -> list[tuple[Decimal, Decimal]]:
        """Of each layer that is not all gone, how many are left and what they are worth, in the order in which they are taken."""
        with localcontext(prec=DIGITS):
            open_layers = [layer for layer in self.layers if layer.until > self.gone]
            return [(min(layer.quantity, layer.until - self.gone), self._remaining(layer)) for layer in open_layers]

    def _take_in(self, event: Event) -> tuple[Decimal, list[Correction]]:
        worth, is_known = self._worth_of(event)
        corrections = [] if self.unit_cost or not is_known else self._learn(exact(worth / event.quantity))
        if self.quantity < 0:
            corrections += self._cover(event, worth, is_known=is_known)
        else:
            self.value += worth
        self.quantity += event.quantity
        self.came += event.quantity
        if self.fifo and self.quantity > 0:
            self.layers.append(Layer(event.quantity, worth, self.came))
        self._note_cost(event, worth, is_known=is_known)
        return worth, corrections

    def _worth_of(self, event: Event) -> tuple[Decimal, bool]:
        """At its own cost, else at that with which it left; what came free or was found, at the last known one."""
        worth = exact(event.worth)
        left = self.left.get(event.gives_back) if event.gives_back is not None else None
        if left and left.quantity:
            worth = exact(left.cost * event.quantity / left.quantity)
        return (worth, True) if worth else (exact(event.quantity * self.unit_cost), False)

    def _note_cost(self, event: Event, worth: Decimal, *, is_known: bool) -> None:
        if not is_known:
            return
        if self.fifo or self.quantity <= 0:
            self.unit_cost = exact(worth / event.quantity) if event.is_receipt else self.unit_cost
        else:
            self.unit_cost = exact(self.value / self.quantity)

    def _learn(self, cost: Decimal) -> list[Correction]:
        """The first cost that becomes known is that of all that is there, or is owed."""
        if not cost:
            return []
        before, self.unit_cost, self.first_cost = self.value, cost, self.first_cost or cost
        if self.quantity > 0 and self.fifo:
            self.value = sum((self._remaining(layer) for layer in self.layers), ZERO)
        else:
            self.value = exact(self.quantity * cost)
        return self._corrected(_shared(before - self.value, self.owed))

    def _cover(self, event: Event, worth: Decimal, *, is_known: bool) -> list[Correction]:
        """What went below zero turns out to cost what came now. What is still owed takes a receipt's cost too."""
        covered = min(event.quantity, -self.quantity)
        after = self.quantity + event.quantity
        is_bought = event.is_receipt and is_known
        cost = exact(worth / event.quantity) if is_bought else self.unit_cost
        value = worth - exact(worth * covered / event.quantity) if after > 0 else exact(after * cost)
        dearer = self.value + worth - value
        self.value = value
        paid = self._pay(covered)
        return self._corrected(_shared(dearer, _by_movement([*paid, *self.owed]) if is_bought else paid))

    def _pay(self, quantity: Decimal) -> list[Owed]:
        paid = []
        while quantity and self.owed:
            first = self.owed[0]
            part = min(quantity, first.quantity)
            paid.append(Owed(first.key, part))
            first.quantity -= part
            quantity -= part
            if not first.quantity:
                self.owed.popleft()
        return paid

    def _corrected(self, corrections: list[Correction]) -> list[Correction]:
        for correction in corrections:
            if correction.key in self.left:
                self.left[correction.key].cost -= correction.value
        return corrections

    def _give_out(self, event: Event) -> tuple[Decimal, list[Correction]]:
        quantity = -event.quantity
        corrections = [] if self.unit_cost else self._learn(exact(event.expected))
        there = min(quantity, max(self.quantity, ZERO))
        cost = self._taken(there) + exact((quantity - there) * self.unit_cost)
        if quantity > there:
            self.owed.append(Owed(event.key, quantity - there))
        self.quantity -= quantity
        self.value -= cost
        self.gone += quantity
        if event.key in self.left:
            self.left[event.key] = Left(quantity, cost)
        return -cost, corrections

    def _taken(self, quantity: Decimal) -> Decimal:
        """The cost of some of what is there; all of it costs all of the value, to the last place."""
        if not quantity:
            return ZERO
        if quantity == self.quantity:
            self.layers.clear()
            return self.value
        return self._oldest(quantity) if self.fifo else exact(self.value * quantity / self.quantity)

    def _oldest(self, quantity: Decimal) -> Decimal:
        cost, start, until = ZERO, self.gone, self.gone + quantity
        while start < until:
            layer = self.layers[0]
            end = min(until, layer.until)
            cost += self._part(layer, end) - self._part(layer, start)
            start = end
            if end == layer.until:
                self.layers.popleft()
        return cost

    def _remaining(self, layer: Layer) -> Decimal:
        start = max(self.gone, layer.until - layer.quantity)
        return self._part(layer, layer.until) - self._part(layer, start)

    def _part(self, layer: Layer, until: Decimal) -> Decimal:
        """What a layer's units up to a place in the row cost together, so that its parts add up to the whole."""
        start = layer.until - layer.quantity
        worth = layer.worth or exact(layer.quantity * self.first_cost)
        return exact(worth * (until - start) / layer.quantity)


def _by_movement(rows: Iterable[Owed]) -> list[Owed]:
    together: dict[int, Decimal] = {}
    for row in rows:
        together[row.key] = together.get(row.key, ZERO) + row.quantity
    return [Owed(key, quantity) for key, quantity in together.items()]


def _shared(cost: Decimal, owed: Iterable[Owed]) -> list[Correction]:
    """A further cost, by quantity, over movements that went; the parts add up to it. As a change of value it is negative."""
    rows: Sequence[Owed] = list(owed)
    whole, done, given, shares = sum((row.quantity for row in rows), ZERO), ZERO, ZERO, []
    for row in rows:
        done += row.quantity
        share = exact(cost * done / whole) - given
        given += share
        if share:
            shares.append(Correction(row.key, -share))
    return shares


def worth(quantity: Decimal, unit_cost: Decimal | None, landed: Decimal = ZERO) -> Decimal:
    """What all that came cost: rounded to six places once, however many there are."""
    with localcontext(prec=DIGITS):
        return exact(quantity * (unit_cost or ZERO)) + landed


def per_unit(value: Decimal, quantity: Decimal) -> Decimal:
    with localcontext(prec=DIGITS):
        return exact(abs(value) / abs(quantity)) if quantity else ZERO
