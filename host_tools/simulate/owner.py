# SPDX-License-Identifier: MIT
"""The owner, who changes the group on its leader, and what revision is in force (rule 12).

While the leader is down its page cannot be reached, and some changes must wait for others: the
owner tries again every second. The leadership moves at the owner's wish alone (rule 13).
"""

from host_tools.simulate.clock import STORY

_AGAIN_MS = 1000


class Owner:
    """Asks the node that leads for changes and tells those concerned what is in force."""

    def __init__(self, clock, firmware, nodes: dict, leader: int, limit_ma: int, members):
        self._clock, self._firmware, self._nodes = clock, firmware, nodes
        self.leader = nodes[leader]  # the node that led last
        self._epoch = 0  # of its leadership
        self._wishes = {}  # key: value, not asked for yet
        self._members = {}  # unit: is to be a member, not asked for yet
        self._heir = None  # (unit, has the old leader no power), not asked for yet
        self._asks = False
        self._listeners = []
        self.refused = []  # (at_ms, words)
        self.members = frozenset(members)
        self._in_force = (limit_ma, True)
        self.moves = 0  # changes of the leadership so far
        self._heads_for = None  # unit that the leadership is on its way to

    @property
    def limit_ma(self) -> int:
        """Limit in force."""
        return self._in_force[0]

    @property
    def enabled(self) -> bool:
        """Is sharing on in the revision in force?"""
        return self._in_force[1]

    @property
    def moving(self) -> bool:
        """Is the leadership on its way to another unit?"""
        return self._heads_for is not None

    @property
    def waits(self) -> bool:
        """Is there a wish that no leader has taken yet?"""
        return self._asks

    def listen(self, listener):
        """Call listener(limit_ma, enabled) when another revision is in force."""
        self._listeners.append(listener)

    def wish(self, **changes):
        """limit_ma, enabled or fallback as the owner wants it from now on."""
        self._wishes.update(changes)
        self._begin()

    def wish_member(self, unit: int, member: bool):
        """A unit is to join or to leave."""
        self._members[unit] = member
        self._begin()

    def wish_leader(self, unit: int, dead: bool):
        """Another unit is to lead. dead: the leader has no power, which the owner has seen."""
        self._heir = unit, dead
        self._begin()

    def look(self, node):
        """Called after the turns of `node`: does it lead, and what is in force?"""
        if not node.running:
            return
        epoch = self._firmware.leads(node.program)
        if epoch is None or epoch < self._epoch:
            return
        if node is not self.leader:
            self.moves += 1
            self.leader = node
            self._heads_for = None
        self._epoch = epoch
        in_force = self._firmware.in_force(node.program)
        members = self._firmware.members(node.program)
        if in_force is None or in_force == self._in_force and members in (None, self.members):
            return
        self._in_force = in_force
        self.members = self.members if members is None else members
        for listener in self._listeners:
            listener(*in_force)

    def _begin(self):
        if not self._asks:
            self._asks = True
            self._ask(None)

    def _ask(self, _):
        errors = [error for error in (self._ask_heir(), self._ask_changes()) if error]
        self.refused += [(self._clock.now_ms, error) for error in errors]
        self._asks = bool(self._wishes or self._members or self._heir)
        if self._asks:
            self._clock.at(self._clock.now_ms + _AGAIN_MS, STORY, self._ask, None)

    def _ask_changes(self):
        leader = self.leader
        self._members.pop(leader.id, None)  # it leads, whatever the owner thought would
        if not leader.running or not (self._wishes or self._members):
            return None
        error = self._firmware.revise(leader.program, leader.local_ms(),
                                      {**self._wishes, "members": dict(self._members)})
        if error is None:
            self._admit([unit for unit in self._members if self._members[unit]])
            self._wishes, self._members = {}, {}
            leader.nudge()
        return error

    def _admit(self, units):
        for unit in units:
            node = self._nodes[unit]
            if self._firmware.admit(node.board, self.leader.program):
                node.reboot(0, 0)

    def _ask_heir(self):
        if self._heir is None:
            return None
        unit, dead = self._heir
        asked = self._nodes[unit] if dead else self.leader
        if unit == self.leader.id or dead and self.leader.board.powered:
            self._heir = None  # it leads already; or the owner's word would be wrong by now
            return None
        if not asked.running:
            return None
        error = self._firmware.move(asked.program, asked.local_ms(), unit, dead)
        if error is None:
            self._heir, self._heads_for = None, unit
            asked.nudge()
        return error
