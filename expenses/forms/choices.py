"""Categories to choose from, read once for all the fields of a page."""

from collections.abc import Collection, Iterator
from copy import copy
from typing import Any

from django import forms

from accounts.models import Business
from common.form_fields import QuickSelect
from expenses.models import ExpenseCategory
from expenses.queries import Tree

INDENT = "\N{EM SPACE}"


class Categories:
    """The categories in use, as a tree; `keep` are shown although they are not used any more.

    `to_file` leaves out the one that says that nobody has filed it.
    """

    def __init__(self, business: Business, *, keep: Collection[int] = (), to_file: bool = False) -> None:
        rows = [
            row for row in ExpenseCategory.objects.for_business(business).order_by("name") if not (to_file and row.is_to_be_filed)
        ]
        self._by_id = {row.pk: row for row in rows}
        self.keep = keep
        self.choices = [(row.pk, f"{INDENT * depth}{row.name}") for row, depth in self._tree(None, 0) if self._is_offered(row)]

    @property
    def every(self) -> "Categories":
        """For looking back: those that are not used any more are offered too."""
        looking_back = copy(self)
        looking_back.keep = self._by_id.keys()
        looking_back.choices = [(row.pk, f"{INDENT * depth}{row.name}") for row, depth in self._tree(None, 0)]
        return looking_back

    @property
    def tree(self) -> Tree:
        return Tree({row.pk: row.parent_id for row in self._by_id.values()})

    def get(self, pk: Any) -> ExpenseCategory | None:
        found = self._by_id.get(int(pk)) if str(pk).isdecimal() else None
        return found if found and self._is_offered(found) else None

    def _is_offered(self, row: ExpenseCategory) -> bool:
        return row.is_active or row.pk in self.keep

    def _tree(self, parent: int | None, depth: int) -> Iterator[tuple[ExpenseCategory, int]]:
        for row in self._by_id.values():
            if row.parent_id == parent:
                yield row, depth
                yield from self._tree(row.pk, depth + 1)


class CategoryField(forms.ChoiceField):
    """One of the page's categories; nothing chosen is None."""

    widget = QuickSelect

    def __init__(self, *, empty: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._empty = empty
        self._categories: Categories | None = None

    @property
    def categories(self) -> Categories | None:
        return self._categories

    @categories.setter
    def categories(self, found: Categories) -> None:
        self._categories = found
        self.choices = [("", self._empty), *found.choices]

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        return self._categories.get(chosen) if chosen and self._categories else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")
