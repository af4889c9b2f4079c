from django.contrib import admin

from common.staff import ReadOnlyAdmin
from imports.models import ColumnMapping, ImportBatch, ImportIssue


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    list_display = ("filename", "business", "kind", "state", "done_rows", "total_rows", "error_rows", "created_at", "finished_at")
    list_filter = ("state", "kind", "created_at")
    list_select_related = ("business",)
    search_fields = ("filename", "business__slug")


@admin.register(ImportIssue)
class ImportIssueAdmin(ReadOnlyAdmin):
    list_display = ("filename", "row", "field", "message")
    list_select_related = ("batch",)
    search_fields = ("message", "batch__filename", "batch__business__slug")

    @admin.display(description="file")
    def filename(self, issue: ImportIssue) -> str:
        return issue.batch.filename


@admin.register(ColumnMapping)
class ColumnMappingAdmin(ReadOnlyAdmin):
    list_display = ("business", "kind")
    list_filter = ("kind",)
    list_select_related = ("business",)
    search_fields = ("business__slug",)
