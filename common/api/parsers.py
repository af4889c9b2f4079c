import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from common.api.problems import TooLarge


class StrictJSONParser(BaseParser):
    """JSON as its standard has it: UTF-8, no NaN; numbers keep their digits. Whatever else comes is 400 or 413."""

    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            return json.loads(raw.decode(), parse_float=Decimal, parse_constant=_no_constant)
        except (ValueError, ArithmeticError) as error:
            raise ParseError("The body is not valid JSON.") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
