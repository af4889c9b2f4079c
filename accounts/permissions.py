"""Who may do what: the table of PRODUCT.md, one line for each row."""

from enum import Enum

from django.db import models

from common.errors import Forbidden


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    MANAGER = "manager", "Manager"
    CLERK = "clerk", "Clerk"
    VIEWER = "viewer", "Viewer"

    @property
    def rank(self) -> int:
        return _RANK[self.value]


_RANK = {"viewer": 0, "clerk": 1, "manager": 2, "owner": 3}


class NotAllowed(Forbidden):
    code = "not_allowed"


class Action(Enum):
    """Each action with the least role that may do it and what the refusal says."""

    SEE = (Role.VIEWER, "see this")
    SELL = (Role.CLERK, "sell")
    RECEIVE = (Role.CLERK, "receive goods")
    COUNT = (Role.CLERK, "count stock")
    ADD_EXPENSE = (Role.CLERK, "add expenses")
    ANSWER_ALERTS = (Role.CLERK, "answer alerts")
    CHANGE_EXPENSE = (Role.MANAGER, "change another person's expense")
    APPROVE_EXPENSE = (Role.MANAGER, "approve expenses")
    MANAGE_BUDGETS = (Role.MANAGER, "change budgets")
    MANAGE_RULES = (Role.MANAGER, "change rules")
    MANAGE_ACCOUNTS = (Role.MANAGER, "change accounts and what moves between them")
    VOID_OWN = (Role.CLERK, "void a sale")
    VOID_ANY = (Role.MANAGER, "void another person's sale")
    REFUND = (Role.CLERK, "refund with a receipt")
    OVERRIDE_PRICE = (Role.MANAGER, "change a price at the till")
    LARGE_DISCOUNT = (Role.MANAGER, "give a discount over the limit")
    ADJUST = (Role.MANAGER, "adjust stock")
    TRANSFER = (Role.MANAGER, "transfer stock")
    APPROVE = (Role.MANAGER, "approve a count")
    BACK_DATE = (Role.MANAGER, "enter something for an earlier day")
    MANAGE_CATALOGUE = (Role.MANAGER, "change products")
    BUY = (Role.MANAGER, "change suppliers and orders")
    IMPORT = (Role.MANAGER, "import")
    EXPORT = (Role.MANAGER, "export")
    SETTINGS = (Role.OWNER, "change settings")
    CLOSE_BOOKS = (Role.OWNER, "close or reopen the books")
    MEMBERS = (Role.OWNER, "manage the team")
    API_KEYS = (Role.OWNER, "manage API keys")
    WEBHOOKS = (Role.OWNER, "manage webhooks")
    AUDIT = (Role.OWNER, "read the audit log")

    def __init__(self, least: Role, label: str) -> None:
        self.least = least
        self.label = label

    def allowed_to(self, role: str) -> bool:
        return Role(role).rank >= self.least.rank

    @property
    def refusal(self) -> str:
        who = "owners" if self.least is Role.OWNER else f"{self.least.label.lower()}s and above"
        return f"Only {who} may {self.label}."
