"""The first bytes of real files, with something behind them so that no two are the same."""

from io import BytesIO

from accounts.models import Member
from expenses.models import Attachment, Expense
from expenses.services.papers import Sent, attach
from tests.factories import NOW

HEADS = {
    "pdf": b"%PDF-1.7\n",
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "png": b"\x89PNG\r\n\x1a\n",
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
}


def content(kind: str = "pdf", more: bytes = b"one") -> bytes:
    return HEADS[kind] + more


def paper(expense: Expense, by: Member, *, kind: str = "pdf", more: bytes = b"one", name: str = "") -> Attachment:
    sent = Sent(BytesIO(content(kind, more)), name or f"bill.{kind}")
    return attach(expense=expense, by=by, files=[sent], at=NOW)[0]
