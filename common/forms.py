from collections.abc import Iterator
from contextlib import contextmanager

from django import forms

from common.errors import DomainError


@contextmanager
def refusals_shown_on(form: forms.BaseForm) -> Iterator[None]:
    """A DomainError raised inside becomes an error of the form, at its field where the form has it."""
    try:
        yield
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
