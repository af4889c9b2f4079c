from datetime import timedelta

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from alerts import services
from alerts.api.serializers import AlertQuery, AlertSerializer, ResolveIn, SnoozeIn
from alerts.models import Alert
from common.api.views import BusinessViewSet

A_DAY = timedelta(days=1)


class AlertViewSet(BusinessViewSet):
    """What a business should know of, newest first."""

    model = Alert
    serializer_class = AlertSerializer
    query_class = AlertQuery
    is_for_shops = False
    scope = Scope.STOCK
    needs = dict.fromkeys(("snooze", "resolve"), Action.ANSWER_ALERTS)
    orderings = {"raised_at": ("raised_at", "id")}
    default_ordering = "-raised_at"

    @extend_schema(request=SnoozeIn, responses=AlertSerializer)
    def snooze(self, request: Request, pk: int) -> Response:
        """Put an alert aside until a moment; then it is open again."""
        alert, now = self.get_object(), timezone.now()
        until = self.checked(SnoozeIn).get("until") or now + A_DAY
        return self.shown(services.snooze(alert=alert, by=self.member, until=until, at=now))

    @extend_schema(request=ResolveIn, responses=AlertSerializer)
    def resolve(self, request: Request, pk: int) -> Response:
        """Close an alert by hand. Most resolve themselves once what they tell of has mended."""
        alert, note = self.get_object(), self.checked(ResolveIn).get("note", "")
        return self.shown(services.resolve(alert=alert, by=self.member, note=note, at=timezone.now()))
