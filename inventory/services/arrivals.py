"""Why what came of a document's lines is not received, whatever the document."""

from common.errors import DomainError, InvalidInput


class NothingReceived(InvalidInput):
    field = "lines"


class UnknownLine(InvalidInput):
    code = "unknown_line"
    field = "line"


class AlreadyReceived(DomainError):
    """It has come, or somebody else was faster."""

    code = "already_received"
    field = "quantity"


class OverReceipt(DomainError):
    """More than is to come, and than the shop allows on top."""

    code = "over_receipt"
    field = "quantity"
