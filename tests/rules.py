# SPDX-License-Identifier: MIT
"""What tests of the sharing rules have in common: reports, headers and groups to start from."""

import host_tools  # noqa: F401  (sets the import path)
from core.connector.pilot_state import C
from core.group.on_demand.proposal import make
from core.group.on_demand.record import leading, revision_record
from core.group.on_demand.stored import new_revisions
from core.on_demand.serial import tag_of
from core.sharing import frames
from core.sharing.account import Account
from core.sharing.follower import UnitConfig
from core.sharing.frames import NO_DIGEST, GrantFrame, Header, Report
from core.sharing.on_demand.account import new_account
from core.sharing.on_demand.digest import digest, revision_body
from core.sharing.on_demand.frames import new_codec
from core.sharing.on_demand.leader import new_leader
from core.sharing.on_demand.member import new_member
from core.sharing.on_demand.rare_frame import rare_frame
from core.timing import Timing
from core.values import Snapshot
from host_tools.core_state import state_of
from host_tools.records import member_record, row, serial_of

KEY = b"a key for the tests, 32 bytes lo"
T = Timing()
LX, RX = T.lease_x_ms, T.react_x_ms  # 10.6 s and 5.3 s


def a_report(**changes) -> Report:
    """Report of unit 2 that echoes frame 1 of unit 1 (boot 1000) and has nothing."""
    values = dict(
        echo_leader=1, echo_nonce=1000, echo_sequence=1, level_ma=0, level_phases=1,
        remaining_ms=0, offered_ma=0, offered_phases=1, possible_ma=(0, 0, 0), tail_ms=0,
        rise_ms=31000, revision=1, flags=frames.IN_FORCE, ask_ma=0, spare_ma=0, cap_ma=48000,
        phases=1, draw_ma=(0, 0, 0), pilot_state=C, reason=0, priority=0, energy=0,
        digest=NO_DIGEST, wired=1, rating_ma=48000, min_ma=6000, stored_ma=0,
        signal=frames.NO_SIGNAL)
    values.update(changes)
    return Report(**values)


def live(amount_ma, remaining_ms=10000, phases=1, **changes) -> Report:
    """Report of a unit that offers what its live lease allows."""
    values = dict(level_ma=amount_ma, offered_ma=amount_ma, remaining_ms=remaining_ms,
                  level_phases=phases, offered_phases=phases, phases=phases,
                  rise_ms=remaining_ms + T.grow_ms, ask_ma=amount_ma, spare_ma=amount_ma)
    values.update(changes)
    return a_report(**values)


def a_header(sequence=1, sender=2, epoch=1, nonce=2001, kind=frames.REPORT) -> Header:
    """Header of a report of unit 2's first boot."""
    return Header(kind, sender, epoch, nonce, sequence, tag(sender))


def tag(unit) -> bytes:
    """Of a unit's serial, as it goes with its frames."""
    return tag_of(serial_of(unit))


def an_account(report=None, now_ms=0, fallback_ma=20000, wired=1) -> Account:
    """Account of unit 2, with a first believed report."""
    account = new_account(T, row(2, wired)._replace(fallback_ma=fallback_ma))
    if report is not None:
        account.believe(2001, 1, report, now_ms, now_ms)
    return account


def rows(n, wired=None, rating_ma=48000):
    """Rows of units 1 to n, fallbacks still to be computed."""
    return [row(i + 1, wired[i] if wired else 1, rating_ma, 48000) for i in range(n)]


def a_revision(n=2, limit_ma=40000, number=1, leader=1, enabled=True, fallback="equal",
               wired=None):
    """Revision of a group of n units."""
    return make(number, leader, enabled, fallback, limit_ma, rows(n, wired))


def a_member(unit=2, revision=None, now_ms=0, nonce=None, record=None, wired=1):
    """Member of the group; unit 1 leads."""
    record = record or member_record(KEY, serial_of(unit), revision or a_revision())
    return new_member(a_config(unit, wired), record, T, nonce or unit * 1000 + 1, now_ms)


def a_config(unit=2, wired=1, rating_ma=48000) -> UnitConfig:
    """The unit as it is built."""
    return UnitConfig(serial_of(unit), rating_ma, wired, True, 0, 48000, 6000)


def a_snapshot(now_ms=0, offered_ma=0, **changes) -> Snapshot:
    """What the pilot path of a charging unit on L1 shows."""
    values = dict(at_ms=now_ms, pilot_state=C, offered_ma=offered_ma, offered_phases=1,
                  closed=offered_ma > 0, draw_ma=(offered_ma, 0, 0),
                  possible_ma=(offered_ma, 0, 0), tail_ms=0, cap_ma=48000, charge=0,
                  phases_all=False, reason=0)
    values.update(changes)
    return Snapshot(**values)


def frozen(value):
    """All fields of an object and of what it holds, as one comparable value."""
    if isinstance(value, dict):
        return tuple(sorted((repr(k), frozen(v)) for k, v in value.items()))
    if isinstance(value, (list, tuple)):
        return tuple(frozen(v) for v in value)
    if hasattr(type(value), "__slots__"):
        return (type(value).__name__, frozen(state_of(value)))
    if hasattr(value, "__dict__"):
        return (type(value).__name__, frozen(vars(value)))
    return value


