"""Who calls, as far as a program can know: a browser by its name, and the corner of the network that it calls from."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.utils.text import Truncator

LONGEST_NAME = 60
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "Chromebook",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}
HOUSE = {4: 24, 6: 48}  # the part of an address that stays the same while one's provider deals out new ones


def browser_name(user_agent: str) -> str:
    """Chrome on Linux, or as much of an unknown program's own name as fits."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    told = "".join(sign for sign in user_agent if sign.isprintable())
    return Truncator(told).chars(LONGEST_NAME) or "Unknown device"


def network_of(address: str) -> str:
    """The neighbourhood of an address, as in 203.0.113.0/24; empty for what is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network((found.packed, HOUSE[found.version]), strict=False))


def network_in_words(network: str) -> str:
    """203.0.113.…, for people; what it stands for is not one address."""
    if not network:
        return "an unknown address"
    start = network.partition("/")[0]
    return f"{start.removesuffix('.0')}.…" if "." in start else f"{start.removesuffix('::')}:…"
