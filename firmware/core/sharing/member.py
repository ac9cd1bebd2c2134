# SPDX-License-Identifier: MIT
"""One unit as a member of its group: the one face of both roles (design 6).

Frames in, time, frames out; a record to store; the offer for the unit's own connector. The role
is a part that comes and goes: every member has a Follower, the leader also has a Leader, and the
two exchange reports and grants in memory as they would by radio. Whose frames are followed, and
how the leadership moves (rule 13), is in leadership.py.
"""

from core.load import load
from core.sharing import frames
from core.values import Offer
from micropython import const

BROADCAST = const(0)

# Roles of a member. Whoever leads has a `leader`, and follows itself.
FOLLOWS = const(0)
LEADS = const(1)
STOPPED = const(2)  # beside another leader of its name, until its owner starts it again
LEFT = const(3)  # it was removed, and has forgotten the group

_EPOCHS_UNSTORED = const(500)  # fewer than that, or a promotion might not get above them
_HELD_MS = const(1000)


class Member:
    """A unit of a group, or alone. role: one of the above; follower: always; leader: only while it
    leads; codec: None for a unit alone, which neither sends nor takes frames, nor stores anything.
    dirty: the record must be stored before more is said; lazy: it is to be stored, some time.
    signal: of the frame that is handed in, -dBm; names: of names.py, for a leader; naming_ms:
    until then it looks whether its units have theirs; blink_ms: until then it shows which it is;
    sessions: of a unit, Asked until it was answered; of a leader, the Fetch of fetching.py.
    """

    __slots__ = ("timing", "nonce", "codec", "counts", "key", "group", "follower", "leader",
                 "_said", "lead", "role", "out", "free_writes", "writes_ms", "dirty", "lazy",
                 "unstored_leader", "store_at_ms", "_held_at_ms", "tries", "moves", "epoch_max",
                 "number_max", "signal", "names", "naming_ms", "blink_ms", "sessions")

    # --- storage (rule 13: nothing is said that storage does not hold)

    def record_to_store(self, now_ms):
        """Plain values to store now, or None; {}: forget the record. Then call `on_stored()`."""
        if not self.dirty and not self.lazy or now_ms < self.store_at_ms:
            return None
        return load("core", "sharing", "recording").record_if_allowed(self, now_ms)

    def on_stored(self, ok: bool, now_ms: int):
        """The record was written, both copies, and read back, or not: then it is tried again."""
        load("core", "sharing", "keeping").on_stored(self, ok, now_ms)

    def changed(self, now_ms):
        """Something must be stored before it is spoken of."""
        self.dirty = self.codec is not None  # a unit alone has nothing to remember
        if not self.tries:
            self.store_at_ms = now_ms

    # --- frames in

    def on_frame(self, source, payload: bytes, now_ms: int):
        """A frame arrived. What is not an authentic, newer frame of the group is counted.

        True if it was of the leader, so that what may be offered may be different now.
        """
        if self.codec is None or self.role == LEFT:
            return False
        decoded = self.codec.decode(payload, self.role == LEADS, now_ms)
        if decoded is None:
            return False
        header, body = decoded
        return self._ON_FRAME[self.role][header.kind](self, header, body, now_ms)

    # GRANT, REVISION, REMOVED, NAME, BLINK, ASKED: what leaders say.
    def _on_leader(self, header, body, now_ms):
        if header.tag == self.follower.tag or (header.sender == self.group.unit
                                               and self.role != FOLLOWS):
            return load("core", "sharing", "rare_heard").on_double(self, header, now_ms)
        if header.epoch > self.epoch_max:
            self.epoch_max = header.epoch
        if header.kind == frames.GRANT and body.revision > self.number_max:
            self.number_max = body.revision
        if not self._accepts(header, body, now_ms):
            self.counts["old"] += 1
            return False
        self.group.signal = self.signal
        self.take(header, body, now_ms)
        return True

    # HELD, HELLO, NAMED, SESSIONS: what units say beside their reports.
    def _on_unit(self, header, body, now_ms):
        return load("core", "sharing", "rare_heard").on_unit(self, header, body, now_ms)

    def _ignore(self, header, body, now_ms):
        return False

    def _on_report(self, header, report, now_ms):
        leader = self.leader
        if header.tag == self.follower.tag:  # an echo, or a replay, of its own
            self.counts["stranger"] += 1
            return False
        self.epoch_max = max(self.epoch_max, header.epoch)
        if report.echo_leader == leader.unit and (
                header.epoch > leader.epoch or header.epoch == leader.epoch
                and report.echo_nonce and report.echo_nonce != self.nonce):
            load("core", "sharing", "leadership").move_above(self, now_ms, header.epoch)
            return False
        rare = None
        if leader.unsure() or leader.proposed or not leader.revisions.holds(report.revision,
                                                                            report.digest):
            rare = load("core", "sharing", "leadership")
        leader.on_report(header, report, now_ms, self.signal)
        if rare is not None and (leader.unsure() or leader.proposed):
            rare.settle(self, now_ms)
        return False

    def _accepts(self, header, body, now_ms):
        """Rule 3 and 13: is this frame of the leader, or of one that replaces it, and newer?"""
        heard_epoch, heard_sequence, _, heard_leader = self.follower.heard
        group = self.group
        if header.sender == group.leader and (group.leader_tag is None
                                              or group.leader_tag == header.tag):
            newest = (heard_epoch, heard_sequence) if heard_leader == group.leader else (0, 0)
            return header.epoch >= group.epoch and (header.epoch, header.sequence) > newest
        # At equal epochs the higher number wins, so that two leaders never go on side by side.
        if header.kind != frames.GRANT or (header.epoch, header.sender) <= (
                max(group.epoch, heard_epoch), group.leader):
            return False
        return load("core", "sharing", "hearing").accepts_another(self, header, body, now_ms)

    def take(self, header, body, now_ms):
        """Follow a newer frame of the leader, its own or another one's."""
        follower = self.follower
        news = header.epoch != follower.heard[0]
        rare = None  # what it takes to hear it, before anything is changed
        if header.kind == frames.REMOVED and body == follower.tag:
            rare = load("core", "sharing", "rare_heard").take_rare
        elif header.kind > frames.REMOVED and body[0] == follower.tag:
            rare = load("core", "sharing", "rare_heard").take_told
        elif header.kind == frames.REVISION:
            rare = load("core", "sharing", "hearing").ready(self, body)
        if self.group.leader_tag is None or header.epoch >= self.group.epoch + _EPOCHS_UNSTORED:
            load("core", "group", "group").follow_leader(self.group, header.sender, header.tag,
                                                         header.epoch)
            self.group.sequence = header.sequence  # after a boot too, nothing older is taken
            self.changed(now_ms)
        if header.kind == frames.GRANT:
            follower.hears(header, now_ms, news or not body.entries)
            follower.on_grants(body, now_ms)
            return
        follower.hears(header, now_ms, news)
        if rare is not None:
            rare(self, body, now_ms)

    # What is done on a frame, by the unit's role and the frame's kind. Who does not lead is not
    # even given what units say to their leader.
    _OF_LEADER = (_ignore, _on_leader, _on_leader, _ignore, _ignore, _ignore, _on_leader,
                  _on_leader, _ignore, _on_leader, _on_leader, _ignore)
    _ON_FRAME = (
        _OF_LEADER,  # FOLLOWS
        (_ignore, _on_leader, _on_leader, _on_report, _on_unit, _on_unit, _on_leader,
         _on_leader, _on_unit, _on_leader, _on_leader, _on_unit),  # LEADS
        _OF_LEADER)  # STOPPED

    # --- time, frames out

    def tick(self, now_ms: int):
        """Time passed: report, and lead if this unit leads."""
        if self.role == LEFT:
            return
        self.follower.tick(now_ms)
        if now_ms >= self.follower.report_at_ms and not self.unstored_leader:
            self._report(now_ms)
        if self.follower.behind and now_ms >= self._held_at_ms and self.leader is None:
            self._held_at_ms = now_ms + _HELD_MS
            load("core", "sharing", "revision_frames").send_held(self, now_ms)
        leader = self.leader
        if leader is None or not leader.stored:
            return
        if (leader.revisions.pending is not None or leader.handing_over is not None
                or leader.proposed):
            load("core", "sharing", "changing").go_on_changing(self, leader, now_ms)
        bodies = leader.tick(now_ms)
        for body in bodies:
            # A revision that storage does not hold yet is not spoken of.
            if isinstance(body, frames.GrantFrame):
                header = leader.header(frames.GRANT, now_ms)
                if self.codec is not None:
                    self.out.append((BROADCAST, self.codec.grant(header, body)))
                self.take(header, body, now_ms)
            elif not self.dirty:
                load("core", "sharing", "revision_frames").send_rare(self, now_ms, body)
        if bodies and now_ms < self.naming_ms:
            load("core", "sharing", "names").look(self, now_ms)

    def _report(self, now_ms):
        if self.leader is not None:
            header, report = self.follower.report(now_ms)
            self.leader.on_report(header, report, now_ms)
        elif self.group.leader and self.codec is not None:
            if not self.group.member:
                load("core", "sharing", "rare_frames").send_hello(self, now_ms)
                return
            header, report = self.follower.report(now_ms)
            self.out.append((self.group.leader, self.codec.report(header, report)))

    def frames_to_send(self) -> list:
        """[(destination unit or 0 for all, payload)]; emptied by the call."""
        out = self.out
        self.out = []
        return out

    def next_deadline_ms(self) -> int:
        """When `tick()` is due at the latest."""
        if self.role == LEFT or self.unstored_leader:
            return self.store_at_ms
        at_ms = self.follower.next_deadline_ms()
        if self.follower.behind and self.leader is None:
            at_ms = min(at_ms, self._held_at_ms)
        if self.leader is not None and self.leader.stored:
            at_ms = min(at_ms, self.leader.next_deadline_ms())
        return min(at_ms, self.store_at_ms) if self.dirty else at_ms

    # --- the connector

    def on_connector(self, snapshot, now_ms: int):
        """What the pilot path read back."""
        self.follower.snapshot = snapshot

    def offer(self, now_ms: int) -> Offer:
        """What this unit's own connector may offer now; called by the pilot path."""
        self._said = said = self.follower.offer(now_ms, self._said)
        return said

    def offer_until_ms(self, now_ms: int) -> int:
        """When `offer()` changes next by time alone."""
        return self.follower.offer_until_ms(now_ms)

    def lease_state(self, now_ms: int) -> str:
        """'live', 'fallback' or 'none'."""
        return load("core", "sharing", "presence").lease_state(self.follower, now_ms)

    def has_lease(self, now_ms: int) -> bool:
        """Is it told by its leader what it may use?"""
        return self.follower.lease.live(now_ms)