class Rounds:
    """A leader of units 1 to n whose frames and reports pass through a test's hands.

    Its own connector, unit 1, has no vehicle and is heard like the others.
    """

    def __init__(self, n=3, limit_ma=48000, now_ms=0, wired=None, **group):
        revision = a_revision(n, limit_ma, wired=wired, **group)
        held = new_revisions(T, leading(revision_record(revision)), now_ms)
        self.leader = new_leader(1, serial_of(1), held, 5, 1000, T, now_ms)
        self.leader.stored = True
        self.wired = {row.unit: row.wired for row in revision.members}
        self.last = None  # newest GrantFrame
        self.bodies = []
        self._numbers = {}

    def round(self, now_ms):
        """Let the leader speak: {unit: amount} of its frame, or None if it had nothing to say."""
        self.bodies = self.leader.tick(now_ms)
        for body in self.bodies:
            grant = isinstance(body, GrantFrame)
            self.leader.header(frames.GRANT if grant else frames.REVISION, now_ms)
            if grant:
                self.last = body
        return {e.unit: e.amount_ma for e in self.last.entries} if self.bodies else None

    def hear(self, unit, now_ms, report=None, echo=None, boot=1, **changes):
        """A report of a unit that has heard the newest frame, or frame number `echo`."""
        number = self._numbers[unit] = self._numbers.get(unit, 0) + 1
        changes.setdefault("phases", self.wired.get(unit, 1))
        changes.setdefault("wired", self.wired.get(unit, 1))
        report = (report or a_report())._replace(
            echo_sequence=self.leader.sequence if echo is None else echo, **changes)
        report = self._as_stored(report, changes)
        header = Header(frames.REPORT, unit, self.leader.epoch, unit * 1000 + boot, number,
                        tag(unit))
        return self.leader.on_report(header, report, now_ms)

    # A unit stores what this leader says: the digest goes by the number.
    def _as_stored(self, report, given):
        revisions = self.leader.revisions
        pending = revisions.pending
        if pending is not None and report.revision == pending.number and "flags" not in given:
            report = report._replace(flags=report.flags & ~frames.IN_FORCE)
        if "digest" not in given:
            for revision in (revisions.newest(), revisions.in_force):
                if revision.number == report.revision:
                    return report._replace(digest=digest(revision))
        return report

    def greeted(self, now_ms, **reports):
        """All units become known and say what `u2=report` gives, or that they have nothing."""
        for unit in sorted(self.wired):
            self.hear(unit, now_ms)
        self.round(now_ms)
        for unit in sorted(self.wired):
            assert self.hear(unit, now_ms, reports.get("u%d" % unit))
        return self


class Voice:
    """Frames of a unit that a test makes itself. serial: number of the board, if it is another
    one than the unit's; holds: the revision that it has in force."""

    def __init__(self, unit=1, epoch=1, nonce=1000, serial=None, holds=None):
        self.unit, self.epoch, self.nonce = unit, epoch, nonce
        self.tag = tag(serial or unit)
        self.holds = holds or a_revision()
        self._codec = new_codec(KEY)

    def _header(self, kind, sequence):
        return Header(kind, self.unit, self.epoch, self.nonce, sequence, self.tag)

    def grant(self, sequence, *entries):
        """Grant frame; without entries it is a greeting."""
        return self._codec.grant(self._header(frames.GRANT, sequence),
                                 GrantFrame(self.holds.number, digest(self.holds),
                                            self.holds.number, list(entries), False))

    def revision(self, sequence, revision, in_force=False):
        """The group's settings."""
        return rare_frame(self._codec, self._header(frames.REVISION, sequence),
                                revision_body(revision, in_force))

    def held(self, number, revision, in_force=False):
        """What this unit holds, to a leader that does not seem to."""
        return rare_frame(self._codec, self._header(frames.HELD, number),
                                revision_body(revision, in_force))

    def removed(self, sequence, unit):
        """To a unit that is in the group no longer."""
        return rare_frame(self._codec, self._header(frames.REMOVED, sequence), tag(unit))

    def report(self, number, **changes):
        """A report of this unit."""
        return self._codec.report(self._header(frames.REPORT, number), a_report(**changes))


def read(payload):
    """(Header, body) of a frame that a member has sent."""
    return new_codec(KEY).decode(payload)


# --- a member and its storage, shortly before its clock passes 2**30 ms

NOW = 2 ** 30 - 60000


def stored(member, now_ms, ok=True):
    """Let it store what it wants to: the record, or None."""
    record = member.record_to_store(now_ms)
    if record is not None:
        member.on_stored(ok, now_ms)
    return record


def step(member, now_ms, ok=True):
    """What the unit does each time it wakes: frames sent as (destination, header, body)."""
    member.tick(now_ms)
    stored(member, now_ms, ok)
    return [(to,) + read(payload) for to, payload in member.frames_to_send()]


def a_follower(now_ms=NOW, **values):
    """Unit 2, which has sent its first report."""
    member = a_member(2, now_ms=now_ms, **values)
    step(member, now_ms + 200)
    return member


def level(member, now_ms):
    return member.follower.lease.level(now_ms, 0, 1)[0]


def led_by(n, leader, epoch, unit):
    """Record of a follower that follows this leader at this epoch."""
    record = member_record(KEY, serial_of(unit), a_revision(max(n, leader)))
    record["group"].update(leader=leader, leader_tag=tag(leader).hex(), epoch=epoch)
    record["lead"] = None
    return record


def a_leader(record=None, nonce=1001, now_ms=NOW):
    """Unit 1, which leads."""
    return a_member(1, a_revision(3, 48000), now_ms, nonce, record)


def started(**values):
    member = a_leader(**values)
    step(member, NOW)
    return member


def believes(ledger, header, report, now_ms):
    """Does a ledger believe a report? A stranger's never."""
    account = ledger.account(header.tag)
    return account is not None and ledger.believes(account, header, report, now_ms)


def rise_ms(lease, now_ms):
    """Time until a unit would rise to its fallback by itself if nothing more came."""
    return max(0, lease.granted[2] + T.grow_ms - now_ms)
