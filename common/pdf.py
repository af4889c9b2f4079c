"""PDF papers, set by Typst from templates/pdf."""

import json
from collections.abc import Mapping
from typing import Any

import typst
from django.conf import settings

FOLDER = "templates/pdf"


def paper(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of templates/pdf/<template>, which reads `data` as JSON.

    What data says is set as text and is never read as Typst's markup, so a name of somebody's choosing does no harm.
    Values are what JSON holds: money and dates are to be written as words already, in the reader's locale.
    """
    root = settings.BASE_DIR / FOLDER
    done = typst.compile(str(root / template), root=str(root), sys_inputs={"data": json.dumps(data)})
    return bytes(done)  # one PDF, however many its pages
