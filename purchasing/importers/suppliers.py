"""Suppliers from a file, known by their name; an empty cell leaves what is there as it is."""

from collections.abc import Hashable
from copy import copy
from decimal import Decimal
from typing import Any

from expenses.models import ExpenseCategory
from imports import values
from imports.one_row import Draft, OneRowSession, needed, texts
from imports.registry import Column, ImportKind, Job, Row, register
from purchasing.models import Supplier
from purchasing.services.suppliers import create_supplier, fill_supplier, update_supplier

TEXTS = {"name": 120, "contact": 120, "email": 254, "phone": 40, "account_number": 60, "note": 255}


class SupplierSession(OneRowSession[Supplier]):
    def __init__(self, job: Job) -> None:
        super().__init__(job)
        rows = Supplier.objects.for_business(self.business).select_related("business", "category")
        self._known = {supplier.name.casefold(): supplier for supplier in rows}
        categories = ExpenseCategory.objects.for_business(self.business).filter(is_active=True)
        self._categories = {category.name.casefold(): category for category in categories}

    def named(self, row: Row) -> Hashable:
        return needed(row, "name", "The row has no name.", longest=120).casefold()

    def known(self, row: Row) -> Supplier | None:
        return self._known.get(" ".join(row["name"].split()).casefold())

    def said(self, row: Row, thing: Supplier | None) -> dict[str, Any]:
        said = texts(row, TEXTS)
        values.check_email(said.get("email", ""))
        if row["lead_days"]:
            said["lead_days"] = _days(values.number(row["lead_days"], field="lead_days"))
        if row["minimum_order"]:
            comma = self.job.decimal_comma
            said["minimum_order"] = values.number(row["minimum_order"], field="minimum_order", decimal_comma=comma)
        if row["category"]:
            said["category"] = self._category(row["category"])
        if row["is_active"]:
            said["is_active"] = values.yes(row["is_active"], field="is_active")
        fill_supplier(copy(thing) if thing else Supplier(business=self.business), said)
        return said

    def save(self, draft: Draft[Supplier]) -> None:
        by, at = self.job.by, self.job.at
        if draft.thing:
            update_supplier(supplier=draft.thing, by=by, values=draft.changes, at=at)
        else:
            create_supplier(by=by, values=draft.said, at=at)

    def _category(self, name: str) -> ExpenseCategory:
        found = self._categories.get(name.casefold())
        if found is None:
            raise values.BadCell(f"There is no expense category called {name[:120]}.", field="category")
        return found


def _days(number: Decimal) -> int:
    if number != int(number):
        raise values.BadCell("A lead time is a whole number of days.", field="lead_days")
    return int(number)


KIND = register(
    ImportKind(
        name="suppliers",
        leads_to="suppliers",
        label="Suppliers",
        help="A supplier is known by the name: new ones are created, known ones changed where the file differs.",
        columns=(
            Column("name", "Name", ("supplier", "supplier name", "vendor", "vendor name", "company"), required=True),
            Column("contact", "Person", ("contact", "contact name", "contact person")),
            Column("email", "Email", ("e-mail", "mail", "email address"), help="Orders are sent here."),
            Column("phone", "Phone", ("telephone", "phone number", "mobile")),
            Column("account_number", "Our number there", ("account number", "customer number", "account", "your number there")),
            Column("lead_days", "Lead time", ("lead days", "lead time days", "days", "delivery days"), help="In days."),
            Column("minimum_order", "Least order", ("minimum order", "minimum order value", "mov", "min order")),
            Column("category", "Expense category", ("category", "file under"), help="Where their bills are filed."),
            Column("note", "Note", ("notes", "terms", "payment terms", "comment", "remarks")),
            Column("is_active", "Active", ("in use", "enabled", "status"), help="Yes or no."),
        ),
        open=SupplierSession,
    )
)
