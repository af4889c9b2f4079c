from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import check_scope
from accounts.models import Scope
from accounts.permissions import Action
from common.api.parsers import StrictJSONParser
from common.api.views import BusinessViewSet
from imports import desk
from imports.api.serializers import CommitIn, ImportIn, ImportSerializer
from imports.models import ImportBatch
from imports.registry import kind_named


class ImportViewSet(BusinessViewSet):
    """Files on their way in. Sending one only checks it."""

    model = ImportBatch
    serializer_class = ImportSerializer
    scopes = (Scope.STOCK, Scope.EXPENSE)  # the kind says which of them
    is_for_shops = False
    needs = dict.fromkeys(("create", "retrieve", "commit"), Action.IMPORT)

    def get_parsers(self) -> list[BaseParser]:
        return [MultiPartParser()] if getattr(self, "action_map", {}).get("post") == "create" else [StrictJSONParser()]

    @extend_schema(request={"multipart/form-data": ImportIn}, responses={201: ImportSerializer})
    def create(self, request: Request) -> Response:
        """Send a file. It is checked row by row and nothing is changed; a big one is checked by and by."""
        values = self.checked(ImportIn)
        check_scope(request, kind_named(values["kind"]).scope)
        file = values.pop("file")
        batch = desk.take_in(by=self.member, source=file, filename=file.name, at=timezone.now(), **values)
        return self.shown(batch, status=201)

    @extend_schema(request=CommitIn, responses=ImportSerializer)
    def commit(self, request: Request, pk: int) -> Response:
        """Let the checked rows go in. A big file goes in by and by: ask for it again until its state is `done`."""
        batch, values = self.get_object(), self.checked(CommitIn)
        check_scope(request, kind_named(batch.kind).scope)
        batch = desk.commit(batch=batch, by=self.member, at=timezone.now(), partial=values["partial"])
        return self.shown(batch)
