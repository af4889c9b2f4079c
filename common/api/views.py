"""What every view of the API does alike: one business, strict input, pages by key."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from common.api.fields import Text
from common.api.once import OncePerKey

Shape = type[serializers.BaseSerializer[Any]]


class Query(serializers.Serializer[Any]):
    """What the address of a list may ask for. Its names are ours, other names are ignored."""

    is_from_text = True


class BusinessViewSet(OncePerKey, GenericViewSet[Any]):
    """Rows of the request's business, and of no other.

    `needs` names the least right for an action, checked before the input; the services check again.
    `scope` is what an API key with scopes must have to write here.
    """

    model: ClassVar[type[Model]]
    scope: ClassVar[str] = "admin"
    is_for_shops: ClassVar[bool] = True
    needs: ClassVar[Mapping[str, Any]] = {}
    query_class: type[Query] = Query
    orderings: ClassVar[Mapping[str, Sequence[str]]] = {"id": ("id",)}  # the first is the default
    default_ordering: ClassVar[str] = ""
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Any]:
        """The rows that this request may see, as its answers need them."""
        if getattr(self, "swagger_fake_view", False):
            return self.model._default_manager.none()
        return self.rows()

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.for_business(self.business)  # type: ignore[attr-defined]
        return rows

    @property
    def business(self) -> Any:
        return self.request.business  # type: ignore[attr-defined]

    @property
    def member(self) -> Any:
        return self.request.member  # type: ignore[attr-defined]

    def get_serializer_context(self) -> dict[str, Any]:
        business = getattr(self.request, "business", None)
        member = getattr(self.request, "member", None)
        return {
            **super().get_serializer_context(),
            "business": business,
            "currency": business.currency if business else "GBP",
            "sees_costs": bool(member and member.sees_costs),
        }

    def checked(self, shape: Shape, *, partial: bool = False) -> dict[str, Any]:
        """The request's body as its shape has it, or 400."""
        serializer = shape(data=self.request.data, partial=partial, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def shown(self, thing: Any, *, shape: Shape | None = None, status: int = 200, many: bool = False) -> Response:
        serializer = (shape or self.get_serializer_class())(thing, many=many, context=self.get_serializer_context())
        return Response(serializer.data, status=status)

    def list(self, request: Request) -> Response:
        return self.paged(self.filtered(self.get_queryset(), self.asked()))

    def retrieve(self, request: Request, pk: int) -> Response:
        return self.shown(self.get_object())

    def paged(self, rows: QuerySet[Any], *, shape: Shape | None = None) -> Response:
        page = self.paginate_queryset(rows)
        serializer = (shape or self.get_serializer_class())(page, many=True, context=self.get_serializer_context())
        return self.get_paginated_response(serializer.data)

    def asked(self) -> dict[str, Any]:
        """The filters of the address, or 400."""
        query = self.query_class(data=self.request.query_params.dict(), context=self.get_serializer_context())
        query.is_valid(raise_exception=True)
        return dict(query.validated_data)

    def filtered(self, rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
        """Each filter is a lookup of its own name, unless a view says otherwise."""
        return rows.filter(**{name: value for name, value in asked.items() if name != "search"})

    def keys(self) -> Sequence[str]:
        """The columns that the list is ordered by, all of them turned for a leading minus."""
        asked = self.request.query_params.get("ordering") or self.default_ordering or next(iter(self.orderings))
        columns = self.orderings.get(asked.removeprefix("-"))
        if columns is None:
            names = ", ".join(self.orderings)
            raise ValidationError({"ordering": f"Order by one of: {names}; with a minus from the end."}, code="invalid")
        return [f"-{column}" for column in columns] if asked.startswith("-") else columns


class NamedViewSet(BusinessViewSet):
    """A short list of named things, each read and written as a whole."""

    orderings = {"name": ("name", "id")}

    def create(self, request: Request) -> Response:
        values = self.checked(self.get_serializer_class())
        values.pop("version", None)
        return self.shown(self.save(self.model(business=self.business, **values), None), status=201)

    def partial_update(self, request: Request, pk: int) -> Response:
        """Without `version` the last write wins."""
        thing = self.get_object()
        values = self.checked(self.get_serializer_class(), partial=True)
        version = values.pop("version", None)
        for name, value in values.items():
            setattr(thing, name, value)
        return self.shown(self.save(thing, version))

    def save(self, thing: Any, version: int | None) -> Any:
        raise NotImplementedError


class NothingHere(APIView):
    """Every address of the API that is none, answered in its own shape."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound


class SearchQuery(Query):
    search = Text(required=False, max_length=200, help_text="Every word is a part of what is found.")
