"""A delivery goes to who holds the certificate of the name, at the address that was checked, or to nobody."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from webhooks import wire
from webhooks.addresses import Target

NAME = "hooks.example.com"


def certificate(folder: Path) -> Path:
    """Signed by itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key(), serial_number=7)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shape = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "certificate.pem"
    file.write_bytes(key.private_bytes(*shape) + made.public_bytes(serialization.Encoding.PEM))
    return file


@contextmanager
def listening(file: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    desk = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            line, _ = desk.accept()
            with context.wrap_socket(line, server_side=True) as safe:
                asked = b""
                while not asked.endswith(b"\r\n\r\n{}") and (part := safe.recv(65536)):
                    asked += part  # what is not read to its end breaks the line
                safe.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield desk.getsockname()[1]
    finally:
        with suppress(OSError):
            desk.shutdown(socket.SHUT_RDWR)
        desk.close()
        thread.join(5)


def send(port: int, host: str = NAME) -> wire.Answer:
    return wire.post(Target("https", host, port, "/"), ["127.0.0.1"], body=b"{}", headers={}, patience=5)


def test_whoever_has_the_certificate_of_the_name_gets_it(tmp_path, monkeypatch):
    file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    with listening(file) as port:
        assert send(port).status == 204


def test_another_name_is_not_served(tmp_path, monkeypatch):
    file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    with listening(file) as port, pytest.raises(wire.Unreachable, match="certificate is not valid"):
        send(port, "other.example.com")


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    file = certificate(tmp_path)

    with listening(file) as port, pytest.raises(wire.Unreachable, match="certificate is not valid"):
        send(port)


def test_somebody_who_shakes_hands_for_ever_is_left(tmp_path):
    desk = socket.create_server(("127.0.0.1", 0))
    with desk, pytest.raises(wire.Unreachable, match="No whole answer"):
        wire.post(Target("https", NAME, desk.getsockname()[1], "/"), ["127.0.0.1"], body=b"", headers={}, patience=0.3)


def test_the_next_address_is_tried_where_the_first_does_not_listen(tmp_path, monkeypatch):
    file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    with listening(file) as port:
        target = Target("https", NAME, port, "/")
        assert wire.post(target, ["::1", "127.0.0.1"], body=b"{}", headers={}, patience=5).status == 204
