# SPDX-License-Identifier: MIT
"""The leader's side of a change of the group (rule 12): proposed, acknowledged, in force.

Until every unit that gives something up has stored the smaller of its two fallbacks, the old
fallbacks stay reserved and the smaller of both limits is what rises are judged by. Only what
storage has confirmed is in force. A unit that cannot acknowledge is waited for, by name, until
its owner goes on without it. Units go by their serials: a replaced one is one that leaves and one
that comes.

A leader is unsure while `known` holds revisions that its own may not follow: after a promotion,
or when it has heard of one that it does not hold.
"""

from core.sharing.frames import Revision
from core.group.group import row_of
from core.seldom import seldom


class Revisions:
    """The revision in force, and the one that is proposed. record: group_record.leading();
    shared: a revision that may be the one in force: two copies would take twice the memory."""

    @seldom
    def __init__(self, timing, record, now_ms, shared=None):
        self._timing = timing
        from core.group.on_demand.record import (  # not held in memory for ever
            revision_from, revision_record, row_from)
        self.in_force = shared
        if shared is None or record["in_force"] != revision_record(shared):
            self.in_force = revision_from(record["in_force"])
        self.pending = revision_from(record["pending"])
        self.known = tuple([revision_from(known) for known in record["known"]])
        self.words = {bytes.fromhex(serial): now_ms for serial in record["words"]}
        self.pinned = tuple([bytes.fromhex(serial) for serial in record["pinned"]])
        self.returns = tuple([row_from(row) for row in record["returns"]])
        self.former = ()  # digests of its own proposals that another one has replaced
        self._acks = {}  # by serial: when it was first seen
        self._proposed_ms = now_ms
        self.needed = ()  # serials whose acknowledgement counts
        self.base = self._base()
        self.committing = False
        self.is_in_force = False  # a unit has said so of the proposed one
        self.follow()

    @seldom
    def follow(self):
        """Work out anew what follows from the revisions: digests, and whom a change needs."""
        from core.group.on_demand.change import needed
        from core.sharing.on_demand.rare_bodies import digest
        self.digest = digest(self.newest())
        self.digest_in_force = self.digest if self.pending is None else digest(self.in_force)
        self.needed = () if self.pending is None else needed(self)
        self._chargers = []
        if self.in_force.enabled and self.newest().enabled:
            self._chargers = [row.serial for row in self.in_force.members
                              if row_of(self.newest(), row.serial) is not None]
        self._leaves = len(self.leaving()) > 0

    @seldom
    def to_record(self) -> dict:
        """Plain values for storage."""
        from core.group.on_demand.record import leading, revision_record
        back = self.returns
        if self.committing:
            record = leading(revision_record(self.pending))
            back = [row for row in back if row_of(self.pending, row.serial) is None]
        else:
            record = leading(revision_record(self.in_force), revision_record(self.pending))
            record["known"] = [revision_record(known) for known in self.known]
            record["words"] = sorted([serial.hex() for serial in self.words])
            record["pinned"] = sorted([serial.hex() for serial in self.pinned])
        for row in back:
            record["returns"].append([v.hex() if type(v) is bytes else v for v in row])
        return record

    def newest(self) -> Revision:
        """The revision that units should know."""
        return self.pending or self.in_force

    def holds(self, number, digest) -> bool:
        """Is this the newest revision here, or the one in force?"""
        if digest == self.digest:
            return number == (self.pending or self.in_force).number
        return digest == self.digest_in_force and number == self.in_force.number

    @seldom
    def take(self, revision, now_ms):
        """Propose a revision that proposal.changed() made."""
        self.committing = self.is_in_force = False
        if self.pending is not None:
            self.former = self.former[-7:] + (self.digest,)
        self.pending = revision
        self.base = self._base()
        self._acks = {}
        self._proposed_ms = now_ms
        self.follow()

    # Newest number of what other leaders made, known when the proposal was made: it follows that.
    @seldom
    def _base(self):
        numbers = [self.in_force.number]
        for known in self.known:
            if self.pending is None or known.leader != self.pending.leader:
                numbers.append(known.number)
        return max(numbers)

    @seldom
    def forget_change(self):
        """Every word and every other revision belonged to the change that is over."""
        self.words = {}
        self.pinned = self.known = ()

    @seldom
    def acknowledged(self, serial, report, now_ms):
        """A believed report shows what a unit has stored."""
        pending = self.pending
        if pending is None:
            return
        if serial in self.words:
            del self.words[serial]  # it has power after all: the word has ended
        if (report.revision == pending.number and report.digest == self.digest
                and serial not in self._acks):
            self._acks[serial] = now_ms

    @seldom
    def without_power(self, serial, now_ms):
        """The owner's word that a unit has no power, and gets none before it was reset or is
        where it hears the group: it is waited for no longer."""
        self.words[serial] = now_ms
        self.follow()

    @seldom
    def pin(self, serial):
        """Go on without a unit whose row keeps all that it may still hold."""
        if serial not in self.pinned:
            self.pinned += (serial,)

    @seldom
    def waiting_for(self) -> list:
        """Serials of the units whose acknowledgement is missing."""
        return [serial for serial in self.needed
                if serial not in self._acks and serial not in self.words]

    def ready_ms(self):
        """When the proposed revision may be put in force, or None while units are missing."""
        if self.pending is None:
            return None
        return 0 if self.is_in_force else self._acknowledged_ms()

    @seldom
    def _acknowledged_ms(self):
        if self.waiting_for():
            return None
        at_ms = self._proposed_ms
        for serial in self.needed:
            if serial in self._acks and self._acks[serial] > at_ms:
                at_ms = self._acks[serial]
        at_ms += self._timing.react_x_ms
        if self._leaves:
            at_ms += self._timing.lease_x_ms
        for serial in self.words:
            at_ms = max(at_ms, self.words[serial] + self._timing.rest_x_ms)
        return at_ms

    @seldom
    def leaving(self) -> list:
        """Rows of the units that the proposed revision has no longer."""
        if self.pending is None:
            return []
        return [row for row in self.rows() if row_of(self.pending, row.serial) is None]

    @seldom
    def commit(self):
        """Let the next record be the one with the proposed revision in force."""
        self.committing = True

    @seldom
    def stored(self, ok: bool):
        """Storage has (not) confirmed the record: only now is the new revision in force."""
        if self.committing and ok:
            self.in_force, self.pending = self.pending, None
            self.is_in_force = False
            self.returns = tuple([row for row in self.returns
                                  if row_of(self.in_force, row.serial) is None])
            self.forget_change()
            self.follow()
        self.committing = False

    @seldom
    def rows(self) -> list:
        """A row for each unit of any revision that may still be gone by, sorted by unit: with the
        largest fallback and all the phases that it may use. Newcomers have none yet."""
        from core.group.on_demand.change import reserved
        return reserved(self)

    def limit_ma(self) -> int:
        """Limit for amounts that do not rise: that in force."""
        return self.in_force.limit_ma

    def rising_limit_ma(self) -> int:
        """Limit for amounts that rise, and what the allocator shares: the smaller of both."""
        if self.pending is None:
            return self.in_force.limit_ma
        return min(self.in_force.limit_ma, self.pending.limit_ma)

    def may_charge(self, serial) -> bool:
        """Is the unit in both revisions, and sharing enabled in both?"""
        return serial in self._chargers
