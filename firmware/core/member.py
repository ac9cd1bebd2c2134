# SPDX-License-Identifier: MIT
"""One unit as a member of its group: the one face of both roles (design 6).

Frames in, time, frames out; a record to store; the offer for the unit's own connector. The role
is a part that comes and goes: every member has a Follower, the leader also has a Leader, and the
two exchange reports and grants in memory as they would by radio. Whose frames are followed, and
how the leadership moves (rule 13), is in leadership.py.
"""

from micropython import const

from core import frames
from core.budget import Budget
from core.follower import Follower
from core.group import Group
from core.leader import Leader
from core.records import Offer
from core.seldom import seldom

BROADCAST = const(0)

_RETRY_MS = const(1000)
_EPOCHS_UNSTORED = const(500)  # fewer than that, or a promotion might not get above them
_HELD_MS = const(1000)


class Member:
    """A unit of a group, or alone.

    config: follower.UnitConfig; record: of `record_to_store()`, group_record.joining_record() or
    first_record(); radio: False for a unit alone, which neither sends nor takes frames, nor
    stores anything; nonce: 32 random bits of this boot, not 0; now_ms: own clock.
    """

    @seldom
    def __init__(self, config, record, timing, nonce, now_ms, radio=True):
        self.timing = timing
        self.nonce = nonce
        self.codec = None
        self.counts = {"old": 0, "stranger": 0}
        self.key = bytes.fromhex(record["key"])
        if radio:
            self.codec = frames.Codec(self.key)
            self.codec.counts.update(self.counts)
            self.counts = self.codec.counts
        group = Group(config, timing, record["group"], now_ms)
        self.follower = Follower(config, group, timing, nonce, now_ms)
        self.group = group
        self.leader = self._said = None
        self.lead = record["lead"]  # as stored, of a unit that has stopped leading
        self.removed = False  # it has forgotten the group
        self.out = []
        self.budget = Budget(now_ms)
        self._dirty = self._lazy = self._unstored_leader = False
        self._store_at_ms = self._held_at_ms = now_ms
        self._tries = 0
        self.moves = 0  # above another leadership of its own name, in this boot
        self.epoch_max = max(group.epoch, record["epoch"])  # highest one seen
        self.number_max = group.number()  # of revisions
        if self.lead is not None:
            self._know_in_force(now_ms)
        if self.lead is not None and not self.lead["stopped"] and group.unit:
            self.begin_leading(self.lead, self.epoch_max + 1, now_ms)

    @property
    def unit(self):
        """This unit's number in the group; 0 before it has one."""
        return self.group.unit

    # What a leader has put in force needs no second write to be known to its own unit.
    @seldom
    def _know_in_force(self, now_ms):
        from core.group_record import revision_from
        in_force = revision_from(self.lead["in_force"])
        if in_force.number == self.group.number():
            self.group.hear(in_force, True, now_ms)

    # --- storage (rule 13: nothing is said that storage does not hold)

    def record_to_store(self, now_ms):
        """Plain values to store now, or None; {} for a unit that was removed, whose record is to
        be forgotten. Then call `on_stored()`."""
        if not self._dirty and not self._lazy or now_ms < self._store_at_ms:
            return None
        return self._record_if_allowed(now_ms)

    @seldom
    def _record_if_allowed(self, now_ms):
        if not self.budget.allows(now_ms, self._dirty):
            self._store_at_ms = now_ms + _RETRY_MS
            return None
        self.budget.spend(now_ms)
        if self.removed:
            return {}
        if self.leader is not None and self.leader.proposed:
            self._hear_own(now_ms)
        from core.group_record import record_of
        return record_of(self)

    @seldom
    def on_stored(self, ok: bool, now_ms: int):
        """The record was written, both copies, and read back, or not: then it is tried again,
        after longer and longer times, because flash wears."""
        leader = self.leader
        committing = leader is not None and leader.revisions.committing
        if committing:
            leader.revisions.stored(ok)
        if not ok:
            self._tries = min(self._tries + 1, 9)
            self._store_at_ms = now_ms + (_RETRY_MS << self._tries) // 2
            self._dirty = True
            return
        self._tries = 0
        self._dirty = self._lazy = self._unstored_leader = False
        self.group.stored()
        if leader is not None:
            leader.stored = True
            if committing:
                leader.committed(now_ms)
            self.follow_cap(now_ms)

    def settled(self) -> bool:
        """Does storage hold all that it must?"""
        return not self._dirty

    def changed(self, now_ms):
        """Something must be stored before it is spoken of."""
        self._dirty = self.codec is not None  # a unit alone has nothing to remember
        if not self._tries:
            self._store_at_ms = now_ms

    # --- roles

    @seldom
    def begin_leading(self, lead, epoch, now_ms):
        """Lead from now on, in an epoch that is stored first. lead: group_record.leading()."""
        group = self.group
        self.leader = Leader(group.unit, self.follower.config.serial, lead, epoch, self.nonce,
                             self.timing, now_ms, group.revision)
        self.lead = None  # as it is from now on
        self.epoch_max = max(self.epoch_max, epoch)
        group.follow(group.unit, self.follower.tag, epoch)
        if self.codec is None:  # alone: there is nobody who could be told anything else
            self.leader.stored = True
        else:
            self.changed(now_ms)
        self.follow_cap(now_ms)

    @seldom
    def follow(self, leader, tag, epoch, now_ms):
        """Another unit leads: this one follows it, stores that, and only then answers."""
        self.leader = self.lead = None
        self.group.follow(leader, tag, epoch)
        self.follower.cap(None, now_ms)
        self._unstored_leader = True
        self.changed(now_ms)

    # Rule 12 and 13: a leader's own connector, where its amounts cannot be trusted.
    @seldom
    def follow_cap(self, now_ms):
        """What this unit may use, where its leadership's amounts cannot be trusted."""
        leader = self.leader
        cap_ma = None
        if leader is not None:
            if not leader.stored:
                cap_ma = 0
            elif leader.unsure():
                from core.unsure import smallest_ma
                cap_ma = smallest_ma(leader, leader.serial)
        self.follower.cap(cap_ma, now_ms)

    # What this unit proposes it takes itself before it is stored: one write for both.
    @seldom
    def _hear_own(self, now_ms):
        leader = self.leader
        leader.proposed = False
        self.follower.on_revision(leader.revisions.newest(), False, now_ms)
        self.follow_cap(now_ms)

    @seldom
    def _ask(self, now_ms, name, *given):
        from core import leadership  # the owner's words: not held in memory for ever
        return getattr(leadership, name)(self, now_ms, *given)

    @seldom
    def hand_over(self, unit, now_ms):
        """Give the leadership to another unit (rule 13). None, or one sentence why not."""
        return self._ask(now_ms, "hand_over", unit)

    @seldom
    def promote(self, now_ms, old_leader_has_no_power: bool):
        """Make this follower the leader of a group whose leader is dead (rule 13). None, or one
        sentence why not."""
        return self._ask(now_ms, "promote", old_leader_has_no_power)

    @seldom
    def lead_again(self, now_ms):
        """The owner starts a leader again that has stopped beside another one. None, or one
        sentence why not."""
        return self._ask(now_ms, "lead_again")

    @seldom
    def revise(self, now_ms, **changes):
        """Change the group's settings (rule 12): limit_ma, enabled, fallback, members. None, or
        one sentence why not. Only the leader can."""
        from core import leadership
        return leadership.revise(self, now_ms, **changes)

    @seldom
    def without_power(self, unit, now_ms):
        """The owner's word that a unit that leaves has no power. None, or one sentence."""
        return self._ask(now_ms, "without_power", unit)

    @seldom
    def go_on_without(self, unit, now_ms):
        """Let a change not wait for a unit: what it may use is kept. None, or one sentence."""
        return self._ask(now_ms, "go_on_without", unit)

    # --- frames in

    def on_frame(self, source, payload: bytes, now_ms: int):
        """A frame arrived. What is not an authentic, newer frame of the group is counted.

        True if it was of the leader, so that what may be offered may be different now.
        """
        if self.codec is None or self.removed:
            return False
        decoded = self.codec.decode(payload, self.leader is not None)
        if decoded is None:
            return False
        header, body = decoded
        if header.kind == frames.REPORT:
            self._on_report(header, body, now_ms)
            return False
        if header.tag == self.follower.tag or header.kind > frames.REPORT and (
                header.kind != frames.REMOVED) or (
                header.sender == self.group.unit
                and (self.leader is not None or self.lead is not None)):
            return self._ask(now_ms, "on_rare", header, body)
        if header.epoch > self.epoch_max:
            self.epoch_max = header.epoch
        if header.kind == frames.GRANT and body.revision > self.number_max:
            self.number_max = body.revision
        if not self._accepts(header, body, now_ms):
            self.counts["old"] += 1
            return False
        self.take(header, body, now_ms)
        return True

    def _on_report(self, header, report, now_ms):
        leader = self.leader
        if header.tag == self.follower.tag:  # an echo, or a replay, of its own
            self.counts["stranger"] += 1
            return
        self.epoch_max = max(self.epoch_max, header.epoch)
        if report.echo_leader == leader.unit and (
                header.epoch > leader.epoch or header.epoch == leader.epoch
                and report.echo_nonce and report.echo_nonce != self.nonce):
            self._ask(now_ms, "move_above", header.epoch)
            return
        leader.on_report(header, report, now_ms)
        if leader.others or leader.proposed:
            self._ask(now_ms, "settle")

    def _accepts(self, header, body, now_ms):
        """Rule 3 and 13: is this frame of the leader, or of one that replaces it, and newer?"""
        heard_epoch, heard_sequence, _, heard_leader = self.follower.heard()
        group = self.group
        if header.sender == group.leader and (group.leader_tag is None
                                              or group.leader_tag == header.tag):
            newest = (heard_epoch, heard_sequence) if heard_leader == group.leader else (0, 0)
            return header.epoch >= group.epoch and (header.epoch, header.sequence) > newest
        return self._accepts_another(header, body, heard_epoch, now_ms)

    @seldom
    def _accepts_another(self, header, body, heard_epoch, now_ms):
        group = self.group
        # Another one: only its own frames of a round tell by which revision it leads. At equal
        # epochs the higher number wins, so that two leaders never go on side by side.
        if header.kind != frames.GRANT or (header.epoch, header.sender) <= (
                max(group.epoch, heard_epoch), group.leader):
            return False
        if body.in_force < group.confirmed_number:
            self.follower.behind = True  # it may learn of the newer one
            return False
        self.follow(header.sender, header.tag, header.epoch, now_ms)
        return True

    def take(self, header, body, now_ms):
        """Follow a newer frame of the leader, its own or another one's."""
        follower = self.follower
        news = header.epoch != follower.heard()[0]
        if self.group.leader_tag is None or header.epoch >= self.group.epoch + _EPOCHS_UNSTORED:
            self.group.follow(header.sender, header.tag, header.epoch)
            self.group.sequence = header.sequence  # after a boot too, nothing older is taken
            self.changed(now_ms)
        if header.kind == frames.GRANT:
            follower.hears(header, now_ms, news or not body.entries)
            follower.on_grants(body, now_ms)
            return
        follower.hears(header, now_ms, news)
        if header.kind == frames.REMOVED:
            if body == follower.tag:
                self._ask(now_ms, "forget_group")
        else:
            self._take_revision(body, now_ms)

    @seldom
    def _take_revision(self, body, now_ms):
        follower = self.follower
        stored = self.group.number()
        if follower.on_revision(body[0], body[1], now_ms):
            if self.group.number() != stored:
                self.budget.owner_asks(1)  # its leader's storage has paid for it too
                self.changed(now_ms)
            elif self.leader is None:
                self._lazy = True  # that it is in force is said again after a boot
        if self.leader is None and body[1]:
            self._ask(now_ms, "take_over", body[0])

    # --- time, frames out

    def tick(self, now_ms: int):
        """Time passed: report, and lead if this unit leads."""
        if self.removed:
            return
        self.follower.tick(now_ms)
        if now_ms >= self.follower.report_at_ms() and not self._unstored_leader:
            self._report(now_ms)
        if self.follower.behind and now_ms >= self._held_at_ms and self.leader is None:
            self._held_at_ms = now_ms + _HELD_MS
            self._ask(now_ms, "send_held")
        leader = self.leader
        if leader is None or not leader.stored:
            return
        if (leader.revisions.pending is not None or leader.handing_over is not None
                or leader.proposed):
            self._go_on_changing(leader, now_ms)
        for body in leader.tick(now_ms):
            # A revision that storage does not hold yet is not spoken of.
            if isinstance(body, frames.GrantFrame):
                self._send_as_leader(frames.GRANT, body, now_ms)
            elif not self._dirty:
                self._ask(now_ms, "send_rare", body)

    @seldom
    def _go_on_changing(self, leader, now_ms):
        if leader.to_commit(now_ms) and not leader.revisions.committing:
            leader.revisions.commit()
            self.changed(now_ms)
            if not self._dirty:
                self.on_stored(True, now_ms)
        if leader.hand_over_due(now_ms):
            leader.propose_leader(now_ms)
        if leader.proposed:
            self._hear_own(now_ms)
            self.changed(now_ms)

    def _report(self, now_ms):
        if self.leader is not None:
            header, report = self.follower.report(now_ms)
            self.leader.on_report(header, report, now_ms)
        elif self.group.leader and self.codec is not None:
            if not self.group.member:
                self._ask(now_ms, "send_hello")
                return
            header, report = self.follower.report(now_ms)
            self.out.append((self.group.leader, self.codec.report(header, report)))

    def _send_as_leader(self, kind, body, now_ms):
        header = self.leader.header(kind, now_ms)
        if self.codec is not None:
            self.out.append((BROADCAST, self.codec.grant(header, body)))
        self.take(header, body, now_ms)

    def frames_to_send(self) -> list:
        """[(destination unit or 0 for all, payload)]; emptied by the call."""
        out = self.out
        self.out = []
        return out

    def next_deadline_ms(self) -> int:
        """When `tick()` must be called at the latest."""
        if self.removed or self._unstored_leader:
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
