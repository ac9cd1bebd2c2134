# SPDX-License-Identifier: MIT
"""Bad frames: the decoder never raises, counts each, and nothing of a member changes."""

import hmac
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import frames
from core.frames import Codec, Grant, GrantFrame, Header, Row
from tests.rules import GROUP, KEY, a_member, a_report, a_revision, frozen

GRANT = Codec(GROUP, KEY).grant(Header(frames.GRANT, 1, 5, 1000, 9),
                                GrantFrame(1, 1, [Grant(2, 2001, 1, 16000, 1)]))
REVISION = Codec(GROUP, KEY).revision(Header(frames.REVISION, 1, 5, 1000, 9), a_revision(3), True)
REPORT = Codec(GROUP, KEY).report(Header(frames.REPORT, 2, 1, 2001, 1), a_report())
GOOD = (GRANT, REVISION, REPORT)


def signed(data):
    """A frame made by somebody who has the key, whatever is in it."""
    return data + hmac.digest(KEY, data, "sha256")[:8]


def refused(payload):
    """Decode what must be refused: exactly one count, which is returned."""
    codec = Codec(GROUP, KEY)
    assert codec.decode(payload) is None
    [cause] = [name for name, count in codec.counts.items() if count]
    assert codec.counts[cause] == 1
    return cause


def changed_by(payload, unit):
    """Did a frame change anything in a member but a count of refused frames?"""
    member = a_member(unit)
    member.tick(0)
    before = frozen({k: v for k, v in vars(member).items() if k not in ("counts", "_codec")})
    counts = sum(member.counts.values())
    member.on_frame(1, payload, 500)
    assert sum(member.counts.values()) == counts + 1
    return frozen({k: v for k, v in vars(member).items()
                   if k not in ("counts", "_codec")}) != before


@given(st.binary(max_size=300))
def test_random_bytes_are_counted_and_change_nothing(payload):
    refused(payload)
    assert not changed_by(payload, 1) and not changed_by(payload, 2)


@given(st.sampled_from(GOOD), st.binary(max_size=260))
def test_random_bytes_behind_a_good_beginning_are_refused(payload, junk):
    refused(payload[:22] + junk + b"x")


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


@pytest.mark.parametrize("kind", [0, 4, 255])
def test_an_unknown_kind_is_refused(kind):
    payload = bytearray(GRANT[:-8])
    payload[4] = kind
    assert refused(signed(bytes(payload))) == "body"


@given(st.sampled_from((frames.GRANT, frames.REVISION, frames.REPORT)), st.binary(max_size=220))
def test_a_member_gone_mad_cannot_break_the_decoder(kind, body):
    """Authentic frames with any body: read or refused, never an exception."""
    payload = signed(struct.pack(">HBBBIBIII", 0xA9C5, 1, 1, kind, GROUP, 1, 5, 7, 9) + body)
    codec = Codec(GROUP, KEY)
    assert (codec.decode(payload) is None) == (codec.counts["body"] == 1)


@pytest.mark.parametrize("wrong", [
    [Row(2, 0, 1, 0, 0), Row(1, 0, 1, 0, 0)],  # not sorted
    [Row(2, 0, 1, 0, 0), Row(2, 0, 1, 0, 0)],  # twice
    [Row(1, 0, 0, 0, 0)],  # on no phase
    [Row(1, 0, 8, 0, 0)],
    [Row(i, 0, 1, 0, 0) for i in range(1, 18)],  # too many
])
def test_impossible_members_are_refused(wrong):
    revision = a_revision()._replace(members=tuple(wrong))
    payload = Codec(GROUP, KEY).revision(Header(frames.REVISION, 1, 5, 7, 9), revision, True)
    assert refused(payload) == "body"


@pytest.mark.parametrize("offset, value", [(4, 2), (6, 2), (7, 3), (10, 1)])
def test_impossible_values_of_a_revision_are_refused(offset, value):
    """in force, enabled: 0 or 1; fallback: three modes; as many rows as counted."""
    payload = bytearray(REVISION[:-8])
    payload[22 + offset] = value
    assert refused(signed(bytes(payload))) == "body"


@pytest.mark.parametrize("phases", [0, 8])
def test_a_grant_for_no_phase_is_refused(phases):
    frame = GrantFrame(1, 1, [Grant(2, 1, 1, 6000, phases)])
    assert refused(Codec(GROUP, KEY).grant(Header(frames.GRANT, 1, 1, 1, 1), frame)) == "body"


def test_a_report_of_a_fourth_phase_is_refused():
    for field in ("level_phases", "offered_phases", "phases"):
        report = a_report(**{field: 8})
        assert refused(Codec(GROUP, KEY).report(Header(3, 2, 1, 1, 1), report)) == "body"


def test_foreign_and_replayed_frames_change_no_member():
    foreign = Codec(GROUP + 1, KEY).grant(Header(frames.GRANT, 1, 5, 7, 9), GrantFrame(1, 1, []))
    assert not changed_by(foreign, 2) and not changed_by(foreign, 1)
    member = a_member(2)
    member.on_frame(1, GRANT, 0)
    before = frozen(member.follower), frozen(member.group)
    member.on_frame(1, GRANT, 4000)
    assert (frozen(member.follower), frozen(member.group)) == before
    assert member.counts["old"] == 1
    assert not changed_by(REPORT, 2)  # for the leader only
