from collections.abc import Iterator
from contextlib import contextmanager


class DomainError(Exception):
    """A business rule said no. Carries a sentence for the person who asked.

    `code` names the rule for programs, `field` the input it belongs to ("" for the whole form), `line` the position
    of that input in a document's lines, `facts` what else a program may want to know. Web and API turn it into a
    form error or HTTP 409.
    """

    code = "refused"
    field = ""

    def __init__(self, message: str, *, field: str = "", line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field or self.field
        self.line = line
        self.facts: dict[str, str | int] = {}


class InvalidInput(DomainError):
    """The input itself cannot be right, whatever the state of the shop. HTTP 400."""

    code = "invalid"


class Forbidden(DomainError):
    """This person, plan or key may not do it at all. HTTP 403."""

    code = "forbidden"


class StaleVersion(DomainError):
    """Somebody else was faster than a writer who said which version they had read."""

    code = "stale_version"
    field = "version"


@contextmanager
def on_line(index: int) -> Iterator[None]:
    """A refusal raised inside belongs to this line of the document."""
    try:
        yield
    except DomainError as error:
        if error.line is None:
            error.line = index
        raise
