# SPDX-License-Identifier: MIT
"""Messages of a pairing: there and back, and nothing that arrives raises or is shown as it is."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pairing.on_demand import grant, layouts
from tests.unit.pairing_bench import Bench

SESSION, SERIAL = bytes(range(8)), bytes(range(6))
BODIES = {
    layouts.OPEN: (1, 6, 0xFFFF), layouts.BEGIN: (7, b"leader", bytes(range(32))),
    layouts.SHARE: (7, bytes(range(32)), bytes(range(16))), layouts.GIVE: (7, bytes(range(65))),
    layouts.TAKEN: (7, 1, bytes(16)), layouts.BLINK: (30,), layouts.WRONG: (65535,),
}


def here(*texts):
    return (layouts.made(layouts.HERE, SESSION, SERIAL, b"once", layouts.VEHICLE, 60)
            + b"".join([bytes([len(text)]) + text for text in texts]))


def shown(payload):
    """Name, board and version as a leader lists them."""
    bench = Bench()
    leader = bench.leader()
    leader.opening.on_message(payload, 60, bench.now_ms)
    return leader.opening.found(bench.now_ms)[0][1:4]


def all_kinds():
    return [layouts.made(kind, SESSION, SERIAL, *BODIES[kind]) for kind in BODIES] + [
        here(b"garage", b"esp32", b"1")]


def with_versions(payload, newest, oldest):
    return payload[:2] + bytes([newest, oldest]) + payload[4:]


@pytest.mark.parametrize("kind", BODIES)
def test_a_message_comes_back_as_it_was_made(kind):
    payload = layouts.made(kind, SESSION, SERIAL, *BODIES[kind])
    assert layouts.read(payload) == (kind, SESSION, SERIAL, 1, 1, BODIES[kind])


def test_here_comes_back_with_its_texts():
    payload = here(b"garage", b"esp32", b"0.1.0")
    assert layouts.read(payload).body[:3] == (b"once", layouts.VEHICLE, 60)
    assert shown(payload) == ("garage", "esp32", "0.1.0")
    assert shown(here(b"", b"", b"")) == ("", "", "")


def test_what_a_unit_says_of_itself_is_cut_at_a_letter_where_it_is_too_long():
    bench = Bench()
    unit = bench.unit()
    unit.newcomer._unit = unit.newcomer._unit._replace(
        name="\u00e9" * 20, board="\U0001f50c" * 5, version="v" * 20)
    leader = bench.leader()
    bench.run(1000)
    assert leader.opening.found(bench.now_ms)[0][1:4] == ("\u00e9" * 12, "\U0001f50c" * 4,
                                                           "v" * 12)


@pytest.mark.parametrize("name, text", [
    (b"a\x1b[2Jb", "?"), (b"\xff\xfe", "?"), ("\u202eneerg".encode(), "?"), (b"a\r\n", "?"),
    ("Zo\u00eb\u2019s \u8f66\U0001f50c".encode(), "Zo\u00eb\u2019s \u8f66\U0001f50c"),
    ("\u0085".encode(), "?"), ("\u200b".encode(), "?"), ("a\ufeff".encode(), "?"),
    (b"\xc0\x8a", "?"), (b"\xed\xa0\x80", "?"), (b"n" * 25, ""),
])
def test_a_text_cannot_move_a_cursor_or_hide(name, text):
    assert shown(here(name, b"esp32", b"1")) == (text, "esp32", "1")


@given(st.text(max_size=6))
def test_a_text_is_shown_as_it_is_if_all_of_it_can_be_seen(name):
    data = name.encode("utf-8", "replace")
    hidden = [c for c in data.decode() if c < " " or "\x7f" <= c < "\xa0"
              or "\u200b" <= c <= "\u200f" or "\u2028" <= c <= "\u202f"
              or "\u2060" <= c <= "\u206f" or c == "\ufeff"]
    assert shown(here(data, b"", b""))[0] == ("?" if hidden else data.decode())


@given(st.binary(max_size=90))
def test_texts_that_are_broken_are_never_more_than_three_short_ones(noise):
    words = shown(here() + noise)
    assert len(words) == 3 and all(len(word.encode()) <= 24 for word in words)


@given(st.binary(max_size=260))
def test_noise_is_nothing(noise):
    assert layouts.read(noise) is None


@given(st.sampled_from(all_kinds()), st.binary(max_size=120), st.data())
def test_nothing_that_begins_like_a_message_raises(payload, noise, data):
    cut = data.draw(st.integers(0, len(payload)))
    found = layouts.read(payload[:cut] + noise)
    assert found is None or found.kind == payload[4]


@pytest.mark.parametrize("payload", all_kinds(), ids=lambda payload: str(payload[4]))
def test_every_message_that_is_cut_is_nothing_and_a_longer_one_only_where_it_may_be(payload):
    end = len(here()) if payload[4] == layouts.HERE else len(payload)
    for cut in range(end):
        assert layouts.read(payload[:cut]) is None
    longer = layouts.read(payload + b"\1")
    assert (longer is not None) == (payload[4] in (layouts.OPEN, layouts.HERE))
    assert layouts.read(payload + bytes(250)) is None


@pytest.mark.parametrize("payload", all_kinds(), ids=lambda payload: str(payload[4]))
def test_of_another_version_only_who_is_there_is_read(payload):
    other = with_versions(payload, layouts.VERSION + 2, layouts.VERSION + 1)
    found = layouts.read(other)
    if payload[4] in (layouts.OPEN, layouts.HERE):
        assert (found.oldest, found.newest) == (layouts.VERSION + 1, layouts.VERSION + 2)
        assert not layouts.speaks(found.oldest, found.newest)
    else:
        assert found is None
    assert layouts.read(with_versions(payload, layouts.VERSION + 1, layouts.OLDEST)) is not None
    assert layouts.read(with_versions(payload, 1, 2)) is None


def test_frames_of_the_group_are_nothing_here():
    for magic in (0xA9C5, 0, 0xC6A9):
        assert layouts.read(struct.pack(">H", magic) + all_kinds()[0][2:]) is None
    for kind in (0, 9, 255):
        payload = bytearray(all_kinds()[0])
        payload[4] = kind
        assert layouts.read(bytes(payload)) is None


def test_a_grant_comes_back_and_one_that_cannot_be_is_refused():
    fields = (bytes(range(32)), 1, b"\1\2\3\4", 5, 6, 2 ** 31 - 1)
    record = grant.made(*fields)
    assert len(record) == 49 and grant.read(record) == fields
    assert grant.read(None) is None and grant.read(record[1:]) is None
    for at, bad in ((0, bytes(32)), (1, 0), (1, 251), (3, 2 ** 31), (4, 2 ** 31), (5, 2 ** 31)):
        wrong = fields[:at] + (bad,) + fields[at + 1:]
        assert grant.read(grant.made(*wrong)) is None
