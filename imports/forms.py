from collections.abc import Iterator, Sequence
from typing import Any

from django import forms

from imports.columns import lacking
from imports.models import ImportBatch
from imports.registry import ImportKind, Option

LARGEST_NAME = 255


class ImportForm(forms.Form):
    kind = forms.ChoiceField(label="What is in it?", widget=forms.RadioSelect)
    file = forms.FileField(
        label="File",
        max_length=LARGEST_NAME,
        help_text="CSV, CSV.GZ or XLSX, up to 100 MB, with the names of the columns in the first row. "
        "Bank statements also as OFX, QFX, QIF, camt.053 or MT940.",
        widget=forms.ClearableFileInput(),
        error_messages={"required": "Choose a file.", "empty": "This file is empty."},
    )
    preset = forms.ChoiceField(
        label="Where is it from?",
        required=False,
        help_text="Most files are known by the names of their columns.",
    )

    def __init__(self, *args: Any, kinds: Sequence[ImportKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.name, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        presets = [(preset.name, preset.label) for kind in kinds for preset in kind.presets]
        self.fields["preset"].choices = [("", "Anywhere"), *presets]  # type: ignore[attr-defined]
        suffixes = dict.fromkeys(suffix for kind in kinds for suffix in kind.suffixes)
        self.fields["file"].widget.attrs["accept"] = ",".join(suffixes)


class ColumnsForm(forms.Form):
    """One choice among the file's columns for each field of ours."""

    decimal_comma = forms.BooleanField(label="Numbers are written 1.234,50", required=False)

    def __init__(self, *args: Any, batch: ImportBatch, kind: ImportKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kind = kind
        mapped = batch.mapped
        choices = [("", "Not in the file")] + [(name, name) for name in batch.columns]
        for column in kind.columns:
            self.fields[_name(column.name)] = forms.ChoiceField(
                label=column.label,
                choices=choices,
                required=column.required,
                initial=mapped.get(column.name, ""),
                help_text=column.help,
                error_messages={"required": f"Choose the column that holds the {column.label.lower()}."},
            )
        for option in kind.options:
            self.fields[_option(option.name)] = _option_field(option, batch)
        self.fields["decimal_comma"].initial = bool(batch.chosen.get("decimal_comma"))

    def column_fields(self) -> Iterator[forms.BoundField]:
        return (self[_name(column.name)] for column in self._kind.columns)

    def option_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in ["decimal_comma", *(_option(option.name) for option in self._kind.options)])

    def options(self) -> dict[str, Any]:
        chosen = {option.name: self.cleaned_data[_option(option.name)] for option in self._kind.options}
        return {"decimal_comma": self.cleaned_data["decimal_comma"], **chosen}

    def mapping(self) -> dict[str, str]:
        return {column.name: self.cleaned_data[_name(column.name)] for column in self._kind.columns}

    def clean(self) -> dict[str, Any]:
        """Of some columns one of several is needed."""
        if not self.errors and (missing := lacking(kind=self._kind, mapping=self.mapping())):
            self.add_error(None, f"Choose a column for {missing}.")
        return self.cleaned_data


def _option_field(option: Option, batch: ImportBatch) -> forms.Field:
    chosen = batch.chosen.get(option.name)
    if option.choices is None:
        return forms.BooleanField(label=option.label, help_text=option.help, required=False, initial=bool(chosen))
    choices = option.choices(batch.business)
    return forms.ChoiceField(label=option.label, help_text=option.help, required=False, initial=chosen, choices=choices)


def _option(name: str) -> str:
    return f"option-{name}"


def _name(column: str) -> str:
    return f"column-{column}"
