"""The value of stock, reckoned slowly and plainly: exact fractions, one lot for each movement, nothing kept for later."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from inventory.costing import Event


@dataclass
class Lot:
    quantity: Fraction
    cost: Fraction  # of one


@dataclass
class Plain:
    """What is there as lots, or what is owed as a number; never both."""

    fifo: bool
    lots: list[Lot] = field(default_factory=list)
    owed: list[tuple[int, Fraction]] = field(default_factory=list)  # by movement
    known: Fraction = Fraction(0)
    costs: dict[int, Fraction] = field(default_factory=dict)  # what each movement that took something came to
    took: dict[int, Fraction] = field(default_factory=dict)

    @property
    def quantity(self) -> Fraction:
        return sum((lot.quantity for lot in self.lots), Fraction(0)) - sum((owed for _, owed in self.owed), Fraction(0))

    @property
    def value(self) -> Fraction:
        there = sum((lot.quantity * lot.cost for lot in self.lots), Fraction(0))
        return there - sum((owed for _, owed in self.owed), Fraction(0)) * self.known

    def move(self, event: Event) -> None:
        self.came(event) if event.quantity > 0 else self.went(event)

    def came(self, event: Event) -> None:
        quantity, cost = Fraction(event.quantity), Fraction(event.worth) / Fraction(event.quantity)
        if event.gives_back is not None:
            cost = self.costs[event.gives_back] / self.took[event.gives_back]
        is_known = bool(cost)
        cost = cost or self.known
        if not self.known:
            self.first(cost)
        was_short = bool(self.owed)
        while quantity and self.owed:
            key, owed = self.owed.pop(0)
            paid = min(quantity, owed)
            self.costs[key] += paid * (cost - self.known)
            quantity -= paid
            if owed > paid:
                self.owed.insert(0, (key, owed - paid))
        if was_short and not quantity and is_known and event.is_receipt:
            self.reprice(cost)
        if quantity:
            self.lots.append(Lot(quantity, cost))
        if is_known:
            self.note(event, cost)

    def note(self, event: Event, cost: Fraction) -> None:
        if self.fifo:
            self.known = cost if event.is_receipt else self.known
        elif self.lots:
            self.lots = [Lot(self.quantity, self.value / self.quantity)]
            self.known = self.lots[0].cost
        elif event.is_receipt:
            self.known = cost

    def first(self, cost: Fraction) -> None:
        """All that is there or owed takes the first cost that is known."""
        for lot in self.lots:
            lot.cost = cost
        self.reprice(cost)

    def reprice(self, cost: Fraction) -> None:
        for key, owed in self.owed:
            self.costs[key] += owed * (cost - self.known)
        self.known = cost

    def went(self, event: Event) -> None:
        quantity = -Fraction(event.quantity)
        if not self.known and event.expected:
            self.first(Fraction(event.expected))
        self.took[event.key], cost = quantity, Fraction(0)
        while quantity and self.lots:
            lot = self.lots[0]
            part = min(quantity, lot.quantity)
            cost += part * lot.cost
            lot.quantity -= part
            quantity -= part
            if not lot.quantity:
                self.lots.pop(0)
        if quantity:
            self.owed.append((event.key, quantity))
        self.costs[event.key] = cost + quantity * self.known


def reckoned(events: Sequence[Event], *, fifo: bool) -> Plain:
    plain = Plain(fifo=fifo)
    for event in events:
        plain.move(event)
    return plain
