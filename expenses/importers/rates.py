"""Rates of the day from a file. The same file again changes nothing; another rate for a day replaces it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Scope
from common import money
from common.db import create_all
from common.errors import DomainError
from common.fields import COST_STEP, LARGEST_AMOUNT
from expenses.models import ExchangeRate
from expenses.periods import FIRST_DAY, LAST_DAY
from imports import values
from imports.registry import MONTH_FIRST, Column, Document, ImportKind, Job, Option, Outcome, Row, Verdict, register


@dataclass(slots=True)
class _Rate:
    """A row as it was read, or what is wrong with it."""

    row: Row
    currency: str = ""
    on: date = FIRST_DAY
    rate: Decimal = money.ZERO
    fault: DomainError | None = None
    outcome: Outcome = Outcome.NEW

    @property
    def key(self) -> tuple[str, date]:
        return self.currency, self.on


class RatesSession:
    def __init__(self, job: Job) -> None:
        self._job = job
        self._business = job.by.business
        self._seen: dict[tuple[str, date], int] = {}

    def key(self, row: Row) -> str:
        return ""

    def judge(self, documents: Sequence[Document]) -> list[Verdict]:
        return [_verdict(rate) for rate in self._rates(documents)]

    def apply(self, documents: Sequence[Document]) -> list[Verdict]:
        rates = self._rates(documents)
        made = [rate for rate in rates if rate.outcome is Outcome.NEW]
        create_all(ExchangeRate, [ExchangeRate(business=self._business, currency=r.currency, on=r.on, rate=r.rate) for r in made])
        known = ExchangeRate.objects.for_business(self._business)
        for rate in rates:
            if rate.outcome is Outcome.CHANGED:
                known.filter(currency=rate.currency, on=rate.on).update(rate=rate.rate)
        return [_verdict(rate) for rate in rates]

    def finish(self) -> None:
        """A rate changes nothing that is recorded already, so there is nobody to tell."""

    def _rates(self, documents: Sequence[Document]) -> list[_Rate]:
        rates = [self._read(row) for rows in documents for row in rows]
        good = [rate for rate in rates if not rate.fault]
        known = ExchangeRate.objects.for_business(self._business).filter(
            currency__in={rate.currency for rate in good},
            on__range=(min((r.on for r in good), default=FIRST_DAY), max((r.on for r in good), default=FIRST_DAY)),
        )
        there = {(currency, on): rate for currency, on, rate in known.values_list("currency", "on", "rate")}
        for rate in good:
            if rate.key in there:
                rate.outcome = Outcome.UNCHANGED if there[rate.key] == rate.rate else Outcome.CHANGED
        return rates

    def _read(self, row: Row) -> _Rate:
        found = _Rate(row)
        try:
            row.check_shape()
            found.currency = self._currency(row)
            found.on = self._day(row)
            found.rate = self._rate(row)
            first = self._seen.setdefault(found.key, row.number)
            if first != row.number:
                raise values.BadCell(f"This currency and day stand in row {first} already.", field="date")
        except DomainError as error:
            found.fault, found.outcome = error, Outcome.ERROR
        return found

    def _currency(self, row: Row) -> str:
        currency = row["currency"].strip().upper()
        if currency not in money.known_currencies():
            raise values.BadCell(f"“{row['currency'][:40]}” is no currency. Write it as USD.", field="currency")
        if currency == self._business.currency:
            raise values.BadCell(f"{currency} is your own currency.", field="currency")
        return currency

    def _day(self, row: Row) -> date:
        on = values.moment(row["date"], zone="UTC", field="date", month_first=self._job.month_first).date()
        if not FIRST_DAY <= on <= LAST_DAY:
            raise values.BadCell(f"Choose a day after 1970 and before {LAST_DAY.year}.", field="date")
        return on

    def _rate(self, row: Row) -> Decimal:
        rate = values.number(row["rate"], field="rate", decimal_comma=self._job.decimal_comma)
        if self._job.options.get("per_own") and rate > 0:
            rate = 1 / rate
        if not 0 < rate <= LARGEST_AMOUNT:
            raise values.BadCell("A rate is above 0.", field="rate")
        rounded = rate.quantize(COST_STEP)
        if not rounded:
            raise values.BadCell("This rate is too small to keep: it has no place among the first six.", field="rate")
        return rounded


def _verdict(rate: _Rate) -> Verdict:
    fault = rate.fault
    return Verdict(rate.row, rate.outcome, field=fault.field if fault else "", message=fault.message if fault else "")


KIND = register(
    ImportKind(
        name="rates",
        leads_to="rates",
        label="Exchange rates",
        help="What one unit of another currency was worth in yours, day by day. The same day again replaces its rate.",
        columns=(
            Column("date", "Date", ("day", "on", "as of", "time_period"), required=True),
            Column("currency", "Currency", ("code", "currency code", "from"), required=True, help="Three letters, such as USD."),
            Column("rate", "Rate", ("value", "exchange rate", "price", "obs_value"), required=True, help="Kept to six places."),
        ),
        options=(
            MONTH_FIRST,
            Option("per_own", "Rates say how many units make one of mine", "As the European Central Bank writes them."),
        ),
        open=RatesSession,
        is_for_shops=False,
        scope=Scope.EXPENSE,
    )
)
