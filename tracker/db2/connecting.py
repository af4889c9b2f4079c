"""The connection string of IBM's driver, made from Django's settings. Nothing can be smuggled into it."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

KEYWORDS = {
    name.lower(): name
    for name in (
        "CURRENTSCHEMA",  # in capitals: the driver looks for it letter by letter
        "Authentication",
        "ConnectTimeout",
        "LOBCacheSize",
        "QueryTimeoutInterval",
        "Security",
        "SSLClientHostnameValidation",
        "SSLClientKeystash",
        "SSLClientKeystoreDB",
        "SSLClientKeystoreDBPassword",
        "SSLServerCertificate",
        "TLSVersion",
    )
}
SOON = 5  # seconds; a database that is away is said to be away, soon


def connection_string(settings: dict[str, Any]) -> str:
    """`DATABASE=…;HOSTNAME=…;…` with the options of the address (`?Security=SSL&SSLServerCertificate=…`)."""
    parts = {
        "DATABASE": settings["NAME"],
        "HOSTNAME": settings["HOST"] or "localhost",
        "PORT": settings["PORT"] or 50000,
        "PROTOCOL": "TCPIP",
        "UID": settings["USER"],
        "PWD": settings["PASSWORD"],
        "CURRENTSCHEMA": str(settings["USER"]).upper(),
        "ConnectTimeout": SOON,
    }
    for name, value in settings.get("OPTIONS", {}).items():
        if name.lower() not in KEYWORDS:
            raise ImproperlyConfigured(f"DB2 has no option {name} here. There are: {', '.join(KEYWORDS.values())}.")
        parts[KEYWORDS[name.lower()]] = value
    return "".join(f"{keyword}={_safe(keyword, value)};" for keyword, value in parts.items() if value not in {"", None})


def _safe(keyword: str, value: Any) -> str:
    if set(str(value)) & set(";{}\"'") or not str(value).isprintable():
        raise ImproperlyConfigured(
            f"DB2's {keyword} may not contain a semicolon, a quote or a brace: its driver would misread it."
        )
    return str(value)
