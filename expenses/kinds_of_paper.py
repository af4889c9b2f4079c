"""What a file is, from its first bytes."""

from dataclasses import dataclass

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
BEFORE_PDF = b"\xef\xbb\xbf \t\r\n\0"  # what readers of PDF pass over


@dataclass(frozen=True)
class Kind:
    content_type: str
    suffixes: tuple[str, ...]


PDF = Kind("application/pdf", (".pdf",))
JPEG = Kind("image/jpeg", (".jpg", ".jpeg"))
PNG = Kind("image/png", (".png",))
WEBP = Kind("image/webp", (".webp",))
HEIC = Kind("image/heic", (".heic", ".heif"))
SHOWN_INLINE = {kind.content_type for kind in (JPEG, PNG, WEBP)}  # what every browser shows, and none runs


def kind_of(head: bytes) -> Kind | None:
    """The kind of a file by its first kilobyte; None for whatever is no receipt."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if _is_heic(head):
        return HEIC
    return PDF if head.lstrip(BEFORE_PDF).startswith(b"%PDF-") else None


def _is_heic(head: bytes) -> bool:
    """An ISO media file whose brand, or one it is compatible with, is of HEIC."""
    if head[4:8] != b"ftyp":
        return False
    box = head[8 : int.from_bytes(head[:4], "big")]
    brands = {box[place : place + 4] for place in range(0, len(box), 4) if place != 4}  # the second four are a version
    return bool(brands & HEIC_BRANDS)
