from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import trail
from accounts.births import on_birth
from accounts.models import Business, Kind, Member
from accounts.permissions import Action
from common.db import unit_of_work
from common.errors import DomainError, InvalidInput
from expenses.models import ExpenseCategory
from expenses.models.category import STOCK_PURCHASES, TO_BE_FILED
from expenses.queries import get_budgets, get_tree
from expenses.services import closed
from expenses.services.watch import check_changed_budgets

FIRST = {
    Kind.RETAIL: (STOCK_PURCHASES, "Rent", "Wages", "Utilities", "Packaging", "Marketing", "Repairs", "Other"),
    Kind.PERSONAL: ("Groceries", "Home", "Transport", "Eating out", "Health", "Leisure", "Clothes", "Other"),
}


class CategoryNameTaken(DomainError):
    code = "name_taken"
    field = "name"


class CategoryInItself(InvalidInput):
    field = "parent"


@on_birth
def make_first_categories(business: Business, _owner: Member) -> None:
    """A book begins with categories to file under; they can be renamed and added to."""
    ExpenseCategory.objects.bulk_create([ExpenseCategory(business=business, name=name) for name in FIRST[Kind(business.kind)]])


def to_be_filed(business: Business) -> ExpenseCategory:
    """Where an import puts what no rule takes; made when it is first needed."""
    category, _ = ExpenseCategory.objects.get_or_create(business=business, parent_key=0, name=TO_BE_FILED)
    return category


def for_stock(business: Business) -> ExpenseCategory:
    """Where bills of goods go that nobody has filed otherwise: the category a shop is born with, while it is there."""
    born = ExpenseCategory.objects.for_business(business).filter(name=FIRST[Kind.RETAIL][0], parent_key=0, is_active=True)
    return born.first() or to_be_filed(business)


@unit_of_work()
def save_category(*, category: ExpenseCategory, by: Member, at: datetime) -> ExpenseCategory:
    """Create or change a category; it may lie in any other that does not lie in it."""
    by.must(Action.MANAGE_BUDGETS)
    category.business = by.business
    if category.pk and category.parent_id and category.pk in get_tree(by.business).above(category.parent_id):
        raise CategoryInItself(f"{category.name} cannot lie in itself.")
    was_in = ExpenseCategory.objects.filter(pk=category.pk).values_list("parent_id", flat=True).first()
    category.parent_key = category.parent_id or 0
    try:
        with transaction.atomic():
            category.save()
    except IntegrityError as error:
        raise CategoryNameTaken(f"There is a category called {category.name} there already.") from error
    after = {"name": category.name, "parent": category.parent_id, "is_active": category.is_active}
    trail.record(
        "expense category saved",
        category,
        by=by,
        at=at,
        after=after,
    )
    if was_in != category.parent_id:
        _recheck(by, at)
    return category


def _recheck(by: Member, at: datetime) -> None:
    """What lies in another category now counts against other budgets."""
    budgets = [budget for budget in get_budgets(by.business) if budget.category_id]
    closed.forget_all(budgets=budgets)
    check_changed_budgets(business=by.business, budgets=budgets, on=by.business.local_day(at), at=at)
