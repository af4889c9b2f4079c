"""One POST to a machine whose address was checked: no redirect followed, no proxy asked, a bound on all its time and words."""

import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Timer
from typing import Any

from webhooks.addresses import Target

LONGEST_ANSWER = 1024  # bytes that are read of it; nobody reads them but us


class Unreachable(Exception):
    """No answer, or none that is HTTP. The request may have arrived."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any

    @property
    def is_yes(self) -> bool:
        return 200 <= self.status < 300


def post(target: Target, addresses: Sequence[str], *, body: bytes, headers: Mapping[str, str], patience: float) -> Answer:
    """Send it to the first of these addresses that listens, within `patience` seconds in all, or raise Unreachable."""
    connection = _Line(target, addresses, patience)
    try:
        connection.request("POST", target.path, body=body, headers=dict(headers))
        with connection.getresponse() as response:
            response.read(LONGEST_ANSWER)
            if connection.complaint:  # half of an answer reads like a whole one
                raise Unreachable(connection.complaint)
            return Answer(response.status, response.headers)
    except TimeoutError as error:
        raise Unreachable(connection.too_long) from error
    except ConnectionRefusedError as error:
        raise Unreachable("Nobody listens there.") from error
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(f"Its certificate is not valid: {error.verify_message}.") from error
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(connection.complaint or f"The connection broke: {type(error).__name__}.") from error
    finally:
        connection.close()


class _Line(HTTPConnection):
    """To given addresses, with TLS for the name of the target, cut when the time is up however busily the other side talks."""

    def __init__(self, target: Target, addresses: Sequence[str], patience: float) -> None:
        super().__init__(target.host, target.port, timeout=patience)
        self.target, self.addresses, self.patience = target, addresses, patience
        self.complaint = ""
        self.too_long = f"No whole answer within {patience:g} seconds."
        self.watch = Timer(patience, self._cut)
        self.watch.daemon = True

    def connect(self) -> None:
        self.watch.start()
        self.sock = self._reach()
        if self.target.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.target.host, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def _reach(self) -> socket.socket:
        """A connection to the first address that takes one, while there is time."""
        refused: OSError = OSError("It has no address.")
        for address in self.addresses:
            if self.complaint:
                break
            try:
                return socket.create_connection((address, self.target.port), self.patience)
            except OSError as error:
                refused = error
        raise refused

    def close(self) -> None:
        self.watch.cancel()
        super().close()

    def _cut(self) -> None:
        self.complaint = self.too_long
        if self.sock:
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # below TLS, which would wait to be polite
