from typing import Any

from rest_framework import serializers

from alerts.models import AlertKind, AlertState
from common.api.fields import Moment, Text
from common.api.views import Query


class AlertSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(AlertKind.choices)
    state = serializers.ChoiceField(AlertState.choices)
    subject = serializers.CharField(help_text="What it is about.")
    message = serializers.CharField()
    url = serializers.SerializerMethodField(help_text="Where people deal with it; empty where there is no page.")
    raised_at = Moment()
    snoozed_until = Moment(allow_null=True)
    resolved_at = Moment(allow_null=True)
    note = serializers.CharField(help_text="What was said when it was resolved.")

    def get_url(self, alert: Any) -> str:
        return str(self.context["request"].build_absolute_uri(alert.url)) if alert.url else ""


class AlertQuery(Query):
    state = serializers.ChoiceField(AlertState.choices, required=False)
    kind = serializers.ChoiceField(AlertKind.choices, required=False)


class SnoozeIn(serializers.Serializer[Any]):
    until = Moment(required=False, help_text="Without it the same time tomorrow.")


class ResolveIn(serializers.Serializer[Any]):
    note = Text(required=False, allow_blank=True, max_length=255)
