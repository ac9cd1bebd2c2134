# SPDX-License-Identifier: MIT
"""Frames between the units of a group: fixed layouts, a version range, HMAC-SHA256.

Every frame, big endian:

    magic 2 · version 1 · oldest version understood 1 · kind 1 · group 2 · sender 1 ·
    sender's tag 4 · epoch 4 · boot nonce 4 · sequence 4 · body ·
    first 8 bytes of HMAC-SHA256 over all before it

The sender is a unit's number, 0 before it has one; its tag is part of the hash of its serial, so
two boards that claim one number are told apart. In a report the sequence is the report's number
and the epoch the newest one heard. Currents travel in steps of 10 mA, rounded in the direction
that is safe: a limit down, a use up; with some of them, in the same 16 bits, a mask of phases.
The decoder never raises: what it cannot use gives None and a count. All members of a group hold
the same key, so a frame proves "a member sent this", not which one.
"""

import struct
from collections import namedtuple
from hashlib import sha256

from core.load import load
from core.units import UNITS_MAX
from micropython import const

MAX_FRAME = const(250)  # ESP-NOW version 1
KEY_SIZE = const(32)
VERSION = const(4)  # 4: a report says how its unit hears the leader
OLDEST = const(4)

GRANT = const(1)
REVISION = const(2)
REPORT = const(3)
HELD = const(4)  # a revision that the leader does not seem to hold, sent by one who does
HELLO = const(5)  # a unit with the group's key, but in no revision that it knows
REMOVED = const(6)  # the leader to one that is in the group no longer
NAME = const(7)  # the leader to one unit: its name, or to say it
NAMED = const(8)  # a unit to its leader: the name that it has stored
BLINK = const(9)  # the leader to one unit: to show which one it is
ASKED = const(10)  # the leader to one unit: to say its sessions
SESSIONS = const(11)  # a unit to its leader: some of its sessions

_MAGIC = const(0xA9C5)
_HEADER = ">HBBBHB4sIII"
HEADER_SIZE = const(24)
TAG_SIZE = const(8)
_HALF = const(0x7FFFFFFF)  # rule 3: an epoch, sequence or revision beyond it is refused
_GRANT_HEAD = ">IIIB"
_GRANT_HEAD_SIZE = const(13)
_GRANT_ENTRY = ">BIIH"
_GRANT_ENTRY_SIZE = const(11)
_REPORT_BODY = ">BIIHHHHHHHHIIBBBHHHHHHHHHB"
_REPORT_SIZE = const(55)
_ASK = const(128)
MASK_SHIFT = const(13)
MASKED_MAX = const(8191)
_ENERGY_AS = const(32)

Header = namedtuple("Header", ("kind", "sender", "epoch", "nonce", "sequence", "tag"))

# One unit's share of a grant frame: the report it answers, and the amount for the phases named.
Grant = namedtuple("Grant", ("unit", "nonce", "number", "amount_ma", "phases"))

# entries: list of Grant; revision, digest: newest revision known to the leader; in_force: number
# of the newest one in force; ask: units are to send what they hold.
GrantFrame = namedtuple("GrantFrame", ("revision", "digest", "in_force", "entries", "ask"))

# The settings of the group (rule 12). members: tuple of Row sorted by unit. serial: 6 bytes.
Revision = namedtuple("Revision", ("number", "leader", "enabled", "fallback", "limit_ma",
                                   "members"))
Row = namedtuple("Row", ("unit", "serial", "fallback_ma", "wired", "rating_ma", "nameplate_ma",
                         "min_ma"))

# Rule 6. level_*: what rules 1 to 4 allow; remaining_ms: of a live lease, else 0; echo_*: newest
# frame heard and whose; phases: those the unit wants granted; revision, digest: newest one that
# storage holds; wired, rating_ma, min_ma: as the unit is now; stored_ma: the most that it may use
# by its fallback, now or when a wait is over; signal: how it hears its leader, -dBm or NO_SIGNAL,
# and NAMED_BIT if it has a name; flags below.
Report = namedtuple("Report", (
    "echo_leader", "echo_nonce", "echo_sequence", "level_ma", "level_phases", "remaining_ms",
    "offered_ma", "offered_phases", "possible_ma", "tail_ms", "rise_ms",
    "revision", "flags", "ask_ma", "spare_ma", "cap_ma", "phases", "draw_ma",
    "pilot_state", "reason", "priority", "energy", "digest", "wired", "rating_ma", "min_ma",
    "stored_ma", "signal"))

