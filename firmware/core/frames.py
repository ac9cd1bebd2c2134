# SPDX-License-Identifier: MIT
"""Frames between the units of a group: fixed layouts, a version range, HMAC-SHA256.

Every frame, big endian:

    magic 2 · version 1 · oldest version understood 1 · kind 1 · group 4 · sender 1 · epoch 4 ·
    boot nonce 4 · sequence 4 · body · first 8 bytes of HMAC-SHA256 over all before it

In a report the sequence is the report's number and the epoch the newest one heard. Currents
travel in steps of 10 mA, rounded in the direction that is safe: a limit down, a use up.
The decoder never raises: what it cannot use gives None and a count. All members of a group hold
the same key, so a frame proves "a member sent this", not which one.
"""

import struct
from collections import namedtuple
from hashlib import sha256

from core.seldom import seldom
from micropython import const

MAX_FRAME = const(250)  # ESP-NOW version 1
MAX_UNITS = const(16)
VERSION = const(1)
OLDEST = const(1)

GRANT = const(1)
REVISION = const(2)
REPORT = const(3)

_MAGIC = const(0xA9C5)
_HEADER = ">HBBBIBIII"
_HEADER_SIZE = const(22)
_TAG_SIZE = const(8)
_GRANT_HEAD = ">IIB"
_GRANT_HEAD_SIZE = const(9)
_GRANT_ENTRY = ">BIIHB"
_GRANT_ENTRY_SIZE = const(12)
_REVISION_HEAD = ">IBBBBHB"
_REVISION_HEAD_SIZE = const(11)
_REVISION_ENTRY = ">BHBHH"
_REVISION_ENTRY_SIZE = const(8)
_REPORT_BODY = ">BIIHBHHBHHHHHIBHHHBHHHBBBIB"
_REPORT_SIZE = const(53)

Header = namedtuple("Header", ("kind", "sender", "epoch", "nonce", "sequence"))

# One unit's share of a grant frame: the report it answers, and the amount for the phases named.
Grant = namedtuple("Grant", ("unit", "nonce", "number", "amount_ma", "phases"))

# entries: list of Grant; revision, in_force: newest numbers known to the leader.
GrantFrame = namedtuple("GrantFrame", ("revision", "in_force", "entries"))

# The settings of the group (rule 12). members: tuple of Row sorted by unit.
Revision = namedtuple("Revision", ("number", "leader", "enabled", "fallback", "limit_ma",
                                   "members"))
Row = namedtuple("Row", ("unit", "fallback_ma", "wired", "rating_ma", "nameplate_ma"))

# Rule 6. level_*: what rules 1 to 4 allow; lease: it is a live lease with remaining_ms to go;
# echo_*: newest frame heard and whose; phases: those the unit wants granted; state bits below;
# min_ma: smallest current that is useful there.
Report = namedtuple("Report", (
    "echo_leader", "echo_nonce", "echo_sequence", "level_ma", "level_phases", "remaining_ms",
    "offered_ma", "offered_phases", "possible_ma", "tail_ms", "rise_ms",
    "revision", "flags", "ask_ma", "spare_ma", "cap_ma", "phases", "draw_ma",
    "pilot_state", "reason", "priority", "energy", "min_ma"))

# Bits of Report.flags.
LEASE = const(1)
IN_FORCE = const(2)
CLOSED = const(4)
HOLDS_OLD = const(8)  # a fallback above the revision's is still stored (never acknowledges)

_FALLBACKS = ("equal", "minimum", "stop")


