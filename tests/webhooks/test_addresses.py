"""A webhook reaches no machine of ours, however its address is written and whatever its name is made to say."""

import socket
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.receiver import receiver
from webhooks import wire
from webhooks.addresses import AddressRefused, UrlRefused, is_public, read_url, resolve

PUBLIC = "93.184.216.34"
OURS = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
    "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "168.63.129.16", "192.0.2.1",
    "198.18.0.1", "192.88.99.1", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b:1::1", "2001::1", "2001:db8::1",
    "::7f00:1",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _names(monkeypatch):
    """No name is looked up out there."""

    def nowhere(*_, **__):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)


def answers(monkeypatch, *addresses):
    def look_up(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize("address", OURS)
def test_no_address_of_ours_or_of_a_neighbour_is_public(address, monkeypatch):
    assert not is_public(ip_address(address))
    written = f"[{address}]" if ":" in address else address
    with pytest.raises(UrlRefused):
        read_url(f"https://{written}/")
    answers(monkeypatch, PUBLIC, address)
    with pytest.raises(AddressRefused):
        resolve(read_url("https://hooks.example.com/"))


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::1"])
def test_a_machine_on_the_internet_is(address):
    assert is_public(ip_address(address))


@given(st.ip_addresses())
def test_what_is_public_is_global_and_takes_no_detour(address):
    if is_public(address):
        assert address.is_global
        assert not address.is_private
        assert not address.is_multicast


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hooks.example.com/", "must begin with https"),
        ("ftp://hooks.example.com/", "must begin with https"),
        ("javascript:alert(1)", "whole address"),
        ("", "whole address"),
        ("https://", "whole address"),
        ("https://[::1", "whole address"),
        ("https://hooks.example.com:99999/", "whole address"),
        ("https://hooks.example.com:22/", "port 443 or 8443"),
        ("https://ines:secret@hooks.example.com/", "user name"),
        ("https://@hooks.example.com/", "user name"),
        ("https://hooks.example.com/#top", "#"),
        ("https://localhost/", "whole name"),
        ("https://redis/", "whole name"),
        ("http://localhost/", "must begin with https"),
        ("https://2130706433/", "public internet"),
        ("https://0x7f.1/", "public internet"),
        ("https://127.1/", "public internet"),
        ("https://127.0.0.1./", "public internet"),
        ("https://hooks.example.com/\r\nHost: ours", "Only plain"),
        ("https://hooks.example.com/ a", "Only plain"),
        ("https://hooks.example.com\\@ours/", "Only plain"),
        ("https://hooks.ex\u00e4mple.com/", "Only plain"),
        ("https://hooks.example.com/\x00", "Only plain"),
        ("https://hooks.example.com/" + "a" * 500, "At most 500"),
    ],
)
def test_an_address_of_another_shape_is_refused_with_a_sentence(url, words):
    with pytest.raises(UrlRefused, match=words):
        read_url(url)


def test_an_address_of_the_right_shape_keeps_its_path_and_query():
    target = read_url("https://hooks.example.com:8443/a/b?c=d")

    assert (target.host, target.port, target.path) == ("hooks.example.com", 8443, "/a/b?c=d")
    assert read_url("https://hooks.example.com").path == "/"


def test_a_name_that_is_not_known_is_refused():
    with pytest.raises(AddressRefused, match="not known"):
        resolve(read_url("https://hooks.example.com/"))


def test_this_machine_is_reached_only_where_that_is_set(settings, monkeypatch):
    answers(monkeypatch, "127.0.0.1")
    settings.WEBHOOK_TO_OURSELVES = True

    assert resolve(read_url("http://localhost:8000/")) == ["127.0.0.1"]
    with pytest.raises(UrlRefused):
        read_url("http://10.0.0.1/")
    with pytest.raises(AddressRefused):
        resolve(read_url("https://hooks.example.com/"))


def test_a_name_that_changes_its_mind_after_the_check_changes_nothing(settings, monkeypatch):
    """DNS rebinding: the connection goes to the address that was checked, and the name is not asked a second time."""
    settings.WEBHOOK_TO_OURSELVES = True
    with receiver() as program:
        target = read_url(program.url.replace("127.0.0.1", "localhost"))
        answers(monkeypatch, "127.0.0.1")
        checked = resolve(target)
        monkeypatch.setattr(socket, "getaddrinfo", _only_figures(socket.getaddrinfo, target.host))

        assert wire.post(target, checked, body=b"{}", headers={}, patience=5).is_yes

        assert len(program.asked) == 1


def _only_figures(real, name):
    def look_up(host, *arguments, **options):
        assert host != name, "the name was looked up again"
        return real(host, arguments[0])

    return look_up
