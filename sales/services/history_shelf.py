"""Judges receipts of the past before any is written: was there, at that moment and on every day since, what they take?"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from accounts.models import Business
from inventory.models import Product, StockLevel, StockMovement, StocktakeLine, StocktakeState
from inventory.services.back_dating import negative_on
from inventory.services.closed import BooksClosed, closed_until
from inventory.shelves import find_location
from sales.services.history_stock import Taken

ZERO = Decimal(0)


@dataclass
class Course:
    """What one shelf held after each of its moments. Later counts stay what was counted, whatever is taken before them."""

    moments: list[datetime] = field(default_factory=list)
    balances: list[Decimal] = field(default_factory=list)
    counts: list[datetime] = field(default_factory=list)
    committed: Decimal = ZERO

    def move(self, moment: datetime, quantity: Decimal) -> None:
        place = (bisect_left if quantity > 0 else bisect_right)(self.moments, moment)
        before = self.balances[place - 1] if place else ZERO
        self.moments.insert(place, moment)
        self.balances.insert(place, before)
        for later in range(place, self._end(moment)):
            self.balances[later] += quantity

    def first_negative(self, moment: datetime, quantity: Decimal) -> tuple[datetime, Decimal] | None:
        """When, and how much below zero, the shelf would first be, were so much less on it from a moment on."""
        place = bisect_right(self.moments, moment)
        here = (self.balances[place - 1] if place else ZERO) - quantity
        if here < 0:
            return moment, here
        end = self._end(moment)
        for later in range(place, end):
            if (left := self.balances[later] - quantity) < 0:
                return self.moments[later], left
        return None

    def left_free(self, moment: datetime) -> Decimal | None:
        """What nobody has asked for by now, where what is taken at that moment is missing today."""
        if self._end(moment) < len(self.moments) or not self.committed:
            return None
        return (self.balances[-1] if self.balances else ZERO) - self.committed

    def _end(self, moment: datetime) -> int:
        """Where the next count sets the shelf to what was counted."""
        place = bisect_right(self.counts, moment)
        return bisect_left(self.moments, self.counts[place]) if place < len(self.counts) else len(self.moments)


class Shelf:
    """The shelves of the default place while receipts are judged one after the other, each with those before it."""

    def __init__(self, business: Business) -> None:
        self._business = business
        self._place, self._closed_until = "", business.closed_until
        self._courses: dict[str, Course | None] = {}

    def look_up(self, skus: Iterable[str]) -> None:
        """Read what is not known yet. A product without stock of its own is never short; one that is not here has none."""
        if not self._place:
            self._place = find_location(business=self._business, location_id=None).name
            self._closed_until = closed_until(self._business)
        fresh = set(skus) - self._courses.keys()
        self._courses |= {sku: Course() for sku in fresh}
        products = list(Product.objects.for_business(self._business).filter(sku__in=fresh))
        self._courses |= {p.sku: None for p in products if not p.is_stocked or p.has_variants}
        levels = StockLevel.objects.for_business(self._business).filter(product__sku__in=fresh, location__is_default=True)
        for sku, committed in levels.values_list("product__sku", "committed"):
            if course := self._courses[sku]:
                course.committed = committed
        self._read_ledger(fresh)

    def take(self, receipt: Sequence[Taken], moment: datetime) -> str:
        """Take what a receipt takes; where something is short take nothing and say what."""
        if self._closed_until is not None and self._business.local_day(moment) <= self._closed_until:
            return BooksClosed(self._closed_until).message
        wanted: dict[str, Decimal] = defaultdict(Decimal)
        for line in receipt:
            wanted[line.sku] += line.quantity
        courses = [(sku, course, quantity) for sku, quantity in wanted.items() if (course := self._courses[sku]) is not None]
        if not self._business.allow_negative_stock:
            for sku, course, quantity in courses:
                if quantity > 0 and (short := self._short(course, moment, quantity)):
                    return f"{sku}: {short}."
        for _, course, quantity in courses:
            course.move(moment, -quantity)
        return ""

    def _short(self, course: Course, moment: datetime, quantity: Decimal) -> str:
        if found := course.first_negative(moment, quantity):
            return negative_on(self._business, *found, self._place)
        free = course.left_free(moment)
        if free is not None and quantity > free:
            return f"only {max(free, ZERO).normalize():f} left, and the receipt takes {quantity.normalize():f}"
        return ""

    def _read_ledger(self, skus: Iterable[str]) -> None:
        rows = StockMovement.objects.for_business(self._business).filter(product__sku__in=skus, location__is_default=True)
        for sku, moment, quantity in rows.order_by("occurred_at", "pk").values_list("product__sku", "occurred_at", "quantity"):
            if course := self._courses[sku]:
                course.moments.append(moment)
                course.balances.append((course.balances[-1] if course.balances else ZERO) + quantity)
        counts = StocktakeLine.objects.filter(
            product__business=self._business, product__sku__in=skus, stocktake__location__is_default=True,
            stocktake__state=StocktakeState.APPROVED, counted__isnull=False,
        )  # fmt: skip
        for sku, moment in counts.order_by("counted_at").values_list("product__sku", "counted_at"):
            if (course := self._courses[sku]) and moment:
                course.counts.append(moment)
