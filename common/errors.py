class DomainError(Exception):
    """A business rule said no. Carries a sentence for the person who asked.

    `code` names the rule for programs, `field` the input it belongs to ("" for the whole form).
    Web and API turn it into a form error or HTTP 409.
    """

    code = "refused"
    field = ""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field or self.field


class InvalidInput(DomainError):
    """The input itself cannot be right, whatever the state of the shop. HTTP 400."""

    code = "invalid"
