"""ipBlocks and addresses as sets of numbers."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.reach import ReachError
from mtc.reach.addresses import EVERY_ADDRESS, EVERY_IPV4, EVERY_IPV6, address, block, same_families


@given(st.ip_addresses(v=4), st.integers(0, 32), st.ip_addresses(v=4))
def test_an_ipv4_block_holds_what_its_network_holds(base, prefix, probe):
    found = block(f"{base}/{prefix}")
    assert found.covers(address(str(probe))) == (probe in ipaddress.ip_network(f"{base}/{prefix}", strict=False))
    assert EVERY_IPV4.covers(found)


@given(st.ip_addresses(v=6), st.integers(1, 128), st.integers(0, 2**128 - 1))
def test_an_ipv6_block_holds_what_its_network_holds(base, prefix, flip):
    network = ipaddress.ip_network(f"{base}/{prefix}", strict=False)
    if network.network_address.ipv4_mapped or base.ipv4_mapped:
        return
    probe = ipaddress.IPv6Address(int(base) ^ (flip >> (prefix // 2)))
    if probe.ipv4_mapped:
        return
    assert block(f"{base}/{prefix}").covers(address(str(probe))) == (probe in network)


def test_host_bits_are_masked():
    assert block("10.244.1.10/4") == block("0.0.0.0/4")
    assert block("fd00::1/64") == block("fd00::/64")


def test_the_families_do_not_mix():
    assert not block("0.0.0.0/0").overlaps(block("::/0"))
    assert block("0.0.0.0/0") | block("::/0") == EVERY_ADDRESS
    assert same_families(address("192.0.2.1"), EVERY_ADDRESS) == EVERY_IPV4
    assert same_families(address("2001:db8::1"), EVERY_ADDRESS) == EVERY_IPV6


@pytest.mark.parametrize(
    "text",
    [
        *("", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0/8", "1/8", "010.0.0.0/8"),
        *("10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/\u0668", "10.0.0.0/255.0.0.0", "10.0.0.0/8/8"),
        *(" 10.0.0.0/8", "10.0.0.0/8 ", "10.0.0.0/8\n", "example.com/8", "fe80::1%eth0/64", "::ffff:10.0.0.0/104"),
    ],
)
def test_what_is_no_block_is_refused(text):
    with pytest.raises(ReachError, match=r"is no CIDR block|names a network interface|write it as IPv4"):
        block(text)


@pytest.mark.parametrize("text", ["", "10.0.0.256", "10.0.0.0/8", "::ffff:10.0.0.1", "fe80::1%eth0", "localhost"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ReachError):
        address(text)
