from accounts.models import Business
from webhooks.models import Delivery, DeliveryQuerySet, Endpoint, EndpointQuerySet


def get_endpoints(*, business: Business) -> EndpointQuerySet:
    return Endpoint.objects.for_business(business).order_by("-created_at", "-pk")


def get_log(*, endpoint: Endpoint) -> DeliveryQuerySet:
    """What it was told, without the bodies."""
    return Delivery.objects.filter(endpoint=endpoint).defer("body")
