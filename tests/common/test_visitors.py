"""Callers by name and neighbourhood."""

import pytest

from common.visitors import browser_name, network_in_words, network_of


@pytest.mark.parametrize(
    ("address", "network", "words"),
    [
        ("203.0.113.7", "203.0.113.0/24", "203.0.113.…"),
        ("::ffff:203.0.113.7", "203.0.113.0/24", "203.0.113.…"),
        ("2001:db8:77:1::9", "2001:db8:77::/48", "2001:db8:77:…"),
        ("nowhere", "", "an unknown address"),
        ("", "", "an unknown address"),
    ],
)
def test_an_address_is_known_by_its_neighbourhood(address, network, words):
    assert network_of(address) == network
    assert network_in_words(network) == words


@pytest.mark.parametrize(("told", "name"), [("", "Unknown device"), ("curl/8\x00\n", "curl/8"), ("x" * 99, "x" * 59 + "…")])
def test_an_unknown_program_is_called_by_its_own_name(told, name):
    assert browser_name(told) == name
