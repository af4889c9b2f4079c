from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCHEMES = {"s3": "https", "s3+http": "http"}


def storage(url: str, var_dir: Path) -> dict[str, Any]:
    """The file store of STORAGE_URL, or a folder under VAR_DIR.

    `file:///srv/files`, or `s3://KEY:SECRET@endpoint/bucket?region=eu-de` for S3-compatible object storage such as IBM Cloud
    Object Storage with HMAC keys; `s3+http://` without TLS. Key and secret are percent-encoded.
    """
    parts = urlsplit(url)
    if not url or parts.scheme == "file":
        location = unquote(parts.path) if url else str(var_dir / "files")
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": location}}
    bucket = parts.path.strip("/")
    if parts.scheme not in SCHEMES or not (parts.hostname and bucket and parts.username and parts.password):
        raise ImproperlyConfigured("STORAGE_URL is file:///folder or s3://KEY:SECRET@endpoint/bucket?region=name.")
    host = parts.netloc.rpartition("@")[2]
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "bucket_name": bucket,
            "endpoint_url": f"{SCHEMES[parts.scheme]}://{host}",
            "region_name": parse_qs(parts.query).get("region", ["us-east-1"])[0],
            "addressing_style": "path",
            "default_acl": None,
            "file_overwrite": False,
        },
    }
