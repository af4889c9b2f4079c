"""IBM's driver and Apache Derby speak the same protocol, DRDA, in two dialects. This stands between them, on the loopback.

What it mends, and nothing else: the client's name (Derby talks to its own client only), one misplaced length, messages longer
than the driver takes, a warning it does not expect inside a row, and the type of texts that are sent otherwise than described.
"""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

PRODUCT = bytes.fromhex("000c112e")  # PRDID, sent when a database is opened
DERBYS_CLIENT = "DNC10030"
OPENED, SQL_ANSWER, ROWS, DESCRIPTION = b"\x22\x01", b"\x24\x08", b"\x24\x1b", b"\x24\x11"
PACKAGE = bytes.fromhex("00350006119c")  # Derby counts what follows into this list; it stands beside it
WARNING_IN_A_ROW = b"\x00\x00\x00\x27\x1001003CSS10140"
SENT_AS_VARCHAR = {b"\x01\xc4\x04\xb8": b"\x01\xc0\x04\xb8", b"\x01\xc5\x04\xb8": b"\x01\xc1\x04\xb8"}  # CHAR → VARCHAR, in UTF-8
LONGEST_MESSAGE = 70
SQLSTATE_AT, AFTER_SQLERRD = 10, 54
CONTINUED = 0x8000
Mend = Callable[[bytes], bytes]


def mend_request(frame: bytes) -> bytes:
    """IBM's driver introduces itself as Derby's own client."""
    at = frame.find(PRODUCT)
    while at >= 0:
        for encoding in ("cp500", "ascii"):  # EBCDIC, until both have agreed on Unicode
            if frame[at + 4 : at + 7] == "SQL".encode(encoding):
                frame = frame[: at + 4] + DERBYS_CLIENT.encode(encoding) + frame[at + 12 :]
        at = frame.find(PRODUCT, at + 12)
    return frame


def mend_reply(frame: bytes) -> bytes:
    kind = frame[8:10]
    if kind == OPENED and (at := frame.find(PACKAGE)) > 0:
        return frame[: at - 2] + b"\x00\x10" + frame[at:]
    if kind == SQL_ANSWER:
        return _with_short_message(frame)
    if kind == ROWS and WARNING_IN_A_ROW in frame:
        return _without_warnings(frame)
    if kind == DESCRIPTION:
        for said, meant in SENT_AS_VARCHAR.items():
            frame = frame.replace(said, meant)
    return frame


def _with_short_message(frame: bytes) -> bytes:
    if frame[SQLSTATE_AT] == 0xFF or frame[SQLSTATE_AT + 18] == 0xFF:
        return frame
    at = SQLSTATE_AT + AFTER_SQLERRD
    at += 2 + _number(frame, at)  # the database's name
    length = _number(frame, at)
    if length <= LONGEST_MESSAGE:
        return frame
    message = frame[at + 2 : at + 2 + length][:LONGEST_MESSAGE].decode("utf-8", "ignore").encode()
    return _counted(frame[:at] + struct.pack(">H", len(message)) + message + frame[at + 2 + length :])


def _without_warnings(frame: bytes) -> bytes:
    while (at := frame.find(WARNING_IN_A_ROW)) >= 0:
        end = at + AFTER_SQLERRD
        for _ in range(3):  # the database's name, and the message twice
            end += 2 + _number(frame, end)
        frame = frame[:at] + b"\xff" + frame[end + 1 :]
    return _counted(frame)


def _number(frame: bytes, at: int) -> int:
    return int(struct.unpack(">H", frame[at : at + 2])[0])


def _counted(frame: bytes) -> bytes:
    """The frame with its two lengths right again."""
    return struct.pack(">H", len(frame)) + frame[2:6] + struct.pack(">H", len(frame) - 6) + frame[8:]


def frames(buffer: bytes) -> tuple[list[bytes], bytes]:
    """The whole frames at the beginning of what has come, and the rest. A frame may go on over many segments."""
    whole = []
    while (end := _end_of_frame(buffer)) is not None:
        whole.append(buffer[:end])
        buffer = buffer[end:]
    return whole, buffer


def _end_of_frame(buffer: bytes) -> int | None:
    end, goes_on = 0, True
    while goes_on:
        if len(buffer) < end + 2:
            return None
        length = _number(buffer, end)
        goes_on = bool(length & CONTINUED)
        end += length & ~CONTINUED
    return end if len(buffer) >= end else None


def _pump(source: socket.socket, target: socket.socket, mend: Mend) -> None:
    rest = b""
    with suppress(OSError):
        while came := source.recv(65536):
            whole, rest = frames(rest + came)
            if whole:
                target.sendall(b"".join(frame if _number(frame, 0) & CONTINUED else mend(frame) for frame in whole))
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, port: int) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return  # closed: we are done
        server = socket.create_connection(("127.0.0.1", port))
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_pump, args=(client, server, mend_request), daemon=True).start()
        threading.Thread(target=_pump, args=(server, client, mend_reply), daemon=True).start()


@contextmanager
def proxy(port: int) -> Iterator[int]:
    """In front of the Derby at this port; gives its own port."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        threading.Thread(target=_serve, args=(listener, port), daemon=True).start()
        yield int(listener.getsockname()[1])
