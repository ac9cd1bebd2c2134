# SPDX-License-Identifier: MIT
"""Frames: what is sent is what is read, rounded to the safe side, and within 250 bytes."""

import hmac

import pytest
from hypothesis import given, strategies as st

from core.on_demand.unit_name import name_error
from core.sharing import frames
from core.sharing.frames import NO_DIGEST, Codec, Grant, GrantFrame, Header, Report, Revision, Row
from core.sharing.on_demand.digest import digest, revision_body
from core.sharing.on_demand.frames import new_codec
from core.sharing.on_demand.rare_bodies import (
    Asked, Blink, Hello, Name, Sessions, asked_body, blink_body, hello_body, name_body,
    sessions_body)
from core.sharing.on_demand.rare_frame import rare_frame
from host_tools.records import serial_of
from tests.rules import KEY, a_report, a_revision, tag

U8, U16 = st.integers(0, 255), st.integers(0, 65535)
U32 = st.integers(0, 2 ** 32 - 1)
HALF = st.integers(0, 2 ** 31 - 1)  # rule 3: what a number that only grows may be
MASK = st.integers(0, 7)
SOME_PHASES = st.integers(1, 7)
CENTIAMPS = U16.map(lambda tens: tens * 10)
MASKED = st.integers(0, 8191).map(lambda tens: tens * 10)
AMPERES = st.integers(0, 63).map(lambda whole: whole * 1000)
THREE = st.tuples(CENTIAMPS, CENTIAMPS, CENTIAMPS)
FOUR_BYTES = st.binary(min_size=4, max_size=4)
DIGESTS = st.integers(0, (1 << 30) - 1)
SERIALS = st.binary(min_size=6, max_size=6)
GRANTS = st.lists(st.builds(Grant, U8, U32, U32, MASKED, SOME_PHASES), max_size=16)
ROWS = st.lists(st.builds(Row, st.integers(1, 255), SERIALS, CENTIAMPS, SOME_PHASES, MASKED,
                          U8.map(lambda whole: whole * 1000), AMPERES),
                max_size=16, unique_by=(lambda row: row.unit, lambda row: row.serial))
REVISIONS = st.builds(
    Revision, st.integers(1, 2 ** 31 - 1), U8, st.booleans(),
    st.sampled_from(("equal", "minimum", "stop")), U16.map(lambda tenths: tenths * 100),
    ROWS.map(lambda found: tuple(sorted(found))))
REPORTS = st.builds(
    Report, U8, U32, U32, MASKED, MASK, U16, MASKED, MASK, THREE, U16, U16, HALF,
    st.integers(0, 3), MASKED, CENTIAMPS, CENTIAMPS, MASK, THREE, MASK, U8, st.integers(0, 31),
    U16.map(lambda parts: parts * 32), DIGESTS, MASK, MASKED,
    st.integers(6, 63).map(lambda whole: whole * 1000), CENTIAMPS, U8)
NAMES = st.text(max_size=24).filter(lambda name: name_error(name) is None)
HELLOS = st.builds(Hello, SERIALS, SOME_PHASES, MASKED, U8.map(lambda whole: whole * 1000),
                   U8.map(lambda whole: whole * 1000), HALF, DIGESTS)


def codec(key=KEY):
    return new_codec(key)


def header(kind, sender=1, epoch=1, nonce=1, sequence=1):
    return Header(kind, sender, epoch, nonce, sequence, tag(sender))


def greeting(*entries):
    return GrantFrame(1, NO_DIGEST, 1, list(entries), False)


def headers(kind):
    return st.builds(Header, st.just(kind), U8, HALF, U32, HALF, FOUR_BYTES)


@given(headers(frames.GRANT), HALF, HALF, DIGESTS, GRANTS, st.booleans())
def test_a_grant_frame_is_read_as_it_was_sent(head, one, other, digest, grants, ask):
    frame = GrantFrame(max(one, other), digest, min(one, other), grants, ask)
    payload = codec().grant(head, frame)
    assert codec().decode(payload, leads=False) == (head, frame)
    assert len(payload) <= frames.MAX_FRAME


@pytest.mark.parametrize("kind", [frames.REVISION, frames.HELD])
@given(data=st.data())
def test_a_revision_is_read_as_it_was_sent(kind, data):
    head, revision, in_force = (data.draw(headers(kind)), data.draw(REVISIONS),
                                data.draw(st.booleans()))
    payload = rare_frame(codec(), head, revision_body(revision, in_force))
    assert codec().decode(payload) == (head, (revision, in_force))
    assert len(payload) <= frames.MAX_FRAME


