"""The columns of statements and of lists of expenses, with the names that banks and programs give them."""

from imports.registry import Column

DATE = Column(
    "spent_on",
    "Date",
    (
        "spent on", "transaction date", "booking date", "posting date", "date posted", "completed date", "booked",
        "buchungstag", "buchungsdatum", "datum", "data", "fecha", "started date", "value date", "day",
    ),
    required=True,
)  # fmt: skip
AMOUNT = Column(
    "amount",
    "Amount",
    ("transaction amount", "betrag", "umsatz", "montant", "importo", "importe", "bedrag", "sum", "value"),
    help="Below 0 is spent. Or two columns, one for each way.",
)  # fmt: skip
PAID_OUT = Column(
    "paid_out",
    "Paid out",
    ("money out", "debit", "debit amount", "outflow", "withdrawal", "withdrawals", "soll", "spent"),
)
PAID_IN = Column(
    "paid_in", "Paid in", ("money in", "credit", "credit amount", "inflow", "deposit", "deposits", "haben", "received")
)
PAYEE = Column(
    "payee",
    "Payee",
    (
        "name", "merchant", "counterparty", "counterparty name", "beneficiary", "paid to", "who", "shop",
        "beguenstigter/zahlungspflichtiger", "auftraggeber/empfänger", "empfänger", "description", "transaction description",
    ),
)  # fmt: skip
NOTE = Column(
    "note",
    "Note",
    (
        "notes", "memo", "description", "details", "narrative", "reference", "verwendungszweck", "purpose", "text", "particulars",
        "transaction description",
    ),
)  # fmt: skip
GROUP = Column("category_group", "Category group", ("group", "parent category"))
CATEGORY = Column(
    "category",
    "Category",
    ("category name", "kategorie", "catégorie", "categoria"),
    help="Made where there is none of that name.",
)
NAMED = Column("account", "Account", ("account name", "account number", "iban", "konto", "auftragskonto", "paid from"))
OTHER = Column("transfer", "Transfer account", ("transfer", "counter account", "to account"), help="Another account of your own.")
TYPE = Column(
    "kind",
    "Type",
    ("kind", "transaction type", "credit/debit", "debit/credit", "dr/cr", "credit debit indicator"),
    help="Expense, income or refund; debit or credit. Other words are passed over.",
)
IDENTITY = Column(
    "transaction",
    "Transaction id",
    ("fitid", "transaction number", "transaction reference number", "unique id", "bank id", "journal_id"),
    help="The bank's own, different for each line.",
)
CURRENCY = Column("currency", "Currency", ("currency code", "währung", "waehrung", "devise", "ccy"))
TICKED = Column("reconciled", "Reconciled", ("cleared", "is reconciled"))
SPLIT = Column("split", "Split", help="The same in all parts of one payment.")
MORE = (
    Column("tags", "Tags", ("labels", "tag"), help="With commas between them."),
    Column("tax", "Tax", ("vat", "input tax", "tax amount", "vat amount"), help="Contained in the amount."),
    Column("foreign_amount", "Foreign amount", ("original amount",)),
    Column("foreign_currency", "Foreign currency", ("original currency", "foreign currency code")),
)
OPENING = Column("opening", "Opening balance", help="What a new account begins with.")
MOST = (DATE, AMOUNT, PAID_OUT, PAID_IN, PAYEE, NOTE, GROUP, CATEGORY, NAMED, OTHER, TYPE, IDENTITY, CURRENCY, TICKED)
OF_BANK = (*MOST, SPLIT, OPENING)
OF_EXPENSES = (*MOST, *MORE, SPLIT)
