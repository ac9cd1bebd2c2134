# SPDX-License-Identifier: MIT
"""The frame decoder: it never raises, and takes no frame but those that were made with the key."""

from contextlib import contextmanager

from core.frames import (GRANT, MAX_FRAME, REPORT, REVISION, Codec, Grant, GrantFrame, Header,
                         Report, Revision, Row)

_GROUP, _KEY = 77, bytes(range(32))
_ROWS = tuple(Row(unit, 6000, 1 << unit % 3, 32000, 48000) for unit in range(1, 7))
_REPORT = Report(1, 99, 5, 16000, 1, 9000, 16000, 1, (16000, 0, 0), 0, 30000, 3, 7, 32000, 32000,
                 32000, 1, (15800, 0, 0), 3, 7, 0, 123456, 6000)


def _made() -> list:
    codec = Codec(_GROUP, _KEY)
    header = [Header(kind, 2, 4, 0x01020304, 9) for kind in (0, GRANT, REVISION, REPORT)]
    entries = [Grant(unit, 7, 8, 10000, 1) for unit in range(1, 17)]
    return [codec.grant(header[GRANT], GrantFrame(3, 3, entries[:count])) for count in (0, 1, 16)
            ] + [codec.revision(header[REVISION], Revision(3, 1, True, mode, 60000, _ROWS), True)
                 for mode in ("equal", "stop")] + [codec.report(header[REPORT], _REPORT)]


MADE = _made()


def _decode(codec, payload):
    before = sum(codec.counts.values())
    found = codec.decode(payload)
    counted = sum(codec.counts.values()) - before
    assert counted == (found is None), "%d refusals counted" % counted
    return found


def _raw(source):
    payload = source.rest()
    found = _decode(Codec(_GROUP, _KEY), payload)
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
    found = _decode(Codec(_GROUP, _KEY), bytes(payload))
    assert found is None or bytes(payload) in MADE, "forged: %s" % payload.hex()


def _with_another_key(source):
    key = source.content(16 + source.below(80))
    codec = Codec(_GROUP, key + bytes(max(0, 16 - len(key))))
    padded = key + bytes(64 - len(key)) if len(key) < 64 else key
    if padded != _KEY + bytes(32):
        assert _decode(codec, source.among(MADE)) is None


def _signed(source):
    """Any content under a right tag: read as it was written, or refused."""
    codec = Codec(_GROUP, _KEY)
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
    elif header.kind == REVISION:
        again = codec.revision(header, *body)
    else:
        again = codec.report(header, body)
        _same_report(codec.decode(again)[1], body)
    assert again[:2] + again[4:-12] == payload[:2] + payload[4:-4] or header.kind == REPORT


def _same_report(one, other):
    assert one._replace(energy=0) == other._replace(energy=0)
    assert one.energy == other.energy & 0x3FFFFFFF


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
