"""What a program may say of a file beside its columns."""

from collections.abc import Mapping
from typing import Any

from accounts.models import Business
from common.errors import InvalidInput
from imports.registry import ImportKind

DECIMAL_COMMA = "decimal_comma"


class BadOption(InvalidInput):
    code = "bad_option"
    field = "options"


def checked(*, kind: ImportKind, business: Business, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as they are kept: yes or no, or a choice as text. Raises BadOption."""
    return {name: _checked(kind, business, name, value) for name, value in given.items()}


def _checked(kind: ImportKind, business: Business, name: str, value: Any) -> Any:
    option = next((option for option in kind.options if option.name == name), None)
    if option is None and name != DECIMAL_COMMA:
        known = ", ".join([DECIMAL_COMMA, *(option.name for option in kind.options)])
        raise BadOption(f"There is no option “{name[:40]}” for {kind.label.lower()}. There are: {known}.")
    if option is None or option.choices is None:
        if not isinstance(value, bool):
            raise BadOption(f"“{name}” is true or false.")
        return value
    if str(value) not in {choice for choice, _ in option.choices(business)}:
        raise BadOption(f"“{str(value)[:40]}” is none of the choices for “{name}”.")
    return str(value)
