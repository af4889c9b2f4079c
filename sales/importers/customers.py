"""Customers from a file, known by their reference, or without one by their name; an empty cell leaves what is there as it is."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Any

from imports import values
from imports.one_row import Draft, OneRowSession, needed, texts
from imports.registry import Column, ImportKind, Job, Row, register
from sales.models import Customer
from sales.services.customers import create_customer, update_customer

TEXTS = {"name": 120, "reference": 60, "email": 254, "phone": 40, "country": 60, "note": 255}


class CustomerSession(OneRowSession[Customer]):
    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self._by_reference: dict[str, Customer] = {}
        self._by_name: dict[str, list[Customer]] = {}

    def named(self, row: Row) -> Hashable:
        name = needed(row, "name", "The row has no name.", longest=TEXTS["name"])
        reference = _reference(row)
        return ("reference", reference) if reference else ("name", name)

    def look_up(self, rows: Sequence[Row]) -> None:
        known = Customer.objects.for_business(self.business)
        self._by_reference = {c.reference: c for c in known.filter(reference__in={_reference(row) for row in rows})}
        self._by_name = defaultdict(list)
        for customer in known.filter(name__in={_name(row) for row in rows if not _reference(row)}).order_by("pk"):
            self._by_name[customer.name].append(customer)

    def known(self, row: Row) -> Customer | None:
        if reference := _reference(row):
            return self._by_reference.get(reference)
        alike = self._by_name.get(_name(row), [])
        if len(alike) > 1:
            raise values.BadCell(f"{len(alike)} customers have this name. Say which by the reference.", field="reference")
        return alike[0] if alike else None

    def said(self, row: Row, thing: Customer | None) -> dict[str, Any]:
        said = texts(row, TEXTS)
        values.check_email(said.get("email", ""))
        return said

    def save(self, draft: Draft[Customer]) -> None:
        by, at = self.job.by, self.job.at
        if draft.thing:
            update_customer(customer=draft.thing, by=by, values=draft.changes, at=at)
        else:
            create_customer(by=by, values=draft.said, at=at)


def _name(row: Row) -> str:
    return " ".join(row["name"].split())


def _reference(row: Row) -> str:
    return " ".join(row["reference"].split())


KIND = register(
    ImportKind(
        name="customers",
        leads_to="customers",
        label="Customers",
        help="A customer is known by the reference, or without one by the name: new ones are created, known ones changed.",
        columns=(
            Column("name", "Name", ("customer", "customer name", "full name", "company", "client"), required=True),
            Column("email", "Email", ("e-mail", "mail", "email address")),
            Column("phone", "Phone", ("telephone", "phone number", "mobile")),
            Column("reference", "Reference", ("customer number", "customer id", "number", "id", "code", "account number")),
            Column("country", "Country", ("country name", "land")),
            Column("note", "Note", ("notes", "comment", "remarks")),
        ),
        open=CustomerSession,
    )
)
