# SPDX-License-Identifier: MIT
"""Frames: what is sent is what is read, rounded to the safe side, and within 250 bytes."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import frames
from core.frames import Codec, Grant, GrantFrame, Header, Report, Revision, Row
from tests.rules import GROUP, KEY, a_report, a_revision

U8, U16 = st.integers(0, 255), st.integers(0, 65535)
U32 = st.integers(0, 2 ** 32 - 1)
MASK = st.integers(0, 7)
SOME_PHASES = st.integers(1, 7)
CENTIAMPS = U16.map(lambda tens: tens * 10)
THREE = st.tuples(CENTIAMPS, CENTIAMPS, CENTIAMPS)
GRANTS = st.lists(st.builds(Grant, U8, U32, U32, CENTIAMPS, SOME_PHASES), max_size=16)
ROWS = st.lists(st.builds(Row, st.integers(1, 255), CENTIAMPS, SOME_PHASES, CENTIAMPS,
                          CENTIAMPS), max_size=16, unique_by=lambda row: row.unit)
REVISIONS = st.builds(
    Revision, U32, U8, st.booleans(), st.sampled_from(("equal", "minimum", "stop")), CENTIAMPS,
    ROWS.map(lambda found: tuple(sorted(found))))
REPORTS = st.builds(Report, U8, U32, U32, CENTIAMPS, MASK, U16, CENTIAMPS, MASK, THREE, U16, U16,
                    U32, U8, CENTIAMPS, CENTIAMPS, CENTIAMPS, MASK, THREE, U8, U8, U8,
                    st.integers(0, 0x3FFFFFFF), st.integers(6, 255).map(lambda a: a * 1000))


def codec(group=GROUP, key=KEY):
    return Codec(group, key)


def headers(kind):
    return st.builds(Header, st.just(kind), U8, U32, U32, U32)


@given(headers(frames.GRANT), st.builds(GrantFrame, U32, U32, GRANTS))
def test_a_grant_frame_is_read_as_it_was_sent(header, frame):
    payload = codec().grant(header, frame)
    assert codec().decode(payload) == (header, frame)
    assert len(payload) <= frames.MAX_FRAME


@given(headers(frames.REVISION), REVISIONS, st.booleans())
def test_a_revision_is_read_as_it_was_sent(header, revision, in_force):
    payload = codec().revision(header, revision, in_force)
    assert codec().decode(payload) == (header, (revision, in_force))
    assert len(payload) <= frames.MAX_FRAME


@given(headers(frames.REPORT), REPORTS)
def test_a_report_is_read_as_it_was_sent(header, report):
    payload = codec().report(header, report)
    assert codec().decode(payload) == (header, report)
    assert len(payload) <= frames.MAX_FRAME


def test_frames_for_the_largest_group_fit_the_radio():
    """ESP-NOW version 1: 250 bytes; the leader broadcasts one frame for all 16 units."""
    header = Header(frames.GRANT, 1, 1, 1, 1)
    entries = [Grant(unit, 2 ** 32 - 1, 1, 48000, 7) for unit in range(1, 17)]
    assert len(codec().grant(header, GrantFrame(1, 1, entries))) == 231
    assert len(codec().revision(header, a_revision(16, 200000), True)) == 169


# --- rounding: steps of 10 mA, to the side that is safe


@pytest.mark.parametrize("field, sent, read", [
    ("level_ma", 10001, 10010), ("offered_ma", 6009, 6010), ("draw_ma", (1, 0, 11), (10, 0, 20)),
    ("possible_ma", (9, 5991, 0), (10, 6000, 0)), ("ask_ma", 6009, 6000),
    ("spare_ma", 6009, 6000), ("cap_ma", 15999, 15990)])
def test_what_is_used_is_rounded_up_and_what_is_wanted_down(field, sent, read):
    report = a_report(**{field: sent})
    payload = codec().report(Header(frames.REPORT, 2, 1, 1, 1), report)
    assert getattr(codec().decode(payload)[1], field) == read


def test_grants_fallbacks_and_limits_are_rounded_down():
    header = Header(frames.GRANT, 1, 1, 1, 1)
    grant = codec().decode(codec().grant(header, GrantFrame(1, 1, [Grant(2, 1, 1, 6009, 1)])))
    assert grant[1].entries[0].amount_ma == 6000
    row = Row(1, 13339, 1, 47999, 48001)
    revision = Revision(1, 1, True, "equal", 40009, (row,))
    header = Header(frames.REVISION, 1, 1, 1, 1)
    read = codec().decode(codec().revision(header, revision, True))[1][0]
    assert read == Revision(1, 1, True, "equal", 40000, (Row(1, 13330, 1, 47990, 48000),))


def test_spans_and_currents_that_do_not_fit_are_cut_off_and_not_wrapped():
    report = a_report(tail_ms=70000, remaining_ms=-5, rise_ms=1 << 40, level_ma=700000,
                      energy=(1 << 30) + 5)
    payload = codec().report(Header(frames.REPORT, 2, 1, 1, 1), report)
    read = codec().decode(payload)[1]
    assert (read.tail_ms, read.remaining_ms, read.rise_ms) == (65535, 0, 65535)
    assert (read.level_ma, read.energy) == (655350, 5)


# --- who made it


def test_the_tag_is_hmac_sha256_cut_to_eight_bytes():
    """Against Python's own hmac, for keys shorter and longer than a block."""
    for key in (KEY, bytes(range(16)), bytes(64), bytes(range(100))):
        payload = codec(key=key).grant(Header(frames.GRANT, 1, 1, 1, 1), GrantFrame(1, 1, []))
        assert payload[-8:] == hmac.digest(key, payload[:-8], "sha256")[:8]


def test_a_key_too_short_to_be_one_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="at least 16"):
        Codec(GROUP, b"fifteen bytes!!")


def test_a_frame_of_another_key_is_forged():
    other = codec(key=KEY[:-1] + b"x")
    assert other.decode(codec().report(Header(frames.REPORT, 2, 1, 1, 1), a_report())) is None
    assert other.counts["forged"] == 1


def test_a_frame_of_another_group_costs_no_hmac(monkeypatch):
    payload = codec().report(Header(frames.REPORT, 2, 1, 1, 1), a_report())
    other = codec(group=GROUP + 1)
    monkeypatch.setattr(Codec, "_tag", lambda self, data: pytest.fail("an HMAC was spent"))
    assert other.decode(payload) is None
    assert other.counts["foreign"] == 1


# --- versions


def _of_version(version, oldest):
    """An authentic frame of a unit with other firmware."""
    payload = bytearray(codec().grant(Header(frames.GRANT, 1, 1, 1, 1), GrantFrame(1, 1, [])))
    payload[2:4] = bytes([version, oldest])
    return bytes(payload[:-8]) + hmac.digest(KEY, bytes(payload[:-8]), "sha256")[:8]


def test_a_newer_version_that_understands_ours_is_read():
    assert codec().decode(_of_version(9, frames.VERSION)) is not None


@pytest.mark.parametrize("version, oldest", [(9, frames.VERSION + 1), (frames.OLDEST - 1, 0)])
def test_versions_that_do_not_overlap_are_refused_by_name(version, oldest):
    c = codec()
    assert c.decode(_of_version(version, oldest)) is None
    assert c.counts["version"] == 1
