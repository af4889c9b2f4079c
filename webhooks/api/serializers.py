from typing import Any

from rest_framework import serializers

from alerts.models import AlertKind, AlertState
from common.api.fields import Flag, Moment, Text, Whole
from webhooks.addresses import LONGEST_URL, UrlRefused, read_url
from webhooks.models import EndpointState


class WebhookSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    url = Text(max_length=LONGEST_URL, help_text="https only, on the public internet.")
    kinds = serializers.ListField(
        child=serializers.ChoiceField(AlertKind.choices), source="kind_list", allow_empty=False, max_length=40
    )
    state = serializers.ChoiceField(EndpointState.choices, read_only=True)
    failing_since = Moment(read_only=True, allow_null=True)
    created_at = Moment(read_only=True)
    version = serializers.IntegerField(read_only=True)

    def validate_url(self, url: str) -> str:
        try:
            read_url(url)
        except UrlRefused as refusal:
            raise serializers.ValidationError(refusal.message, code=refusal.code) from refusal
        return url


class NewWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(read_only=True, help_text="What deliveries are signed with. In this answer and never again.")


class WebhookChange(serializers.Serializer[Any]):
    kinds = serializers.ListField(
        child=serializers.ChoiceField(AlertKind.choices), required=False, allow_empty=False, max_length=40
    )
    is_on = Flag(required=False, help_text="false pauses it; true resumes it, whoever had switched it off.")
    version = Whole(required=False, min_value=1, max_value=2**31 - 1)


class DeliverySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    event_id = serializers.CharField(help_text="The same at every attempt, and in the body as `id`.")
    type = serializers.CharField(source="kind")
    subject = serializers.CharField()
    created_at = Moment()
    attempts = serializers.IntegerField()
    sent_at = Moment(allow_null=True)
    gave_up_at = Moment(allow_null=True)
    response_code = serializers.IntegerField(allow_null=True)
    last_error = serializers.CharField()


class EventBusiness(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class EventAlert(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(AlertKind.choices)
    state = serializers.ChoiceField(AlertState.choices)
    subject = serializers.CharField(help_text="What it is about.")
    message = serializers.CharField()
    url = serializers.CharField(help_text="Where people deal with it; empty where there is no page.")
    raised_at = Moment()
    resolved_at = Moment(allow_null=True)
    note = serializers.CharField(help_text="What was said when it was resolved.")


class AlertEvent(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="The same at every attempt: act on each id once.")
    type = serializers.ChoiceField([("alert.opened", "opened"), ("alert.resolved", "resolved")])
    created_at = Moment()
    business = EventBusiness()
    data = EventAlert()  # type: ignore[assignment]  # the framework's own `data` stays: fields are taken out of the class
