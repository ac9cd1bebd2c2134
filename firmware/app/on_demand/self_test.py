# SPDX-License-Identifier: MIT
"""The self-test of a group (owner.md 8): each unit is heard, signal and loss are graded, then the
leader is silent until every unit says that it is at rest without it, and comes back.

It is a job of app.unit.Unit, stepped once a second; nothing waits for it. Everybody goes by the
rules all the time: what a unit does without its leader it would do if the leader were dead.
"""

from app.on_demand.events import note
from app.on_demand import jobs
from app.on_demand.troubles import radio
from core.load import load
from core.sharing.on_demand.presence import presence
from micropython import const

_STEP_MS = const(1000)
_HEAR_MS = const(25000)
_REST_MS = const(6000)  # after the last lease is over: a few reports of each unit
_BACK_MS = const(15000)


def start(unit, now_ms):
    """Begin it. None, or a refusal."""
    error = _refusal(unit, now_ms)
    if error is None:
        unit.tested = SelfTest(unit, now_ms)
        jobs.begin(unit, unit.tested, now_ms)
    return error


def _refusal(unit, now_ms):
    member = unit.member
    leader = member.leader
    if leader is None:
        return load("core", "sharing", "names").elsewhere(member)
    if _running(unit) is not None:
        return "test_running", 1000 * _running(unit).left_s(now_ms)
    revisions = leader.revisions
    if len(leader.ledger.accounts) < 2:
        return ("test_alone",)
    if revisions.pending is not None or leader.handing_over is not None or leader.unsure():
        return load("core", "sharing", "handing_over").change_first(leader)
    if not revisions.in_force.enabled:
        return ("sharing_off",)
    missing = [row[0] for row in presence(leader, unit.timing, now_ms) if row[1] is not None]
    if missing:
        return "test_missing", missing
    return None


def _running(unit):
    # Not by its class: this file may have been loaded anew since.
    return unit.tested if hasattr(unit.tested, "left_s") else None


def tested(unit, now_ms):
    """As owner.tested() says."""
    job = _running(unit)
    if job is not None:
        return None, job.left_s(now_ms)
    if unit.tested is None:
        return None
    at_ms, findings = unit.tested
    return (now_ms - at_ms) // 1000, findings


class SelfTest:
    """One test. It is Unit.tested itself until its findings are, which stay until the next."""

    def __init__(self, unit, now_ms):
        timing = unit.timing
        self._unit = unit
        self._leader = unit.member.leader
        self._revision = self._leader.revisions.in_force
        self._silent_ms = now_ms + _HEAR_MS
        self._back_ms = self._silent_ms + timing.lease_x_ms + _REST_MS
        self._end_ms = self._back_ms + _BACK_MS
        self._findings = []
        self._rested = {}  # unit: (mA that it said it may use, its fallback)
        self._phase = self._hear

    def left_s(self, now_ms) -> int:
        """Seconds until it is over at the latest."""
        return max(0, self._end_ms - now_ms) // 1000

    def phase(self, now_ms) -> int:
        """0 while each unit is to be heard, 1 while the leader is silent, 2 until it is back."""
        return (now_ms >= self._silent_ms) + (now_ms >= self._back_ms)

    def step(self, now_ms):
        """When it goes on, ms, or None when it is over."""
        return now_ms + _STEP_MS if self._goes_on(now_ms) else None

    def _goes_on(self, now_ms):
        leader = self._leader
        if self._unit.member.leader is not leader:
            return self._ends(now_ms, "this unit does not lead any more")
        if leader.revisions.pending is not None or leader.unsure() or (
                leader.revisions.in_force is not self._revision):
            return self._ends(now_ms, "the group is being changed")
        return self._phase(now_ms)

    def _hear(self, now_ms):
        if now_ms < self._silent_ms:
            return True
        for account in self._others():
            radio(self._leader, account, now_ms, self._findings)
        self._leader.quiet_ms = self._back_ms
        self._phase = self._rest
        return True

    # Only what was said without a lease counts.
    def _rest(self, now_ms):
        for account in self._others():
            report = account.report
            if account.received_ms > self._silent_ms and not report.remaining_ms:
                self._rested[account.unit] = report.level_ma, account.fallback_ma
        if now_ms < self._back_ms:
            return True
        for account in self._others():
            said = self._rested.get(account.unit)
            if said is None:
                self._findings.append(("no_report", (account.unit, self._leader.unit)))
            elif said[0] > said[1]:
                self._findings.append(("no_rest", (account.unit,) + said))
        self._phase = self._back
        return True

    def _back(self, now_ms):
        without = [account.unit for account in self._others()
                   if account.received_ms <= self._back_ms or not account.report.remaining_ms]
        if without and now_ms < self._end_ms:
            return True
        for number in without:
            self._findings.append(("no_lease", (number,)))
        return self._ends(now_ms, None)

    def _ends(self, now_ms, why):
        if why is not None:
            self._findings.append(("interrupted", (why,)))
        self._leader.quiet_ms = now_ms
        self._unit.tested = now_ms, self._findings
        note(self._unit, now_ms, "tested", value=len(self._findings))
        return False

    def _others(self):
        return [account for account in self._leader.ledger.accounts
                if account.serial != self._leader.serial]
