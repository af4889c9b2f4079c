"""The events that leave, as the OpenAPI schema lists them under `webhooks`."""

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, OpenApiWebhook, extend_schema

from webhooks.api.serializers import AlertEvent

alert_event = OpenApiWebhook(
    name="alert",
    decorator=extend_schema(
        tags=["webhooks"],
        summary="An alert opened or was resolved",
        description=(
            "Sent to each endpoint that chose the kind. `Tillbook-Signature: t=<seconds>,v1=<hex>` holds the HMAC-SHA256, keyed "
            "with the endpoint's secret, of the seconds, a full stop and the body as it came. After the secret is renewed there "
            "are two `v1` for a day. Any status from 200 to 299 within 15 seconds takes it; anything else is tried again for up "
            "to three days, under the same `id`. 410 switches the endpoint off."
        ),
        parameters=[
            OpenApiParameter("Tillbook-Signature", str, OpenApiParameter.HEADER, required=True),
            OpenApiParameter("Tillbook-Event", str, OpenApiParameter.HEADER, required=True, description="The event's `id`."),
        ],
        request=AlertEvent,
        responses={204: OpenApiResponse(description="Taken.")},
    ),
)