@given(headers(frames.REPORT), REPORTS)
def test_a_report_is_read_as_it_was_sent(head, report):
    payload = codec().report(head, report)
    assert codec().decode(payload) == (head, report)
    assert len(payload) <= frames.MAX_FRAME


@given(headers(frames.HELLO), HELLOS)
def test_a_hello_is_read_as_it_was_sent(head, hello):
    assert codec().decode(rare_frame(codec(), head, hello_body(hello))) == (head, hello)


@given(headers(frames.REMOVED), FOUR_BYTES)
def test_who_was_removed_is_read_as_it_was_sent(head, gone):
    assert codec().decode(rare_frame(codec(), head, gone), leads=False) == (head, gone)


@given(headers(frames.NAME), FOUR_BYTES, st.booleans(), NAMES)
def test_a_name_is_read_as_it_was_sent(head, to, sets, name):
    body = Name(to, sets, name)
    assert codec().decode(rare_frame(codec(), head, name_body(body)), leads=False) == (head, body)


@given(headers(frames.NAMED), NAMES)
def test_what_a_unit_says_of_its_name_is_read_as_it_was_sent(head, name):
    assert codec().decode(rare_frame(codec(), head, name.encode())) == (head, name)


@given(headers(frames.BLINK), FOUR_BYTES, U8)
def test_who_is_to_blink_is_read_as_it_was_sent(head, to, seconds):
    body = Blink(to, seconds)
    assert codec().decode(rare_frame(codec(), head, blink_body(body)), leads=False) == (head, body)


@given(headers(frames.ASKED), FOUR_BYTES, U32, U32)
def test_what_is_asked_of_sessions_is_read_as_it_was_sent(head, to, number, now_s):
    body = Asked(to, number, now_s)
    assert codec().decode(rare_frame(codec(), head, asked_body(body)), leads=False) == (head, body)


@given(headers(frames.SESSIONS), U32, U32, st.integers(0, 8))
def test_sessions_are_read_as_they_were_sent(head, number, following, count):
    body = Sessions(number, following, bytes(range(24)) * count)
    payload = rare_frame(codec(), head, sessions_body(body))
    assert codec().decode(payload) == (head, body) and len(payload) <= frames.MAX_FRAME


def test_frames_for_the_largest_group_fit_the_radio():
    """ESP-NOW version 1: 250 bytes; the leader broadcasts one frame for all 16 units."""
    entries = [Grant(unit, 2 ** 32 - 1, 1, 48000, 7) for unit in range(1, 17)]
    assert len(codec().grant(header(frames.GRANT), greeting(*entries))) == 221
    body = revision_body(a_revision(16, 200000), True)
    assert len(rare_frame(codec(), header(frames.REVISION), body)) == 249


@pytest.mark.parametrize("kind", [frames.REPORT, frames.HELD, frames.HELLO, frames.NAMED,
                                  frames.SESSIONS])
def test_who_does_not_lead_spends_no_hmac_on_what_is_for_leaders(kind, monkeypatch):
    payload = rare_frame(codec(), header(kind), bytes(54))
    monkeypatch.setattr(Codec, "_tag", lambda self, data: pytest.fail("an HMAC was spent"))
    c = codec()
    assert c.decode(payload, leads=False) is None and not any(c.counts.values())


# --- what tells revisions apart


def test_a_digest_tells_revisions_of_one_number_apart():
    """Rule 12: every part of it counts, but not whether it is in force."""
    revision = a_revision(3)
    changes = [dict(number=2), dict(leader=2), dict(enabled=False), dict(fallback="stop"),
               dict(limit_ma=40100), dict(members=revision.members[:2])]
    for change in (dict(unit=9), dict(serial=serial_of(9)), dict(fallback_ma=6000),
                   dict(wired=2), dict(rating_ma=32000), dict(nameplate_ma=80000),
                   dict(min_ma=8000)):
        row = revision.members[2]._replace(**change)
        changes.append(dict(members=revision.members[:2] + (row,)))
    digests = {digest(revision._replace(**change)) for change in changes + [{}]}
    assert len(digests) == len(changes) + 1 and digest(None) == NO_DIGEST


# --- rounding: steps of 10 mA, to the side that is safe


@pytest.mark.parametrize("field, sent, read", [
    ("level_ma", 10001, 10010), ("offered_ma", 6009, 6010), ("draw_ma", (1, 0, 11), (10, 0, 20)),
    ("possible_ma", (9, 5991, 0), (10, 6000, 0)), ("ask_ma", 6009, 6000),
    ("spare_ma", 6009, 6000), ("cap_ma", 15999, 15990), ("stored_ma", 13331, 13340)])
