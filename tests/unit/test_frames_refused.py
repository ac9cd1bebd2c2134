# SPDX-License-Identifier: MIT
"""Bad frames: the decoder never raises, counts each, and nothing of a member changes."""

import hmac
import struct

import pytest
from hypothesis import given, strategies as st

from core.sharing import frames
from core.sharing.frames import NO_DIGEST, Grant, GrantFrame, Header, Row
from core.sharing.on_demand.digest import revision_body
from core.sharing.on_demand.frames import new_codec
from core.sharing.on_demand.rare_bodies import Hello, hello_body
from core.sharing.on_demand.rare_frame import rare_frame
from host_tools.core_state import state_of
from host_tools.records import serial_of
from tests.rules import KEY, a_member, a_report, a_revision, frozen, tag


def header(kind):
    """Of a newer frame of the leader."""
    return Header(kind, 1, 5, 1000, 9, tag(1))


def granting(*entries):
    return new_codec(KEY).grant(header(frames.GRANT),
                            GrantFrame(1, NO_DIGEST, 1, list(entries), False))


HEAD_SIZE = 24
GRANT = granting(Grant(2, 2001, 1, 16000, 1))
REVISION = rare_frame(new_codec(KEY), header(frames.REVISION), revision_body(a_revision(3), True))
REPORT = new_codec(KEY).report(Header(frames.REPORT, 2, 1, 2001, 1, tag(2)), a_report())
HELLO = rare_frame(new_codec(KEY), Header(frames.HELLO, 0, 1, 2001, 1, tag(2)),
                        hello_body(Hello(serial_of(2), 1, 48000, 48000, 6000, 0, NO_DIGEST)))
REMOVED = rare_frame(new_codec(KEY), header(frames.REMOVED), tag(2))
GOOD = (GRANT, REVISION, REPORT, HELLO, REMOVED)
FOR_LEADERS = (frames.REPORT, frames.HELD, frames.HELLO)


def signed(data):
    """A frame made by somebody who has the key, whatever is in it."""
    return data + hmac.digest(KEY, data, "sha256")[:8]


def refused(payload):
    """Decode what must be refused: exactly one count, which is returned."""
    codec = new_codec(KEY)
    assert codec.decode(payload) is None
    [cause] = [name for name, count in codec.counts.items() if count]
    assert codec.counts[cause] == 1
    return cause


def changed_by(payload, unit):
    """Did a frame change anything in a member but a count of refused frames?"""
    member = a_member(unit)
    member.tick(0)
    before = frozen({k: v for k, v in state_of(member).items() if k not in ("counts", "codec")})
    counts = sum(member.counts.values())
    member.on_frame(1, payload, 500)
    unread = unit != 1 and payload[4:5] and payload[4] in FOR_LEADERS
    assert sum(member.counts.values()) == counts + 1 or unread
    return frozen({k: v for k, v in state_of(member).items()
                   if k not in ("counts", "codec")}) != before


@given(st.binary(max_size=300))
def test_random_bytes_are_counted_and_change_nothing(payload):
    refused(payload)
    assert not changed_by(payload, 1) and not changed_by(payload, 2)


@given(st.sampled_from(GOOD), st.binary(max_size=260))
def test_random_bytes_behind_a_good_beginning_are_refused(payload, junk):
    refused(payload[:HEAD_SIZE] + junk + b"x")


@pytest.mark.parametrize("payload", GOOD)
def test_every_truncation_is_refused(payload):
    for length in range(len(payload)):
        refused(payload[:length])


@pytest.mark.parametrize("payload", GOOD)
def test_every_changed_bit_is_refused(payload):
    for index in range(len(payload)):
        for bit in range(8):
            changed = bytearray(payload)
            changed[index] ^= 1 << bit
            assert refused(bytes(changed)) in ("foreign", "version", "forged")


@given(st.sampled_from(GOOD), st.integers(0, 200), st.integers(1, 255), st.sampled_from((1, 2)))
def test_a_changed_frame_changes_no_member(payload, index, flip, unit):
    changed = bytearray(payload)
    changed[index % len(payload)] ^= flip
    assert not changed_by(bytes(changed), unit)


def test_a_frame_longer_than_the_radio_carries_is_refused():
    assert refused(signed(GRANT[:-8] + bytes(200))) == "size"


