"""Sets of ports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.reach import ReachError
from mtc.reach.ports import EVERY_PORT, NO_PORT, PROTOCOLS, describe_ports, port_range, port_ranges

entries = st.tuples(st.sampled_from(PROTOCOLS), st.integers(1, 65535), st.integers(1, 65535)).map(
    lambda entry: (entry[0], *sorted(entry[1:]))
)


@given(entries)
def test_a_range_reads_back(entry):
    assert list(port_ranges(port_range(*entry))) == [entry]


@given(entries, entries)
def test_protocols_are_apart(one, other):
    both = port_range(*one) & port_range(*other)
    expected = one[0] == other[0] and one[1] <= other[2] and other[1] <= one[2]
    assert bool(both) == expected


def test_words_for_people():
    mixed = port_range("TCP", 80, 80) | port_range("TCP", 8000, 8010) | port_range("UDP")
    assert describe_ports(mixed) == "TCP 80, 8000-8010; UDP every port"
    assert describe_ports(EVERY_PORT) == "every port"
    assert describe_ports(NO_PORT) == "no port"
    assert EVERY_PORT.covers(port_range("SCTP"))


@pytest.mark.parametrize("entry", [("TCP", 0, 80), ("TCP", 80, 79), ("TCP", 1, 65536), ("tcp", 1, 2), ("ICMP", 1, 2)])
def test_what_is_no_port_is_refused(entry):
    with pytest.raises(ReachError):
        port_range(*entry)
