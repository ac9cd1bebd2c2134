# SPDX-License-Identifier: MIT
"""One unit as a member of its group: the one face of both roles (design 6).

Frames in, time, frames out; a record to store; the offer for the unit's own connector. The role
is a part that comes and goes: every member has a Follower, the leader also has a Leader, and the
two exchange reports and grants in memory as they would by radio. Rule 13 lives here: whose frames
are followed, and how the leadership moves.
"""

from micropython import const

from core import frames
from core.follower import Follower
from core.group import Group
from core.leader import Leader
from core.records import Offer
from core.seldom import seldom

BROADCAST = const(0)

_RETRY_MS = const(1000)
_PROMOTION_EPOCHS = const(1000)  # a restart takes one: no restarts of the old leader overtake it
_EPOCHS_UNSTORED = const(500)  # fewer than that, or a promotion might not get above them


class Member:
    """A unit of a group.

    config: follower.UnitConfig; group_id, key: of the group; record: of `record_to_store()` or
    `group_record.first_record()`; nonce: 32 random bits of this boot, not 0; now_ms: own clock.
    """

    def __init__(self, config, group_id, key, record, timing, nonce, now_ms):
        self.unit = config.unit
        self._timing = timing
        self._nonce = nonce
        self._codec = frames.Codec(group_id, key)
        self.counts = self._codec.counts
        self.counts["old"] = self.counts["stranger"] = 0
        group = Group(config.unit, timing, record["group"], now_ms)
        self.follower = Follower(config, group, timing, nonce, now_ms)
        self.group = group
        self.leader = self._said = None
        self._out = []
        self._dirty = self._unstored_leader = False
        self._store_at_ms = now_ms
        self.epoch_max = group.epoch  # highest one seen
        if record["lead"] is not None:
            self._lead(record["lead"], max(group.epoch, record["epoch"]) + 1, now_ms)

    # --- storage (rule 13: nothing is said that storage does not hold)

    def record_to_store(self, now_ms):
        """Plain values to store now, or None. Then call `on_stored()`."""
        if not self._dirty or now_ms < self._store_at_ms:
            return None
        from core.group_record import record_of
        return record_of(self)

    @seldom
    def on_stored(self, ok: bool, now_ms: int):
        """The record was written and read back, or not: then it is tried again."""
        leader = self.leader
        committing = leader is not None and leader.revisions.committing
        if committing:
            leader.revisions.stored(ok)
        if not ok:
            self._store_at_ms = now_ms + _RETRY_MS
            return
        self._dirty = self._unstored_leader = False
        self.group.stored()
        if leader is not None:
            leader.stored = True
            if committing:
                leader.committed(now_ms)

    def _changed(self, now_ms):
        self._dirty = True
        self._store_at_ms = now_ms

    # --- roles

    @seldom
    def _lead(self, lead, epoch, now_ms):
        self.leader = Leader(self.unit, lead, epoch, self._nonce, self._timing, now_ms)
        self.epoch_max = max(self.epoch_max, epoch)
        self.group.follow(self.unit, epoch)
        self._changed(now_ms)

    @seldom
    def _follow(self, leader, epoch, now_ms):
        """Another unit leads: this one follows it, stores that, and only then answers."""
        self.leader = None
        self.group.follow(leader, epoch)
        self._unstored_leader = True
        self._changed(now_ms)

    @seldom
    def hand_over(self, unit, now_ms):
        """Give the leadership to another unit (rule 13). None, or one sentence why not."""
        if self.leader is None:
            return "this unit is not the leader"
        return self.leader.hand_over(unit, now_ms)

    @seldom
    def promote(self, now_ms, old_leader_has_no_power: bool):
        """Make this follower the leader of a group whose leader is dead (rule 13)."""
        if self.leader is not None:
            return "this unit is the leader already"
        from core.group_record import revision_record
        from core.proposal import cautious, promotion_error
        error = promotion_error(self.group, now_ms - self.follower.heard_ms,
                                self._timing.lease_ms + self._timing.grow_ms,
                                old_leader_has_no_power)
        if error:
            return error
        group = self.group
        known, newest = group.confirmed or group.revision, group.revision
        lead = {"in_force": revision_record(cautious(known, newest, self.unit)), "pending": None}
        self._lead(lead, max(self.epoch_max, group.epoch) + _PROMOTION_EPOCHS, now_ms)
        return self.leader.propose(now_ms, leader=self.unit, limit_ma=newest.limit_ma,
                                   enabled=newest.enabled, fallback=newest.fallback,
                                   members=list(newest.members))

    @seldom
    def revise(self, now_ms, **changes):
        """Change the group's settings (rule 12): limit_ma, enabled, fallback, members. None, or
        one sentence why not. Only the leader can."""
        if self.leader is None:
            return "this unit is not the leader: change the group on unit %d" % self.group.leader
        error = self.leader.propose(now_ms, **changes)
        if error is None:
            self._changed(now_ms)
        return error

    # --- frames in

    def on_frame(self, source, payload: bytes, now_ms: int):
        """A frame arrived. What is not an authentic, newer frame of the group is counted.

        True if it was of the leader, so that what may be offered may be different now.
        """
        decoded = self._codec.decode(payload)
        if decoded is None:
            return False
        header, body = decoded
        if header.kind == frames.REPORT:
            self._on_report(header, body, now_ms)
            return False
        if header.sender == self.unit:
            self._on_own_name(header, now_ms)
            return False
        self.epoch_max = max(self.epoch_max, header.epoch)
        if not self._accepts(header, now_ms):
            self.counts["old"] += 1
            return False
        self._take(header, body, now_ms)
        return True

    def _on_report(self, header, report, now_ms):
        leader = self.leader
        if leader is None or header.sender == self.unit:
            self.counts["stranger"] += 1
            return
        self.epoch_max = max(self.epoch_max, header.epoch)
        if report.echo_leader == self.unit:
            other_boot = report.echo_nonce != self._nonce
            if header.epoch > leader.epoch or header.epoch == leader.epoch and other_boot:
                self._move_above(header.epoch, now_ms)
                return
        elif report.echo_leader and (header.epoch, report.echo_leader) > (leader.epoch,
                                                                          self.unit):
            self._follow(report.echo_leader, header.epoch, now_ms)
            return
        leader.on_report(header, report, now_ms)

    def _on_own_name(self, header, now_ms):
        """Somebody leads under this unit's name: an older copy of its storage was in use."""
        self.epoch_max = max(self.epoch_max, header.epoch)
        leader = self.leader
        if leader is None or header.epoch < leader.epoch or (header.epoch == leader.epoch
                                                             and header.nonce == self._nonce):
            self.counts["old"] += 1
            return
        self._move_above(header.epoch, now_ms)

    @seldom
    def _move_above(self, epoch, now_ms):
        self._lead(self.leader.revisions.to_record(), epoch + 1, now_ms)

    def _accepts(self, header, now_ms):
        """Rule 3 and 13: is this frame of the leader, or of one that replaces it, and newer?"""
        heard_epoch, heard_sequence, _, heard_leader = self.follower.heard()
        group = self.group
        if header.sender == group.leader:
            newest = (heard_epoch, heard_sequence) if heard_leader == group.leader else (0, 0)
            return header.epoch >= group.epoch and (header.epoch, header.sequence) > newest
        # At equal epochs the higher id wins, so that two leaders never go on side by side.
        if (header.epoch, header.sender) <= (max(group.epoch, heard_epoch), group.leader):
            return False
        self._follow(header.sender, header.epoch, now_ms)
        return True

    def _take(self, header, body, now_ms):
        follower = self.follower
        news = header.epoch != follower.heard()[0]
        if header.epoch >= self.group.epoch + _EPOCHS_UNSTORED:
            self.group.follow(header.sender, header.epoch)
            self._changed(now_ms)
        if header.kind == frames.GRANT:
            follower.hears(header, now_ms, news or not body.entries)
            follower.on_grants(body.entries, now_ms)
            return
        follower.hears(header, now_ms, news)
        if follower.on_revision(body[0], body[1], now_ms):
            self._changed(now_ms)
        if self.leader is None:
            self._take_over(now_ms)

    @seldom
    def _take_over(self, now_ms):
        """A revision in force names this unit as the leader: the old one has stepped back."""
        group = self.group
        if group.in_force and group.revision.leader == self.unit != group.leader:
            from core.group_record import revision_record
            record = revision_record(group.revision)
            self._lead({"in_force": record, "pending": None},
                       max(self.epoch_max, group.epoch) + 1, now_ms)

    # --- time, frames out

    def tick(self, now_ms: int):
        """Time passed: report, and lead if this unit leads."""
        self.follower.tick(now_ms)
        if now_ms >= self.follower.report_at_ms() and not self._unstored_leader:
            self._report(now_ms)
        leader = self.leader
        if leader is None or not leader.stored:
            return
        if leader.to_commit(now_ms) and not leader.revisions.committing:
            leader.revisions.commit()
            self._changed(now_ms)
        if leader.hand_over_due(now_ms):
            leader.propose_leader(now_ms)
            self._changed(now_ms)
        for body in leader.tick(now_ms):
            # A revision that storage does not hold yet is not spoken of.
            if isinstance(body, frames.GrantFrame) or not self._dirty:
                self._send_as_leader(body, now_ms)

    def _report(self, now_ms):
        header, report = self.follower.report(now_ms)
        if self.leader is not None:
            self.leader.on_report(header, report, now_ms)
        elif self.group.leader:
            self._out.append((self.group.leader, self._codec.report(header, report)))

    def _send_as_leader(self, body, now_ms):
        if isinstance(body, frames.GrantFrame):
            header = self.leader.header(frames.GRANT, now_ms)
            payload = self._codec.grant(header, body)
        else:
            header = self.leader.header(frames.REVISION, now_ms)
            payload = self._codec.revision(header, body[0], body[1])
        self._out.append((BROADCAST, payload))
        self._take(header, body, now_ms)

    def frames_to_send(self) -> list:
        """[(destination unit or 0 for all, payload)]; emptied by the call."""
        out = self._out
        self._out = []
        return out

    def next_deadline_ms(self) -> int:
        """When `tick()` must be called at the latest."""
        if self._unstored_leader:
            return self._store_at_ms
        at_ms = self.follower.next_deadline_ms()
        if self.leader is not None and self.leader.stored:
            at_ms = min(at_ms, self.leader.next_deadline_ms())
        return min(at_ms, self._store_at_ms) if self._dirty else at_ms

    # --- the connector

    def on_connector(self, snapshot, now_ms: int):
        """What the pilot path read back."""
        self.follower.on_connector(snapshot)

    def offer(self, now_ms: int) -> Offer:
        """What this unit's own connector may offer now; called by the pilot path."""
        self._said = said = self.follower.offer(now_ms, self._said)
        return said

    def offer_until_ms(self, now_ms: int) -> int:
        """When `offer()` changes next by time alone."""
        return self.follower.offer_until_ms(now_ms)

    def lease_state(self, now_ms: int) -> str:
        """'live', 'fallback' or 'none'."""
        return self.follower.lease_state(now_ms)