@pytest.mark.parametrize("kind", [0, 10, 255])
def test_an_unknown_kind_is_refused(kind):
    payload = bytearray(GRANT[:-8])
    payload[4] = kind
    assert refused(signed(bytes(payload))) == "body"


@given(st.sampled_from(range(1, 10)), st.binary(max_size=218))
def test_a_member_gone_mad_cannot_break_the_decoder(kind, body):
    """Authentic frames with any body: read or refused, never an exception."""
    payload = signed(struct.pack(
        ">HBBBHB4sIII", 0xA9C5, frames.VERSION, frames.OLDEST, kind, new_codec(KEY).group, 1,
        tag(1), 5, 7, 9) + body)
    codec = new_codec(KEY)
    assert (codec.decode(payload) is None) == (codec.counts["body"] == 1)


def a_row(unit, serial=None, wired=1):
    return Row(unit, serial_of(serial or unit), 0, wired, 0, 0, 6000)


@pytest.mark.parametrize("wrong", [
    [a_row(2), a_row(1)],  # not sorted
    [a_row(2), a_row(2, 3)],  # twice
    [a_row(1), a_row(2, 1)],  # one board twice
    [a_row(1, wired=0)],  # on no phase
])
def test_impossible_members_are_refused(wrong):
    revision = a_revision()._replace(members=tuple(wrong))
    payload = rare_frame(new_codec(KEY), header(frames.REVISION), revision_body(revision, True))
    assert refused(payload) == "body"


def test_more_members_than_a_group_may_have_are_refused():
    """They would not even fit the radio."""
    revision = a_revision()._replace(members=tuple(a_row(i) for i in range(1, 18)))
    payload = rare_frame(new_codec(KEY), header(frames.REVISION), revision_body(revision, True))
    assert refused(payload) == "size"


@pytest.mark.parametrize("offset, value", [(0, 128), (4, 12), (8, 2), (8, 17)])
def test_impossible_values_of_a_revision_are_refused(offset, value):
    """Its number within half of its range; fallback: three modes; as many rows as counted."""
    payload = bytearray(REVISION[:-8])
    payload[HEAD_SIZE + offset] = value
    assert refused(signed(bytes(payload))) == "body"


def test_a_grant_for_no_phase_is_refused():
    assert refused(granting(Grant(2, 1, 1, 6000, 0))) == "body"


def test_a_hello_of_a_unit_on_no_phase_is_refused():
    hello = Hello(serial_of(2), 0, 48000, 48000, 6000, 0, NO_DIGEST)
    assert refused(rare_frame(new_codec(KEY), header(frames.HELLO), hello_body(hello))) == "body"


def test_foreign_and_replayed_frames_change_no_member():
    foreign = new_codec(bytes(range(32))).grant(header(frames.GRANT),
                                            GrantFrame(1, NO_DIGEST, 1, [], False))
    assert refused(foreign) == "foreign"
    assert not changed_by(foreign, 2) and not changed_by(foreign, 1)
    member = a_member(2)
    member.on_frame(1, GRANT, 0)
    before = frozen(member.follower), frozen(member.group)
    member.on_frame(1, GRANT, 4000)
    assert (frozen(member.follower), frozen(member.group)) == before
    assert member.counts["old"] == 1
    assert not changed_by(REPORT, 2)  # for the leader only


@pytest.mark.parametrize("kind, body", [
    (frames.NAMED, b"a" * 25), (frames.NAMED, b"\xff"), (frames.NAMED, b"two\nlines"),
    (frames.NAME, b"tagg"), (frames.NAME, b"tagg\x02name"), (frames.NAME, b"tagg\x01\xc3"),
    (frames.NAME, b"tagg\x01" + b"a" * 25), (frames.BLINK, b"tagg"),
    (frames.BLINK, b"tagg\x0a\x00"), (frames.ASKED, bytes(11)), (frames.ASKED, bytes(13)),
    (frames.SESSIONS, bytes(7)), (frames.SESSIONS, bytes(31)), (frames.SESSIONS, bytes(33))])
def test_impossible_names_blinks_and_sessions_are_refused(kind, body):
    assert refused(rare_frame(new_codec(KEY), header(kind), body)) == "body"