def _down(amount_ma):
    return min(amount_ma // 10, 65535)


def _up(amount_ma):
    return min(-(-amount_ma // 10), 65535)


def _span(span_ms):
    return min(max(span_ms, 0), 65535)


class Codec:
    """Makes and reads the frames of one group.

    `key`: at least 16 bytes, or ValueError. `counts`: frames refused so far, by cause.
    """

    def __init__(self, group: int, key: bytes):
        if len(key) < 16:
            raise ValueError("key has %d bytes: must be at least 16" % len(key))
        if len(key) > 64:
            key = sha256(key).digest()
        key = key + bytes(64 - len(key))
        self.group = group
        self._inner = bytes([b ^ 0x36 for b in key])
        self._outer = bytes([b ^ 0x5C for b in key])
        self.counts = {"foreign": 0, "version": 0, "size": 0, "forged": 0, "body": 0}

    def _tag(self, data):
        inner = sha256(self._inner)
        inner.update(data)
        outer = sha256(self._outer)
        outer.update(inner.digest())
        return outer.digest()[:_TAG_SIZE]

    def _begun(self, header, body_size):
        frame = bytearray(_HEADER_SIZE + body_size + _TAG_SIZE)
        struct.pack_into(_HEADER, frame, 0, _MAGIC, VERSION, OLDEST, header.kind, self.group,
                         header.sender, header.epoch, header.nonce, header.sequence)
        return frame

    def _sealed(self, frame):
        frame[-_TAG_SIZE:] = self._tag(memoryview(frame)[:-_TAG_SIZE])
        return bytes(frame)

    def grant(self, header: Header, frame: GrantFrame) -> bytes:
        """Grant frame; without entries it is a greeting."""
        count = len(frame.entries)
        data = self._begun(header, _GRANT_HEAD_SIZE + count * _GRANT_ENTRY_SIZE)
        struct.pack_into(_GRANT_HEAD, data, _HEADER_SIZE, frame.revision, frame.in_force, count)
        at = _HEADER_SIZE + _GRANT_HEAD_SIZE
        for entry in frame.entries:
            struct.pack_into(_GRANT_ENTRY, data, at, entry.unit, entry.nonce, entry.number,
                             _down(entry.amount_ma), entry.phases)
            at += _GRANT_ENTRY_SIZE
        return self._sealed(data)

    @seldom
    def revision(self, header: Header, revision: Revision, in_force: bool) -> bytes:
        """The group's settings, proposed or in force."""
        count = len(revision.members)
        data = self._begun(header, _REVISION_HEAD_SIZE + count * _REVISION_ENTRY_SIZE)
        struct.pack_into(_REVISION_HEAD, data, _HEADER_SIZE, revision.number, in_force,
                         revision.leader, revision.enabled, _FALLBACKS.index(revision.fallback),
                         _down(revision.limit_ma), count)
        at = _HEADER_SIZE + _REVISION_HEAD_SIZE
        for row in revision.members:
            struct.pack_into(_REVISION_ENTRY, data, at, row.unit, _down(row.fallback_ma),
                             row.wired, _down(row.rating_ma), _down(row.nameplate_ma))
            at += _REVISION_ENTRY_SIZE
        return self._sealed(data)

    def report(self, header: Header, report: Report) -> bytes:
        """What one unit says of itself."""
        r = report
        data = self._begun(header, _REPORT_SIZE)
        struct.pack_into(
            _REPORT_BODY, data, _HEADER_SIZE, r.echo_leader, r.echo_nonce, r.echo_sequence,
            _up(r.level_ma), r.level_phases, _span(r.remaining_ms), _up(r.offered_ma),
            r.offered_phases, _up(r.possible_ma[0]), _up(r.possible_ma[1]), _up(r.possible_ma[2]),
            _span(r.tail_ms), _span(r.rise_ms), r.revision, r.flags, _down(r.ask_ma),
            _down(r.spare_ma), _down(r.cap_ma), r.phases, _up(r.draw_ma[0]), _up(r.draw_ma[1]),
            _up(r.draw_ma[2]), r.pilot_state, r.reason, r.priority, r.energy & 0x3FFFFFFF,
            r.min_ma // 1000)
        return self._sealed(data)

    def decode(self, payload: bytes):
        """(Header, GrantFrame | (Revision, in_force) | Report), or None and a count."""
        if not _HEADER_SIZE + _TAG_SIZE <= len(payload) <= MAX_FRAME:
            self.counts["size"] += 1
            return None
        magic, version, oldest, kind, group, sender, epoch, nonce, sequence = \
            struct.unpack_from(_HEADER, payload)
        # Cheap checks first: a stranger's frame must not cost an HMAC.
        if magic != _MAGIC or group != self.group:
            self.counts["foreign"] += 1
            return None
        if oldest > VERSION or version < OLDEST:
            self.counts["version"] += 1
            return None
        # Views, not copies, which would be garbage.
        view = memoryview(payload)
        if not _same(self._tag(view[:-_TAG_SIZE]), payload):
            self.counts["forged"] += 1
            return None
        body = self._read_body(kind, view[_HEADER_SIZE:-_TAG_SIZE])
        if body is None:
            self.counts["body"] += 1
            return None
        return Header(kind, sender, epoch, nonce, sequence), body

    # Sizes are checked before anything is unpacked, so that struct never has to raise.
    def _read_body(self, kind, body):
        if kind == GRANT and len(body) >= _GRANT_HEAD_SIZE:
            return _read_grant(body)
        if kind == REPORT and len(body) == _REPORT_SIZE:
            return _read_report(body)
        if kind == REVISION and len(body) >= _REVISION_HEAD_SIZE:
            return self._read_revision(body)
        return None

    @seldom
    def _read_revision(self, body):
        number, in_force, leader, enabled, mode, limit, count = struct.unpack_from(
            _REVISION_HEAD, body)
        if (count > MAX_UNITS or len(body) != _REVISION_HEAD_SIZE + count * _REVISION_ENTRY_SIZE
                or in_force > 1 or enabled > 1 or mode >= len(_FALLBACKS)):
            return None
        rows = []
        last = 0
        for i in range(count):
            unit, fallback, wired, rating, nameplate = struct.unpack_from(
                _REVISION_ENTRY, body, _REVISION_HEAD_SIZE + i * _REVISION_ENTRY_SIZE)
            if unit <= last or not 0 < wired < 8:
                return None
            last = unit
            rows.append(Row(unit, fallback * 10, wired, rating * 10, nameplate * 10))
        return Revision(number, leader, enabled == 1, _FALLBACKS[mode], limit * 10,
                        tuple(rows)), in_force == 1


# The time to compare must not tell how many bytes of a forged tag were right.
def _same(tag, frame):
    difference = 0
    for i in range(_TAG_SIZE):
        difference |= tag[i] ^ frame[i - _TAG_SIZE]
    return difference == 0


def _read_grant(body):
    revision, in_force, count = struct.unpack_from(_GRANT_HEAD, body)
    if count > MAX_UNITS or len(body) != _GRANT_HEAD_SIZE + count * _GRANT_ENTRY_SIZE:
        return None
    entries = []
    for i in range(count):
        unit, nonce, number, amount, phases = struct.unpack_from(
            _GRANT_ENTRY, body, _GRANT_HEAD_SIZE + i * _GRANT_ENTRY_SIZE)
        if not 0 < phases < 8:
            return None
        entries.append(Grant(unit, nonce, number, amount * 10, phases))
    return GrantFrame(revision, in_force, entries)


def _read_report(body):
    v = struct.unpack(_REPORT_BODY, body)
    if (v[4] | v[7] | v[18]) > 7 or v[26] < 6:
        return None
    return Report(
        v[0], v[1], v[2], v[3] * 10, v[4], v[5], v[6] * 10, v[7],
        (v[8] * 10, v[9] * 10, v[10] * 10), v[11], v[12], v[13], v[14], v[15] * 10, v[16] * 10,
        v[17] * 10, v[18], (v[19] * 10, v[20] * 10, v[21] * 10), v[22], v[23], v[24],
        v[25], v[26] * 1000)
