"""Sales as a file carries them. What is read here is written by services.history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from common.errors import DomainError
from imports import values
from imports.registry import MONTH_FIRST, Document, ImportKind, Job, Option, Outcome, Preset, Row, Verdict, register
from sales import online_retail
from sales.import_columns import OF_SALES
from sales.models import PaymentMethod, SaleKind
from sales.services.history import (
    Compared,
    PastLine,
    PastSale,
    Standing,
    check_line,
    compare,
    line_total,
    record_history,
)
from sales.services.history_parts import skus_by_name
from sales.services.history_shelf import Shelf
from sales.services.history_stock import Taken, tell_of_low_stock

MOVE_STOCK = "move_stock"
OUTCOME = {Standing.NEW: Outcome.NEW, Standing.UNCHANGED: Outcome.UNCHANGED, Standing.DIFFERENT: Outcome.ERROR}
DIFFERENT = "This receipt was imported before with other lines. Imported sales are not changed; refund it instead."
LEFT_OUT = "Another row of the same receipt has an error, so the receipt was left out. Send its rows again together."
METHODS = {
    **dict.fromkeys(("cash", "bar", "especes"), PaymentMethod.CASH),
    **dict.fromkeys(("card", "credit card", "debit card", "credit", "debit", "visa", "mastercard", "amex"), PaymentMethod.CARD),
    **dict.fromkeys(("voucher", "gift card", "gift voucher"), PaymentMethod.VOUCHER),
}


@dataclass(slots=True)
class _Line:
    """A row as it was read: a line of a receipt, or what is wrong with it. `alone`: the receipt goes in without it."""

    row: Row
    line: PastLine | None = None
    amount: Decimal = Decimal(0)
    fault: DomainError | None = None
    alone: bool = False

    @property
    def sort(self) -> str:
        return "return" if self.line and self.line.quantity < 0 else "sale"


@dataclass(slots=True)
class _Receipt:
    lines: list[_Line]
    sale: PastSale | None

    @property
    def good(self) -> list[_Line]:
        return [line for line in self.lines if not line.fault]


class SalesSession:
    def __init__(self, job: Job) -> None:
        self._job = job
        self._business = job.by.business
        self._rules = online_retail.RULES if job.preset == online_retail.NAME else online_retail.PLAIN
        self._zone = self._rules.zone or self._business.timezone
        self._source = f"import:{job.preset or KIND.name}"
        self._moves_stock = bool(job.options.get(MOVE_STOCK))
        self._shelf = Shelf(self._business)

    def key(self, row: Row) -> str:
        return row["number"]

    def judge(self, documents: Sequence[Document]) -> list[Verdict]:
        receipts = self._read(documents, self._shelf)
        sales = [receipt.sale for receipt in receipts if receipt.sale]
        return self._verdicts(receipts, compare(business=self._business, source=self._source, sales=sales))

    def apply(self, documents: Sequence[Document]) -> list[Verdict]:
        receipts = self._read(documents, Shelf(self._business))
        sales = [receipt.sale for receipt in receipts if receipt.sale]
        job = self._job
        done = record_history(
            by=job.by, source=self._source, sales=sales, at=job.at, document=job.by.via, move_stock=self._moves_stock
        )
        return self._verdicts(receipts, done)

    def finish(self) -> None:
        if self._moves_stock:
            tell_of_low_stock(business=self._business, at=self._job.at)

    def _refuse_short(self, receipts: Sequence[_Receipt], shelf: Shelf) -> None:
        """A receipt of closed books, or one that takes what was not there, where the shop's stock may not fall below zero."""
        full = [(receipt, receipt.sale) for receipt in receipts if receipt.sale]
        shelf.look_up(line.sku for _, sale in full for line in sale.lines)
        compared = compare(business=self._business, source=self._source, sales=[sale for _, sale in full])
        for (receipt, sale), found in zip(full, compared, strict=True):
            fresh = [Taken(line.sku, line.quantity) for line, known in zip(sale.lines, found.known, strict=True) if not known]
            if found.standing is not Standing.DIFFERENT and fresh and (short := shelf.take(fresh, sale.sold_at)):
                receipt.sale = None
                for line in receipt.good:
                    line.fault = values.BadCell(short, field="quantity")

    def _verdicts(self, receipts: Sequence[_Receipt], compared: Sequence[Compared]) -> list[Verdict]:
        found = iter(compared)
        return [verdict for receipt in receipts for verdict in _of_receipt(receipt, next(found) if receipt.sale else None)]

    def _read(self, documents: Sequence[Document], shelf: Shelf) -> list[_Receipt]:
        skus = skus_by_name(self._business, [row["name"] for rows in documents for row in rows if not row["sku"]] or [])
        receipts = [self._receipt(rows, skus) for rows in documents]
        if self._moves_stock:
            self._refuse_short(receipts, shelf)
        return receipts

    def _receipt(self, rows: Document, skus: dict[str, str]) -> _Receipt:
        is_paid = any(row["unit_price"].strip("0., ") for row in rows)
        lines = [self._line(row, skus, is_paid=is_paid) for row in rows]
        first = next((line for line in lines if line.line and not line.fault), None)
        moment = self._moments(lines, first)
        self._leave_out(lines)
        good = tuple(line.line for line in lines if line.line and not line.fault)
        if not (first and moment and good):
            return _Receipt(lines, None)
        return _Receipt(lines, self._sale(first.row, moment, good))

    def _leave_out(self, lines: Sequence[_Line]) -> None:
        """A receipt with a line that must be mended waits for it; otherwise its total would be wrong."""
        if self._job.is_partial and any(line.fault and not line.alone for line in lines):
            for line in lines:
                line.fault = line.fault or values.BadCell(LEFT_OUT, field="number")

    def _moments(self, lines: Sequence[_Line], first: _Line | None) -> datetime | None:
        """When the receipt was written: by its first good line. Lines of another day are not of this receipt."""
        if first is None:
            return None
        moment = self._moment(first.row)
        day = self._business.local_day(moment)
        for line in lines:
            if line.line and not line.fault and self._business.local_day(self._moment(line.row)) != day:
                line.fault = values.BadCell(f"Receipt {line.row['number']} has lines of different days.", field="sold_at")
        return moment

    def _moment(self, row: Row) -> datetime:
        month_first = self._rules.month_first or self._job.month_first
        return values.moment(row["sold_at"], zone=self._zone, field="sold_at", month_first=month_first)

    def _line(self, row: Row, skus: dict[str, str], *, is_paid: bool) -> _Line:
        found = _Line(row)
        try:
            row.check_shape()
            line = self._past_line(row, skus)
            found.amount = line_total(line, self._business)
            found.line = line
            if reason := self._rules.refusal(row, line, is_paid):
                found.fault, found.alone = values.BadCell(reason, field="quantity"), True
                return found
            self._check(row, line)
        except DomainError as error:
            found.fault = error
        return found

    def _check(self, row: Row, line: PastLine) -> None:
        if not row["number"]:
            raise values.BadCell("The receipt has no number.", field="number")
        values.text(row["number"], field="number", longest=40)
        moment = self._moment(row)
        if moment > self._job.at:
            raise values.BadCell("This date lies in the future.", field="sold_at")
        check_line(line, self._business)

    def _past_line(self, row: Row, skus: dict[str, str]) -> PastLine:
        comma = self._job.decimal_comma
        name = values.text(row["name"], field="name", longest=255)
        sku = values.text(row["sku"] or skus.get(name, name[:64]), field="sku", longest=64)
        if not sku:
            raise values.BadCell("The row names no product: it has neither SKU nor name.", field="sku")
        quantity = values.number(row["quantity"], field="quantity", decimal_comma=comma)
        price = values.number(row["unit_price"], field="unit_price", decimal_comma=comma)
        discount = values.number(row["discount"], field="discount", decimal_comma=comma) if row["discount"] else Decimal(0)
        discount = -abs(discount) if quantity < 0 else discount  # off the line, whichever way the money goes
        rate = values.number(row["tax_rate"], field="tax_rate", decimal_comma=comma) if row["tax_rate"] else None
        return PastLine(sku, name, quantity, price, discount, rate, is_stocked=self._rules.is_stocked(sku))

    def _sale(self, row: Row, moment: datetime, lines: tuple[PastLine, ...]) -> PastSale:
        is_return = all(line.quantity < 0 for line in lines)
        kind = SaleKind.REFUND if is_return else SaleKind.SALE
        method = METHODS.get(row["payment"].casefold(), PaymentMethod.OTHER)
        return PastSale(row["number"], kind, moment, lines, self._rules.customer(row), method)


