import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.api.fields import Flag, Moment, Text
from imports.models import ImportBatch, ImportState
from imports.queries import get_issues, get_notices
from imports.registry import kinds

MOST_ERRORS = 500
LONGEST_JSON = 20_000


@extend_schema_field({"type": "string", "contentMediaType": "application/json", "examples": ['{"sku": "Code"}']})
class JSONText(serializers.Field[Any, Any, Any, Any]):
    """A JSON object as the text of a form field."""

    default_error_messages = {"invalid": "Enter a JSON object: our fields with the columns of the file."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        try:
            found = json.loads(data) if isinstance(data, str) and len(data) <= LONGEST_JSON else None
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            self.fail("invalid")
        return found


class ColumnsText(JSONText):
    """Our fields to the file's columns."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        found = super().to_internal_value(data)
        if not all(isinstance(column, str) for column in found.values()):
            self.fail("invalid")
        return found


class ImportIn(serializers.Serializer[Any]):
    kind = serializers.ChoiceField([kind.name for kind in kinds()])
    file = serializers.FileField(max_length=255, help_text="CSV or XLSX, up to 100 MB")
    mapping = ColumnsText(required=False, help_text="Where the columns have other names: our field to the file's column.")
    options = JSONText(required=False, help_text='How it is read, such as {"account": "3", "decimal_comma": true}.')
    preset = Text(max_length=20, required=False, allow_blank=True, help_text="A known file, such as online-retail.")


class CommitIn(serializers.Serializer[Any]):
    partial = Flag(default=False, help_text="Let the good rows in and list the others. Otherwise all or nothing.")  # type: ignore[assignment]


class RowErrorSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="As a spreadsheet counts: the column names are row 1.")
    field = serializers.CharField()
    message = serializers.CharField()


class NoticeSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    message = serializers.CharField()


class CountsSerializer(serializers.Serializer[Any]):
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    error = serializers.IntegerField()


class ImportSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    filename = serializers.CharField()
    state = serializers.ChoiceField(ImportState.choices)
    message = serializers.CharField()
    total_rows = serializers.IntegerField()
    done_rows = serializers.IntegerField()
    counts = CountsSerializer()
    errors = serializers.SerializerMethodField(help_text=f"The first {MOST_ERRORS} refused rows.")  # type: ignore[assignment]
    notices = serializers.SerializerMethodField(help_text="What is to be known of rows that are taken all the same; the first.")
    columns = serializers.ListField(child=serializers.CharField(), help_text="The file's own.")
    mapping = serializers.DictField(child=serializers.CharField(), source="mapped")
    partial = serializers.BooleanField(source="is_partial")  # type: ignore[assignment]
    created_at = Moment()
    checked_at = Moment(allow_null=True)
    finished_at = Moment(allow_null=True)

    @extend_schema_field(RowErrorSerializer(many=True))
    def get_errors(self, batch: ImportBatch) -> Any:
        return RowErrorSerializer(get_issues(batch).order_by("row")[:MOST_ERRORS], many=True).data

    @extend_schema_field(NoticeSerializer(many=True))
    def get_notices(self, batch: ImportBatch) -> Any:
        return NoticeSerializer(get_notices(batch)[0], many=True).data