# Bits of Report.flags.
IN_FORCE = const(1)  # of the revision that the report names
CLOSED = const(2)

NO_DIGEST = const(0)
NO_SIGNAL = const(127)
NAMED_BIT = const(128)


def _down(amount_ma):
    return min(amount_ma // 10, 65535)


def _up(amount_ma, most=65535):
    return min(-(-amount_ma // 10), most)


def _span(span_ms):
    return min(max(span_ms, 0), 65535)


class Codec:
    """Makes and reads the frames of one group. counts: frames refused so far, by cause; foreign,
    foreign_tag, foreign_ms: another group that was heard last, None before, who of it, and when.
    """

    __slots__ = ("group", "_inner", "_outer", "counts", "foreign", "foreign_tag", "foreign_ms")

    def _tag(self, data):
        inner = sha256(self._inner)
        inner.update(data)
        outer = sha256(self._outer)
        outer.update(inner.digest())
        return outer.digest()[:TAG_SIZE]

    def begun(self, header, body_size):
        """A frame whose body is still to be filled in: bytearray."""
        frame = bytearray(HEADER_SIZE + body_size + TAG_SIZE)
        struct.pack_into(_HEADER, frame, 0, _MAGIC, VERSION, OLDEST, header.kind, self.group,
                         header.sender, header.tag, header.epoch, header.nonce, header.sequence)
        return frame

    def sealed(self, frame):
        """The bytes of such a frame, with its tag."""
        frame[-TAG_SIZE:] = self._tag(memoryview(frame)[:-TAG_SIZE])
        return bytes(frame)

    def grant(self, header: Header, frame: GrantFrame) -> bytes:
        """Grant frame; without entries it is a greeting."""
        count = len(frame.entries)
        data = self.begun(header, _GRANT_HEAD_SIZE + count * _GRANT_ENTRY_SIZE)
        struct.pack_into(_GRANT_HEAD, data, HEADER_SIZE, frame.revision, frame.digest,
                         frame.in_force, count | (_ASK if frame.ask else 0))
        at = HEADER_SIZE + _GRANT_HEAD_SIZE
        for entry in frame.entries:
            struct.pack_into(_GRANT_ENTRY, data, at, entry.unit, entry.nonce, entry.number,
                             min(entry.amount_ma // 10, MASKED_MAX)
                             | entry.phases << MASK_SHIFT)
            at += _GRANT_ENTRY_SIZE
        return self.sealed(data)

    def report(self, header: Header, report: Report) -> bytes:
        """What one unit says of itself."""
        r = report
        data = self.begun(header, _REPORT_SIZE)
        struct.pack_into(
            _REPORT_BODY, data, HEADER_SIZE, r.echo_leader, r.echo_nonce, r.echo_sequence,
            _up(r.level_ma, MASKED_MAX) | r.level_phases << MASK_SHIFT, _span(r.remaining_ms),
            _up(r.offered_ma, MASKED_MAX) | r.offered_phases << MASK_SHIFT,
            _up(r.possible_ma[0]), _up(r.possible_ma[1]), _up(r.possible_ma[2]),
            _span(r.tail_ms), _span(r.rise_ms), r.revision, r.digest,
            r.flags | r.min_ma // 1000 << 2, r.pilot_state | r.priority << 3, r.reason,
            min(r.ask_ma // 10, MASKED_MAX) | r.phases << MASK_SHIFT, _down(r.spare_ma),
            _down(r.cap_ma), _up(r.draw_ma[0]), _up(r.draw_ma[1]), _up(r.draw_ma[2]),
            min(r.rating_ma // 10, MASKED_MAX) | r.wired << MASK_SHIFT, _up(r.stored_ma),
            min(r.energy // _ENERGY_AS, 65535), r.signal)
        return self.sealed(data)

    def decode(self, payload: bytes, leads=True, now_ms=0):
        """(Header, body), or None and a count. The body: GrantFrame, Report, or what
        core/sharing/on_demand/rare_read.py makes of the rare ones.

        leads: also what only a leader has use for. Other units' reports are not worth an HMAC.
        """
        if not HEADER_SIZE + TAG_SIZE <= len(payload) <= MAX_FRAME:
            self.counts["size"] += 1
            return None
        magic, version, oldest, kind, group, sender, tag, epoch, nonce, sequence = \
            struct.unpack_from(_HEADER, payload)
        # Cheap checks first: a stranger's frame must not cost an HMAC.
        if magic != _MAGIC or group != self.group:
            self.counts["foreign"] += 1
            if magic == _MAGIC:
                self.foreign, self.foreign_tag, self.foreign_ms = group, tag, now_ms
            return None
        if oldest > VERSION or version < OLDEST:
            self.counts["version"] += 1
            return None
        if not leads and (kind == REPORT or kind == HELD or kind == HELLO or kind == NAMED
                          or kind == SESSIONS):
            return None
        # Views, not copies, which would be garbage.
        view = memoryview(payload)
        if not _same(self._tag(view[:-TAG_SIZE]), payload):
            self.counts["forged"] += 1
            return None
        body = None
        if epoch <= _HALF and sequence <= _HALF:
            body = _read_body(kind, view[HEADER_SIZE:-TAG_SIZE])
        if body is None:
            self.counts["body"] += 1
            return None
        return Header(kind, sender, epoch, nonce, sequence, tag), body


# Sizes are checked before anything is unpacked, so that struct never has to raise.
def _read_body(kind, body):
    if kind == GRANT and len(body) >= _GRANT_HEAD_SIZE:
        return _read_grant(body)
    if kind == REPORT and len(body) == _REPORT_SIZE:
        return _read_report(body)
    if REVISION <= kind <= SESSIONS:
        return load("core", "sharing", "rare_read").read(kind, body)
    return None


# The time to compare must not tell how many bytes of a forged tag were right.
def _same(tag, frame):
    difference = 0
    for i in range(TAG_SIZE):
        difference |= tag[i] ^ frame[i - TAG_SIZE]
    return difference == 0


def _read_grant(body):
    revision, digest, in_force, count = struct.unpack_from(_GRANT_HEAD, body)
    ask = count >= _ASK
    count &= _ASK - 1
    if (count > UNITS_MAX or len(body) != _GRANT_HEAD_SIZE + count * _GRANT_ENTRY_SIZE
            or revision > _HALF or in_force > revision):
        return None
    entries = []
    for i in range(count):
        unit, nonce, number, amount = struct.unpack_from(
            _GRANT_ENTRY, body, _GRANT_HEAD_SIZE + i * _GRANT_ENTRY_SIZE)
        if amount <= MASKED_MAX:  # for no phase at all
            return None
        entries.append(Grant(unit, nonce, number, (amount & MASKED_MAX) * 10,
                             amount >> MASK_SHIFT))
    return GrantFrame(revision, digest, in_force, entries, ask)


def _read_report(body):
    v = struct.unpack(_REPORT_BODY, body)
    if v[11] > _HALF or v[13] >> 2 < 6:  # no current below 6 A is useful
        return None
    level, offered, ask, rating = v[3], v[5], v[16], v[22]
    return Report(
        v[0], v[1], v[2], (level & MASKED_MAX) * 10, level >> MASK_SHIFT, v[4],
        (offered & MASKED_MAX) * 10, offered >> MASK_SHIFT,
        (v[6] * 10, v[7] * 10, v[8] * 10), v[9], v[10], v[11], v[13] & 3,
        (ask & MASKED_MAX) * 10, v[17] * 10, v[18] * 10, ask >> MASK_SHIFT,
        (v[19] * 10, v[20] * 10, v[21] * 10), v[14] & 7, v[15], v[14] >> 3, v[24] * _ENERGY_AS,
        v[12], rating >> MASK_SHIFT, (rating & MASKED_MAX) * 10, (v[13] >> 2) * 1000,
        v[23] * 10, v[25])
