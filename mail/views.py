import json

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mail import services
from mail.signature import is_genuine

LARGEST = 2 * 1024 * 1024  # SendGrid's batches stay below one megabyte


@csrf_exempt
@require_POST
def sendgrid_events(request: HttpRequest) -> HttpResponse:
    """Where SendGrid tells what became of messages. 401 for whatever it did not sign, before a word of it is read."""
    if not 0 <= _length(request) <= LARGEST:
        return HttpResponse(status=413)
    now = timezone.now()
    signature = request.headers.get("X-Twilio-Email-Event-Webhook-Signature", "")
    timestamp = request.headers.get("X-Twilio-Email-Event-Webhook-Timestamp", "")
    if not is_genuine(body=request.body, signature=signature, timestamp=timestamp, at=now):
        return HttpResponse(status=401)
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    if not isinstance(told, list):
        return HttpResponse(status=400)
    services.record_events(told=told, at=now)
    return HttpResponse(status=204)


def _length(request: HttpRequest) -> int:
    """What the sender says it sends; nothing beyond it is read."""
    said = request.headers.get("Content-Length", "0") or "0"
    return int(said) if said.isascii() and said.isdigit() and len(said) < 12 else -1
