"""Rule 8 at the edge: every POST of the API can be repeated under an Idempotency-Key."""

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.idempotency import Answer, fingerprint, run_once

LONGEST_KEY = 128
Handler = Callable[..., Response]


class OncePerKey(APIView):
    """Wraps whatever `post` a view has, so that no endpoint can forget it."""

    business: Any
    member: Any
    hidden_on_replay: ClassVar[Sequence[str]] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        handler: Handler | None = getattr(self, "post", None)
        if request.method == "POST" and handler:
            self.post = partial(self._once, handler)

    def _once(self, handler: Handler, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Rule 8 for every POST: its work in one transaction, and done once for an Idempotency-Key."""
        key = _idempotency_key(request)
        first: list[Response] = []

        def work() -> Answer:
            first.append(handler(request, *args, **kwargs))
            return Answer(first[0].status_code, self._kept(first[0].data) if key else "")

        body = fingerprint(*self._identity(request)) if key else ""
        answer = run_once(business_id=self.business.pk, key=key, body=body, at=timezone.now(), work=work)
        if answer.replayed:
            return Response(json.loads(answer.body), status=answer.status, headers={"Idempotent-Replay": "true"})
        return first[-1]

    def _kept(self, data: Any) -> str:
        if self.hidden_on_replay:
            data = data | dict.fromkeys(self.hidden_on_replay)
        return JSONRenderer().render(data).decode()

    def _identity(self, request: Request) -> list[bytes]:
        """What makes two requests the same: who may see what, where to, and the body in one canonical form."""
        files = [(name, _digest(file)) for name, file in sorted(request.FILES.items())]
        data: Any = request.data
        if files:
            data = {name: value for name, value in data.items() if name not in request.FILES}
        text = json.dumps(data, sort_keys=True, default=str)
        parts = [self.member.role, request.path, text, *(name for name, _ in files)]
        return [part.encode() for part in parts] + [content for _, content in files]


def _digest(file: Any) -> bytes:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.digest()


def _idempotency_key(request: Request) -> str:
    if "Idempotency-Key" not in request.headers:
        return ""
    key: str = request.headers["Idempotency-Key"].strip()
    if not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        sentence = f"1 to {LONGEST_KEY} characters, plain ASCII."
        raise ValidationError({"Idempotency-Key": sentence}, code="invalid")
    return key
