"""SendGrid's own client over connections that stay open: to open one for each message costs more than the message."""

from functools import cache
from io import BytesIO
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, getproxies, proxy_bypass

import urllib3
from django.conf import settings
from python_http_client.client import Client
from python_http_client.exceptions import handle_error
from urllib3.util import parse_url

REFUSED = 300


class KeptAliveClient(Client):
    """What the SDK asks of its client, through this process's pool; a refusal is the SDK's own error."""

    @classmethod
    def like(cls, client: Client) -> "KeptAliveClient":
        return cls(client.host, client.request_headers, client._version, client._url_path, client.append_slash, client.timeout)  # noqa: SLF001

    def _build_client(self, name: str | None = None) -> "KeptAliveClient":
        step = self.like(self)
        step._url_path = [*self._url_path, name] if name else self._url_path  # noqa: SLF001
        return step

    def _make_request(self, opener: Any, request: Request, timeout: float | None = None) -> "_Answer":
        asked = pool(request.full_url).request(
            request.get_method(),
            request.full_url,
            body=request.data,  # type: ignore[arg-type]  # the SDK makes it of bytes
            headers=dict(request.header_items()),
            timeout=timeout or self.timeout,
            retries=False,
        )
        if asked.status >= REFUSED:
            refusal = HTTPError(request.full_url, asked.status, asked.reason or "", asked.headers, BytesIO(asked.data))  # type: ignore[arg-type]
            raise handle_error(refusal) from None
        return _Answer(asked)


class _Answer:
    """An answer with the names that the SDK knows from urllib."""

    def __init__(self, answer: urllib3.BaseHTTPResponse) -> None:
        self.answer = answer

    def getcode(self) -> int:
        return self.answer.status

    def read(self) -> bytes:
        return self.answer.data

    def info(self) -> Any:
        return self.answer.headers


def pool(url: str) -> urllib3.PoolManager:
    """The connections of this process, through the machine's proxy where it has one for this address."""
    where = parse_url(url)
    proxy = None if proxy_bypass(where.host or "") else getproxies().get(where.scheme or "https")
    return _pool(proxy, settings.MAIL_AT_ONCE)


@cache
def _pool(proxy: str | None, size: int) -> urllib3.PoolManager:
    return urllib3.ProxyManager(proxy, maxsize=size) if proxy else urllib3.PoolManager(maxsize=size)