def _of_receipt(receipt: _Receipt, compared: Compared | None) -> list[Verdict]:
    known = iter(compared.known) if compared else iter(())
    return [
        _refused(line, line.fault.message, line.fault.field) if line.fault else _of_line(line, compared, is_known=next(known))
        for line in receipt.lines
    ]


def _of_line(line: _Line, compared: Compared | None, *, is_known: bool) -> Verdict:
    if compared is None or compared.standing is Standing.DIFFERENT:
        return _refused(line, DIFFERENT, "number")
    if compared.standing is Standing.GROWN:
        outcome = Outcome.UNCHANGED if is_known else Outcome.CHANGED
    else:
        outcome = OUTCOME[compared.standing]
    return Verdict(line.row, outcome, line.sort, line.amount)


def _refused(line: _Line, message: str, field: str) -> Verdict:
    return Verdict(line.row, Outcome.ERROR, line.sort, line.amount, field, message)


KIND = register(
    ImportKind(
        name="sales",
        leads_to="sales",
        label="Sales",
        help="Past sales, as history: they show in your reports and do not move stock. Products that are missing are created.",
        columns=OF_SALES,
        one_of=(("sku", "name"),),
        presets=(Preset(online_retail.NAME, online_retail.LABEL, online_retail.COLUMNS),),
        options=(
            MONTH_FIRST,
            Option(MOVE_STOCK, "Take the goods off the shelf as well", "Otherwise the sales are history and no stock moves."),
        ),
        open=SalesSession,
        sorts=(("sale", "Sales"), ("return", "Returns")),
    )
)
