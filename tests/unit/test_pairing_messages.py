# SPDX-License-Identifier: MIT
"""Messages of a pairing: there and back, and nothing that arrives raises."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pairing.on_demand import messages

SESSION, SERIAL = bytes(range(8)), bytes(range(6))
BODIES = {
    messages.OPEN: (1, 6, 0xFFFF), messages.BEGIN: (7, b"leader", bytes(range(32))),
    messages.SHARE: (7, bytes(range(32)), bytes(range(16))), messages.GIVE: (7, bytes(range(65))),
    messages.TAKEN: (7, 1, bytes(16)), messages.BLINK: (30,), messages.WRONG: (65535,),
}


def here(name="garage", board="esp32", version="0.1.0"):
    return (messages.made(messages.HERE, SESSION, SERIAL, b"once", messages.VEHICLE, 60)
            + messages.texts(name, board, version))


def all_kinds():
    return [messages.made(kind, SESSION, SERIAL, *BODIES[kind]) for kind in BODIES] + [here()]


def with_versions(payload, newest, oldest):
    return payload[:2] + bytes([newest, oldest]) + payload[4:]


@pytest.mark.parametrize("kind", BODIES)
def test_a_message_comes_back_as_it_was_made(kind):
    payload = messages.made(kind, SESSION, SERIAL, *BODIES[kind])
    assert messages.read(payload) == (kind, SESSION, SERIAL, 1, 1, BODIES[kind])


def test_here_comes_back_with_its_texts_cut_at_a_letter_where_they_are_too_long():
    message = messages.read(here())
    assert message.body == (b"once", messages.VEHICLE, 60, "garage", "esp32", "0.1.0")
    longest = here("\u00e9" * 20, "\U0001f50c" * 5, "v" * 20)
    assert messages.read(longest).body[3:] == ("\u00e9" * 12, "\U0001f50c" * 4, "v" * 12)
    assert len(longest) <= 250
    assert messages.read(here("", "", "")).body[3:] == ("", "", "")


@pytest.mark.parametrize("name, shown", [
    (b"a\x1b[2Jb", "a?[2Jb"), (b"\xff\xfe", "?"), ("\u202eneerg".encode(), "?neerg"),
    (b"a\r\n\x7f", "a???"), ("Zo\u00eb\u2019s".encode(), "Zo\u00eb\u2019s"),
    ("\u0085\u200b\ufeff".encode(), "???"),
])
def test_a_text_cannot_move_a_cursor_or_hide(name, shown):
    payload = (messages.made(messages.HERE, SESSION, SERIAL, b"once", 0, 60)
               + bytes([len(name)]) + name + b"\0\0")
    assert messages.read(payload).body[3] == shown


@given(st.binary(max_size=260))
def test_noise_is_nothing(noise):
    assert messages.read(noise) is None


@given(st.sampled_from(all_kinds()), st.binary(max_size=120), st.data())
def test_nothing_that_begins_like_a_message_raises(payload, noise, data):
    cut = data.draw(st.integers(0, len(payload)))
    found = messages.read(payload[:cut] + noise)
    assert found is None or found.kind == payload[4]


@pytest.mark.parametrize("payload", all_kinds(), ids=lambda payload: str(payload[4]))
def test_every_message_that_is_cut_is_nothing_and_a_longer_one_only_where_it_may_be(payload):
    for cut in range(len(payload)):
        assert messages.read(payload[:cut]) is None
    longer = messages.read(payload + b"\1")
    assert (longer is not None) == (payload[4] in (messages.OPEN, messages.HERE))
    assert messages.read(payload + bytes(250)) is None


@pytest.mark.parametrize("payload", all_kinds(), ids=lambda payload: str(payload[4]))
def test_of_another_version_only_who_is_there_is_read(payload):
    other = with_versions(payload, messages.VERSION + 2, messages.VERSION + 1)
    found = messages.read(other)
    if payload[4] in (messages.OPEN, messages.HERE):
        assert (found.oldest, found.newest) == (messages.VERSION + 1, messages.VERSION + 2)
        assert not messages.speaks(found.oldest, found.newest)
    else:
        assert found is None
    assert messages.read(with_versions(payload, messages.VERSION + 1, messages.OLDEST)) is not None
    assert messages.read(with_versions(payload, 1, 2)) is None


def test_frames_of_the_group_are_nothing_here():
    for magic in (0xA9C5, 0, 0xC6A9):
        assert messages.read(struct.pack(">H", magic) + all_kinds()[0][2:]) is None
    for kind in (0, 9, 255):
        payload = bytearray(all_kinds()[0])
        payload[4] = kind
        assert messages.read(bytes(payload)) is None


def test_a_grant_comes_back_and_one_that_cannot_be_is_refused():
    fields = (bytes(range(32)), 1, b"\1\2\3\4", 5, 6, 2 ** 31 - 1)
    record = messages.grant(*fields)
    assert len(record) == 49 and messages.granted(record) == fields
    assert messages.granted(None) is None and messages.granted(record[1:]) is None
    for at, bad in ((0, bytes(32)), (1, 0), (1, 251), (3, 2 ** 31), (4, 2 ** 31), (5, 2 ** 31)):
        wrong = fields[:at] + (bad,) + fields[at + 1:]
        assert messages.granted(messages.grant(*wrong)) is None
