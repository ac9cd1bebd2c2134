# SPDX-License-Identifier: MIT
"""The frame decoder: it never raises, and takes no frame but those that were made with the key."""

from contextlib import contextmanager

from core.sharing.frames import (
    ASKED, BLINK, GRANT, HELD, HELLO, KEY_SIZE, MAX_FRAME, NAME, NAMED, REMOVED, REPORT, REVISION,
    SESSIONS, Grant, GrantFrame, Header, Report, Revision, Row)
from core.sharing.on_demand.digest import revision_body
from core.sharing.on_demand.frames import new_codec
from core.sharing.on_demand.rare_bodies import (
    Asked, Blink, Hello, Name, Sessions, asked_body, blink_body, hello_body, name_body,
    sessions_body)
from core.sharing.on_demand.rare_frame import rare_frame
from host_tools.records import serial_of

_KEY, _TAG, _DIGEST = bytes(range(32)), b"tagg", 0x64696765
_ROWS = tuple(Row(unit, serial_of(unit), 6000, 1 << unit % 3, 32000, 48000, 6000)
              for unit in range(1, 7))
_REPORT = Report(1, 99, 5, 16000, 1, 9000, 16000, 1, (16000, 0, 0), 0, 30000, 3, 3, 32000, 32000,
                 32000, 1, (15800, 0, 0), 3, 7, 0, 123456, _DIGEST, 1, 32000, 6000, 20000, 64)
_HELLO = Hello(serial_of(2), 1, 32000, 48000, 6000, 3, _DIGEST)


def _made() -> list:
    codec = new_codec(_KEY)
    header = [Header(kind, 2, 4, 0x01020304, 9, _TAG) for kind in range(SESSIONS + 1)]
    entries = [Grant(unit, 7, 8, 10000, 1) for unit in range(1, 17)]
    bodies = [revision_body(Revision(3, 1, True, mode, 60000, _ROWS), True)
              for mode in ("equal", "stop")]
    return [codec.grant(header[GRANT], GrantFrame(3, _DIGEST, 3, entries[:count], count == 1))
            for count in (0, 1, 16)] + [
        rare_frame(codec, header[kind], body) for kind in (REVISION, HELD) for body in bodies] + [
        codec.report(header[REPORT], _REPORT),
        rare_frame(codec, header[HELLO], hello_body(_HELLO)),
        rare_frame(codec, header[REMOVED], _TAG),
        rare_frame(codec, header[NAME], name_body(Name(_TAG, True, "garage"))),
        rare_frame(codec, header[NAMED], b"garage"),
        rare_frame(codec, header[BLINK], blink_body(Blink(_TAG, 10))),
        rare_frame(codec, header[ASKED], asked_body(Asked(_TAG, 9, 1800000000))),
        rare_frame(codec, header[SESSIONS], sessions_body(Sessions(9, 7, bytes(range(48)))))]


MADE = _made()


def _decode(codec, payload):
    before = sum(codec.counts.values())
    found = codec.decode(payload)
    counted = sum(codec.counts.values()) - before
    assert counted == (found is None), "%d refusals counted" % counted
    return found


def _raw(source):
    payload = source.rest()
    found = _decode(new_codec(_KEY), payload)
    assert found is None or payload in MADE, "forged: %s" % payload.hex()


def _edited(source):
    payload = bytearray(source.among(MADE))
    for _ in source.times(8):
        way, place = source.below(4), source.below(len(payload) + 1)
        if way == 0:
            payload = payload[:place] or payload
        elif way == 1:
            payload[place:place] = source.content(source.below(20))
        elif place < len(payload):
            payload[place] ^= source.number() if way == 2 else 1 << source.below(8)
    found = _decode(new_codec(_KEY), bytes(payload))
    assert found is None or bytes(payload) in MADE, "forged: %s" % payload.hex()


def _with_another_key(source):
    key = (source.content(KEY_SIZE) + bytes(KEY_SIZE))[:KEY_SIZE]
    if key != _KEY and any(key):
        assert _decode(new_codec(key), source.among(MADE)) is None


def _signed(source):
    """Any content under a right tag: read as it was written, or refused."""
    codec = new_codec(_KEY)
    payload = bytearray(source.among(MADE)[:-8])
    for _ in source.times(20):
        payload[source.below(len(payload))] = source.number()
    if source.below(4) == 0:
        payload = payload[:source.below(len(payload) + 1)]
    elif source.below(4) == 0:
        payload += source.rest()
    payload = bytes(payload)
    found = _decode(codec, payload + codec._tag(payload))
    if found is None:
        return
    header, body = found
    assert len(payload) + 8 <= MAX_FRAME
    if header.kind == GRANT:
        again = codec.grant(header, body)
    elif header.kind == REVISION or header.kind == HELD:
        again = rare_frame(codec, header, revision_body(*body))
    elif header.kind == HELLO:
        again = rare_frame(codec, header, hello_body(body))
    elif header.kind == REMOVED:
        again = rare_frame(codec, header, body)
    elif header.kind == NAME:
        again = rare_frame(codec, header, name_body(body))
    elif header.kind == NAMED:
        again = rare_frame(codec, header, body.encode())
    elif header.kind == BLINK:
        again = rare_frame(codec, header, blink_body(body))
    elif header.kind == ASKED:
        again = rare_frame(codec, header, asked_body(body))
    elif header.kind == SESSIONS:
        again = rare_frame(codec, header, sessions_body(body))
    else:
        again = codec.report(header, body)
        _same_report(codec.decode(again)[1], body)
    assert again[:2] + again[4:-12] == payload[:2] + payload[4:-4] or header.kind == REPORT


def _same_report(one, other):
    assert one == other


_WAYS = (_raw, _edited, _with_another_key, _signed)


@contextmanager
def world(_folder):
    """Gives the function that takes the bytes."""
    def one(source):
        source.among(_WAYS)(source)
    yield one


def seeds() -> list:
    """Bytes to begin with."""
    return [bytes([0]) + made for made in MADE] + [
        bytes([way, number]) for way in range(1, 4) for number in range(len(MADE))]
