"""What else a report can be asked, beside its days: as fields of its page and as parameters of the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from rest_framework import serializers

from common.api.fields import Whole
from common.form_fields import WholeField


@dataclass(frozen=True)
class Choice:
    """One of some; the first is the usual one."""

    key: str
    label: str
    choices: Mapping[str, str]
    told: str = ""

    @property
    def usual(self) -> str:
        return next(iter(self.choices))

    def field(self) -> forms.Field:
        return forms.ChoiceField(label=self.label, choices=list(self.choices.items()), required=False)

    def parameter(self) -> serializers.Field[Any, Any, Any, Any]:
        return serializers.ChoiceField(list(self.choices), default=self.usual, required=False, help_text=self.told)


@dataclass(frozen=True)
class Days:
    """A number of days."""

    key: str
    label: str
    usual: int
    told: str = ""

    def field(self) -> forms.Field:
        return WholeField(label=self.label, least=1, most=MOST, required=False)

    def parameter(self) -> serializers.Field[Any, Any, Any, Any]:
        told = self.told or self.label
        return Whole(min_value=1, max_value=MOST, default=self.usual, required=False, help_text=told)


MOST = 3650
Option = Choice | Days
