from collections.abc import Sequence
from typing import Any

from django import template

from portal.reports.shapes import Report, Row
from portal.reports.words import in_words

register = template.Library()


@register.inclusion_tag("portal/_partials/report_figures.html")
def figures(report: Report, row: Row, currency: str) -> dict[str, Sequence[Any]]:
    """The cells of a row, each figure in words, with its address."""
    pairs = zip(report.columns, row.figures, strict=True)
    return {"cells": [(column, figure, in_words(figure.value, column.unit, currency)) for column, figure in pairs]}
