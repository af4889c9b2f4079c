"""What is known of payees, and what a line of quick entry may name."""

from django.db.models import Q

from accounts.models import Business
from expenses.models import ExpenseCategory, Payee
from expenses.quick import Known

MOST_NAMES = 200
MOST_WORDS = 12


def get_remembered(business: Business, payee: str) -> ExpenseCategory | None:
    """The category that a payee was last filed under, where it is still in use; one that nobody has filed has none."""
    if not payee.strip():
        return None
    category = ExpenseCategory.objects.for_business(business).to_file_under()
    remembered = Payee.objects.for_business(business).filter(name=payee.strip()).values("category")
    return category.filter(pk__in=remembered).first()


def get_known(business: Business, text: str) -> Known:
    """The payees whose names begin with a word of the line, and the categories: two queries."""
    words = [word.lstrip('@"') for word in text.split()][:MOST_WORDS]
    begins = Q(pk__in=[])
    for word in filter(None, words):
        begins |= Q(name__istartswith=word)
    payees = Payee.objects.for_business(business).filter(begins).order_by("name").values_list("name", "category_id")[:MOST_NAMES]
    by_name = dict(ExpenseCategory.objects.for_business(business).to_file_under().values_list("name", "pk"))
    in_use = set(by_name.values())
    return Known({name: pk if pk in in_use else None for name, pk in payees}, by_name)
