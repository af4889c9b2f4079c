from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.contrib import messages
from django.http import HttpRequest, QueryDict

from common.errors import DomainError

LONGEST_SEARCH = 200


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the post, be it empty, or nothing when the page is only opened."""
    return request.POST if request.method == "POST" else None


def searched(request: HttpRequest) -> str:
    """What was typed into a search box, as far as a database takes it."""
    return request.GET.get("q", "").replace("\x00", "")[:LONGEST_SEARCH]


@contextmanager
def refusals_shown_on(form: forms.BaseForm) -> Iterator[None]:
    """A DomainError raised inside becomes an error of the form, at its field where the form has it."""
    try:
        yield
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)


@contextmanager
def refusals_told(request: HttpRequest) -> Iterator[None]:
    """A DomainError raised inside becomes a message on the next page: for buttons that have no form around them."""
    try:
        yield
    except DomainError as error:
        messages.error(request, error.message)
