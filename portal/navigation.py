"""Where one can go, by kind of business: one entry for the side, the phone's bars, the menu page and the palette."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.urls import reverse

from accounts.models import Member
from accounts.permissions import Action


@dataclass(frozen=True)
class Place:
    """One entry. `covers` are the beginnings of the names of pages that belong under it."""

    name: str
    label: str
    icon: str
    covers: tuple[str, ...] = ()
    words: str = ""
    action: Action = Action.SEE
    thumb: bool = False
    counts_alerts: bool = False
    of_shop: bool = False

    @property
    def url(self) -> str:
        return reverse(self.name)

    def has(self, page: str) -> bool:
        return page == self.name or page.startswith(self.covers)


@dataclass(frozen=True)
class Group:
    head: str
    places: tuple[Place, ...] = field(default_factory=tuple)


TODAY = Place("today", "Today", "today", words="dashboard home start", thumb=True)
UNDER_EXPENSES = ("expense", "approvals", "to_be_filed", "money", "recurring", "occurrence", "rule", "rates")
EXPENSES = Place("expenses", "Expenses", "money", UNDER_EXPENSES, "spend receipts bills rules export", thumb=True)
BUDGETS = Place("budgets", "Budgets", "budget", ("budget",), "limit plan spend", thumb=True)
OF_MONEY = "profit loss category payee tag month net worth calendar heat map"
REPORTS = Place(
    "reports",
    "Reports",
    "reports",
    ("report",),
    f"stock value movements slow dead shrinkage turnover {OF_MONEY}",
)
IMPORTS = Place("imports", "Imports", "upload", ("import",), "csv xlsx bank statement spreadsheet upload", Action.IMPORT)
ALERTS = Place("alerts", "Alerts", "bell", ("alert_resolve", "alert_snooze"), "low out warnings", counts_alerts=True)

SHOP = (
    Group(
        "",
        (
            TODAY,
            Place("till", "Till", "till", ("till",), "sell checkout register", Action.SELL, thumb=True),
            Place("sales", "Sales", "sales", ("sale",), "receipts refunds takings", thumb=True),
            Place("customers", "Customers", "customers", ("customer",), "people"),
        ),
    ),
    Group(
        "Stock",
        (
            Place("products", "Products", "products", ("product", "categor"), "catalogue items prices", thumb=True),
            Place("stock", "Stock", "stock", ("stock_", "movement", "location"), "levels adjust receive transfer"),
            Place(
                "purchase_orders", "Orders", "orders", ("purchase_order", "supplier", "offer"), "buy purchase suppliers receive"
            ),
            IMPORTS,
        ),
    ),
    Group("Money", (EXPENSES, BUDGETS, REPORTS)),
    Group("Watch", (ALERTS,)),
)
BOOK = (
    Group("", (EXPENSES, BUDGETS, replace(REPORTS, words=OF_MONEY), IMPORTS)),
    Group("Watch", (ALERTS,)),
)  # its first page is its expenses
SETTINGS = (
    Place("settings", "Business", "settings", words="currency time zone tax vat address", action=Action.SETTINGS),
    Place("team", "Team", "customers", ("member_", "invitation_"), "people roles invite", Action.MEMBERS),
    Place("alert_settings", "Alerts", "bell", ("digest_",), "notifications preferences summary digest"),
    Place("email_settings", "Email", "mail", ("email_",), "messages test delivery", Action.SETTINGS),
    Place("books", "Closed books", "lock", ("books_",), "close period reopen year end month", Action.CLOSE_BOOKS),
    Place("api_keys", "API keys", "key", ("api_key",), "programs integration token", Action.API_KEYS),
    Place("webhooks", "Webhooks", "swap", ("webhook",), "programs integration signed events post", Action.WEBHOOKS),
    Place("audit_log", "Audit log", "history", words="who did what", action=Action.AUDIT),
    Place(
        "you",
        "Your account",
        "person",
        ("account_", "mfa_", "usersessions_", "mail_", "not_me"),
        "password email two-step passkey sessions",
    ),
)
OF_BOOK = {"settings": "Book"}

ACTIONS = (
    Place("till", "Sell something", "till", words="new sale checkout", action=Action.SELL, of_shop=True),
    Place("product_new", "Add a product", "plus", words="new create", action=Action.MANAGE_CATALOGUE, of_shop=True),
    Place(
        "product_grid",
        "Edit products in the list",
        "edit",
        words="prices inline spreadsheet",
        action=Action.MANAGE_CATALOGUE,
        of_shop=True,
    ),
    Place(
        "product_changes", "Changes of products", "history", words="undo bulk edit", action=Action.MANAGE_CATALOGUE, of_shop=True
    ),
    Place("stock_receive", "Receive goods", "stock", words="delivery incoming", action=Action.RECEIVE, of_shop=True),
    Place("purchase_order_new", "Order goods", "orders", words="buy purchase new", action=Action.BUY, of_shop=True),
    Place("suppliers", "Suppliers", "orders", words="buy vendors prices lead time", of_shop=True),
    Place("stock_adjust", "Adjust stock", "edit", words="correct damaged count", action=Action.ADJUST, of_shop=True),
    Place("product_labels", "Print labels", "label", words="barcode price sticker pdf", of_shop=True),
    Place("stock_counts", "Count stock", "scan", words="stocktake inventory variance", action=Action.COUNT, of_shop=True),
    Place("stock_transfers", "Transfers", "swap", words="in transit sent under way receive", of_shop=True),
    Place("stock_transfer", "Transfer stock", "swap", words="move", action=Action.TRANSFER, of_shop=True),
    Place("import_new", "Import a file", "upload", words="csv xlsx bank statement upload", action=Action.IMPORT),
    Place("money", "Accounts", "money", words="bank cash card balance net worth"),
    Place("money_transfer_new", "Move money between accounts", "swap", words="transfer", action=Action.MANAGE_ACCOUNTS),
    Place("customer_new", "Add a customer", "customers", words="new create", action=Action.SELL, of_shop=True),
    Place("team", "Invite somebody", "mail", words="team member", action=Action.MEMBERS),
    Place("switch_business", "Switch business", "swap", words="other change"),
    Place("start", "Open another business", "plus", words="new shop book"),
)


def groups(member: Member) -> Iterator[Group]:
    """What this member sees, in groups."""
    for group in SHOP if member.business.is_shop else BOOK:
        places = _open_to(member, group.places)
        if places:
            yield Group(group.head, places)


def settings(member: Member) -> tuple[Place, ...]:
    """The pages of settings that this member may open; one's own account is always among them."""
    places = _open_to(member, SETTINGS)
    return (
        places
        if member.business.is_shop
        else tuple(replace(place, label=OF_BOOK.get(place.name, place.label)) for place in places)
    )


def _open_to(member: Member, places: tuple[Place, ...]) -> tuple[Place, ...]:
    is_shop = member.business.is_shop
    return tuple(place for place in places if member.may(place.action) and (is_shop or not place.of_shop))


def everywhere(member: Member) -> Iterator[Place]:
    yield from (place for group in groups(member) for place in group.places)
    yield from settings(member)


def actions(member: Member) -> Iterator[Place]:
    yield from _open_to(member, ACTIONS)