def test_what_is_used_is_rounded_up_and_what_is_wanted_down(field, sent, read):
    report = a_report(**{field: sent})
    payload = codec().report(header(frames.REPORT, 2), report)
    assert getattr(codec().decode(payload)[1], field) == read


def test_grants_fallbacks_and_limits_are_rounded_down():
    payload = codec().grant(header(frames.GRANT), greeting(Grant(2, 1, 1, 6009, 1)))
    assert codec().decode(payload)[1].entries[0].amount_ma == 6000
    row = Row(1, serial_of(1), 13339, 1, 47999, 48001, 6999)
    revision = Revision(1, 1, True, "equal", 40099, (row,))
    payload = rare_frame(codec(), header(frames.REVISION), revision_body(revision, True))
    assert codec().decode(payload)[1][0] == Revision(1, 1, True, "equal", 40000, (
        Row(1, serial_of(1), 13330, 1, 47990, 48000, 6000),))


def test_spans_and_currents_that_do_not_fit_are_cut_off_and_not_wrapped():
    report = a_report(tail_ms=70000, remaining_ms=-5, rise_ms=1 << 40, level_ma=700000,
                      energy=(1 << 30) + 5)
    payload = codec().report(header(frames.REPORT, 2), report)
    read = codec().decode(payload)[1]
    assert (read.tail_ms, read.remaining_ms, read.rise_ms) == (65535, 0, 65535)
    assert (read.level_ma, read.energy) == (81910, 65535 * 32)


# --- who made it


def test_the_tag_is_hmac_sha256_cut_to_eight_bytes():
    """Against Python's own hmac."""
    for key in (KEY, bytes(range(32)), bytes(31) + b"x"):
        payload = codec(key).grant(header(frames.GRANT), greeting())
        assert payload[-8:] == hmac.digest(key, payload[:-8], "sha256")[:8]


@pytest.mark.parametrize("key, words", [
    (bytes(31), "key has 31 bytes: must be 32"), (KEY + b"x", "key has 33 bytes: must be 32"),
    (bytes(32), "key is all zeros: must be random")])
def test_what_cannot_be_a_groups_key_is_refused(key, words):
    """Rule 3."""
    with pytest.raises(ValueError, match=words):
        new_codec(key)


def test_a_frame_of_another_key_is_foreign_before_an_hmac_is_spent(monkeypatch):
    payload = codec().report(header(frames.REPORT, 2), a_report())
    other = codec(KEY[:-1] + b"x")
    assert other.group != codec().group
    monkeypatch.setattr(Codec, "_tag", lambda self, data: pytest.fail("an HMAC was spent"))
    assert other.decode(payload) is None
    assert other.counts["foreign"] == 1


def test_a_frame_of_another_key_with_this_groups_number_is_forged():
    other = codec(KEY[:-1] + b"x")
    other.group = codec().group  # one key in 65536 has it
    assert other.decode(codec().report(header(frames.REPORT, 2), a_report())) is None
    assert other.counts["forged"] == 1


@pytest.mark.parametrize("field", ["epoch", "sequence"])
def test_an_epoch_or_sequence_beyond_half_of_its_range_is_refused(field):
    """Rule 3: storage could not go above it for ever."""
    for value, read in ((2 ** 31 - 1, True), (2 ** 31, False)):
        payload = codec().grant(header(frames.GRANT, **{field: value}), greeting())
        assert (codec().decode(payload) is not None) == read


@pytest.mark.parametrize("number, in_force, read", [
    (2 ** 31 - 1, 5, True), (2 ** 31, 5, False), (5, 6, False)])
def test_a_revision_number_that_cannot_be_is_refused(number, in_force, read):
    frame = GrantFrame(number, NO_DIGEST, in_force, [], False)
    assert (codec().decode(codec().grant(header(frames.GRANT), frame)) is not None) == read


# --- versions


def _of_version(version, oldest):
    """An authentic frame of a unit with other firmware."""
    payload = bytearray(codec().grant(header(frames.GRANT), greeting()))
    payload[2:4] = bytes([version, oldest])
    return bytes(payload[:-8]) + hmac.digest(KEY, bytes(payload[:-8]), "sha256")[:8]


def test_a_newer_version_that_understands_ours_is_read():
    assert codec().decode(_of_version(9, frames.VERSION)) is not None


@pytest.mark.parametrize("version, oldest", [(9, frames.VERSION + 1), (frames.OLDEST - 1, 0)])
def test_versions_that_do_not_overlap_are_refused_by_name(version, oldest):
    c = codec()
    assert c.decode(_of_version(version, oldest)) is None
    assert c.counts["version"] == 1
